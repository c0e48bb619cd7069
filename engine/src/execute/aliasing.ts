import { aliasUrns } from "../plan/aliases.ts";
import type { TrackedResource } from "../plan/step.ts";
import { createUrn } from "../plan/urn.ts";
import type { Alias } from "./goal.ts";
import { bail, type Run } from "./run.ts";

export interface Place {
  readonly urn: string;
  readonly old: TrackedResource | undefined;
  /** The alias under which `old` was found. */
  readonly alias: string | undefined;
  /** False where the registration conflicts with another; a person was told. */
  readonly valid: boolean;
}

/** What of a goal makes its name. */
export interface Named {
  readonly type: string;
  readonly name: string;
  /** A URN, or "". */
  readonly parent: string;
}

/** The URN that a goal has in this run. */
export function urnOf({ stack, project }: Run, { parent, type, name }: Named): string {
  return createUrn({ stack, project, parent, type, name });
}

/** Gives a resource its URN for this run. @throws Bail on a URN that was registered before, or a parent that was not. */
export function claimUrn(run: Run, goal: Named): string {
  const { ledger } = run;
  const urn = urnOf(run, goal);
  if (goal.parent !== "" && !ledger.seen.has(goal.parent)) {
    throw bail(run, urn, `could not find parent resource ${goal.parent}`);
  }
  if (ledger.seen.has(urn)) {
    throw bail(run, urn, `Duplicate resource URN '${urn}'; try giving it a unique name`);
  }
  ledger.seen.add(urn);
  return urn;
}

/** Finds what is recorded for a resource: under its URN, else under the first alias that is recorded. */
export function findPlace(
  run: Run,
  urn: string,
  goal: { type: string; name: string; parent: string; aliases: readonly Alias[] },
): Place {
  const { ledger, stack, project, reporter } = run;
  const claimedBy = ledger.newNames.get(urn);
  if (claimedBy !== undefined) {
    const message = `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimedBy}'`;
    reporter.error(urn, message);
  }
  const old = ledger.findOld(urn);
  if (old !== undefined) return { urn, old, alias: undefined, valid: claimedBy === undefined };
  const { type, name, parent, aliases } = goal;
  const before = aliasUrns({ stack, project, type, name, parent, aliases }, (known) =>
    ledger.oldNames.get(known),
  );
  const alias = before.find((known) => ledger.findOld(known) !== undefined);
  if (alias === undefined) return { urn, old, alias, valid: claimedBy === undefined };
  const valid = claimAlias(run, urn, alias) && claimedBy === undefined;
  return { urn, old: ledger.findOld(alias), alias, valid };
}

function claimAlias(run: Run, urn: string, alias: string): boolean {
  const { ledger, reporter, registry } = run;
  const other = ledger.seen.has(alias) ? urn : ledger.newNames.get(alias);
  if (other !== undefined) {
    reporter.error(
      urn,
      `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`,
    );
  }
  ledger.newNames.set(alias, urn);
  ledger.oldNames.set(urn, alias);
  registry.alias(alias, urn);
  return other === undefined;
}
