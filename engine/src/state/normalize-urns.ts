import { UserError } from "../errors.ts";
import { parseUrn, ROOT_STACK_TYPE, urnOfQualifiedType } from "../plan/urn.ts";
import type { ResourceState } from "./resource.ts";

/**
 * Gives every resource its present URN: those with aliases are known under their new name only, children of a renamed
 * parent follow it, and whatever refers to them says so. Resources that nothing touches stay the same objects.
 * @throws UserError `duplicate-alias` where two resources claim one alias.
 */
export function normalizeUrns(resources: readonly ResourceState[]): readonly ResourceState[] {
  const renamed = findRenamed(resources);
  return renamed.size === 0 ? resources : resources.map((resource) => rename(resource, renamed));
}

function findRenamed(resources: readonly ResourceState[]): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const { urn, aliases, parent } of resources) {
    for (const alias of aliases) {
      const other = renamed.get(alias);
      if (other !== undefined && other !== urn) {
        throw new UserError(
          "duplicate-alias",
          `Two resources ('${other}' and '${urn}') aliased to the same: '${alias}'`,
        );
      }
      renamed.set(alias, urn);
    }
    const newParent = parseUrn(renamed.get(parent) ?? "");
    const own = parseUrn(urn);
    if (own === undefined || newParent === undefined || newParent.qualifiedType === ROOT_STACK_TYPE) continue;
    renamed.set(urn, urnOfQualifiedType({ ...own, parentType: newParent.qualifiedType }));
  }
  return renamed;
}

function rename(resource: ResourceState, renamed: ReadonlyMap<string, string>): ResourceState {
  const present = (urn: string) => renamed.get(urn) ?? urn;
  const changed: ResourceState = {
    ...resource,
    urn: present(resource.urn),
    parent: present(resource.parent),
    provider: renameProvider(resource.provider, present),
    dependencies: resource.dependencies.map(present),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([property, urns]) => [property, urns.map(present)]),
    ),
    deletedWith: present(resource.deletedWith),
    replaceWith: resource.replaceWith.map(present),
    viewOf: present(resource.viewOf),
    aliases: [],
  };
  return isUntouched(resource, changed) ? resource : changed;
}

/** A provider reference is `urn::id`; the id may be anything but has no `::`. */
function renameProvider(provider: string, present: (urn: string) => string): string {
  const end = provider.lastIndexOf("::");
  return end < 0 ? provider : present(provider.slice(0, end)) + provider.slice(end);
}

const RENAMED_FIELDS = [
  "urn",
  "parent",
  "provider",
  "dependencies",
  "propertyDependencies",
  "deletedWith",
  "replaceWith",
  "viewOf",
  "aliases",
] as const;

function isUntouched(before: ResourceState, after: ResourceState): boolean {
  return RENAMED_FIELDS.every((field) => JSON.stringify(before[field]) === JSON.stringify(after[field]));
}
