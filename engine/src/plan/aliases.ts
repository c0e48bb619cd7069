import type { Alias } from "../execute/goal.ts";
import { createUrn, getUrnParts, isRootStack, urnOfQualifiedType } from "./urn.ts";

export interface AliasSubject {
  readonly stack: string;
  readonly project: string;
  readonly name: string;
  readonly type: string;
  /** The parent's present URN, or "". */
  readonly parent: string;
  readonly aliases: readonly Alias[];
}

/**
 * The URNs that a resource may have had before, in the order in which they are looked up.
 * `oldUrnOf` gives the URN that a resource of this run was found under when that was an alias.
 */
export function aliasUrns(
  subject: AliasSubject,
  oldUrnOf: (urn: string) => string | undefined,
): readonly string[] {
  const own = subject.aliases.map((alias) => collapse(alias, subject, oldUrnOf));
  const parentOld = subject.parent === "" ? undefined : oldUrnOf(subject.parent);
  if (parentOld === undefined) return [...new Set(own)];
  const inherited = [{ type: subject.type, name: subject.name }, ...own.map(getUrnParts)].map((child) =>
    inheritedAlias(child, subject, parentOld),
  );
  return [...new Set([...own, ...inherited])];
}

function collapse(
  alias: Alias,
  subject: AliasSubject,
  oldUrnOf: (urn: string) => string | undefined,
): string {
  if (alias.kind === "urn") return alias.urn;
  return createUrn({
    stack: alias.stack || subject.stack,
    project: alias.project || subject.project,
    parent: aliasParent(alias.parent, subject.parent, oldUrnOf),
    type: alias.type || subject.type,
    name: alias.name || subject.name,
  });
}

function aliasParent(
  wanted: { readonly urn: string } | "none" | undefined,
  present: string,
  oldUrnOf: (urn: string) => string | undefined,
): string {
  if (wanted === "none") return "";
  if (wanted === undefined || wanted.urn === "") return isRootStack(present) ? "" : present;
  const parent = oldUrnOf(wanted.urn) ?? wanted.urn;
  return isRootStack(parent) ? "" : parent;
}

/** A child named after its parent (`<parent>-x`) was renamed with it. */
function inheritedAlias(
  child: { readonly type: string; readonly name: string },
  subject: AliasSubject,
  parentOld: string,
): string {
  const prefix = getUrnParts(subject.parent).name;
  const old = getUrnParts(parentOld);
  const name = child.name.startsWith(prefix) ? old.name + child.name.slice(prefix.length) : child.name;
  const { stack, project } = subject;
  return urnOfQualifiedType({ stack, project, parentType: old.qualifiedType, type: child.type, name });
}
