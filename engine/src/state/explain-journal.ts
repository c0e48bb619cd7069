import { assertNever } from "../errors.ts";
import type { Judgement } from "./judge-journal.ts";

/** What a person must know about a journal that was found; "" where nothing. `copy` is where it is kept. */
export function explainJournal(judgement: Judgement, copy: string): string {
  switch (judgement.kind) {
    case "empty":
    case "folded":
      return "";
    case "stale":
      return (
        `The journal of an interrupted run does not belong to the present state: something else wrote the state ` +
        `since. The state is used as it is; the journal is kept as ${copy}.${about(judgement.urns)}`
      );
    case "unreadable":
      return (
        `The journal of an interrupted run is damaged from its beginning and cannot be used. The state is used as ` +
        `it was before that run; the journal is kept as ${copy}.${about(judgement.urns)}`
      );
    case "unfolded":
      return explainUnfolded(judgement, copy);
    default:
      return assertNever(judgement);
  }
}

function explainUnfolded(
  { changes, end, urns }: Extract<Judgement, { kind: "unfolded" }>,
  copy: string,
): string {
  const taken = `An earlier run was interrupted: ${count(changes)} were taken over from its journal.`;
  if (end === "whole") return taken;
  if (end === "torn") return `${taken} A last record was cut off; it was never acknowledged.`;
  return `${taken} The rest of the journal is damaged and was not used; it is kept as ${copy}.${about(urns)}`;
}

function count(changes: number): string {
  return changes === 1 ? "1 change" : `${changes} changes`;
}

/** As many as a person reads. */
const SHOWN = 10;

function about(urns: readonly string[]): string {
  if (urns.length === 0) return "";
  const rest = urns.length > SHOWN ? `\n  … and ${urns.length - SHOWN} more` : "";
  const list = urns.slice(0, SHOWN).map((urn) => `\n  ${urn}`);
  return (
    ` What it says about these resources may be missing from the state:${list.join("")}${rest}\n` +
    "Run `pulumi refresh`; take objects that it does not know under management with `pulumi import`."
  );
}
