import { noStepDiff } from "../plan/step.ts";
import { claimUrn, findPlace } from "./aliasing.ts";
import type { Generated } from "./generator.ts";
import type { ReadGoal } from "./goal.ts";
import { stateOfRead } from "./new-state.ts";
import { bail, type Run } from "./run.ts";

/**
 * The steps for an object that the program only reads. A managed object with another id is replaced by it.
 * @throws Bail where the program gives no id
 */
export function generateReadSteps(run: Run, goal: ReadGoal): Generated {
  const { ledger } = run;
  const urn = claimUrn(run, goal);
  const { old, alias } = findPlace(run, urn, { ...goal, aliases: [] });
  if (goal.id === "") throw bail(run, urn, `Expected an ID for ${urn}`);
  const next = { state: stateOfRead(goal, { urn, alias }) };
  const answer = { resource: next, unknown: false, stableKeys: [] };
  // What is only read is let go of at the end, also where it takes the place of a managed object.
  if (run.mode === "destroy") ledger.toDelete.push(next);
  if (old !== undefined && !old.state.external && old.state.id !== goal.id) {
    ledger.mark(urn, "replace");
    return {
      kind: "steps",
      steps: [
        { op: "read-replacement", old, new: next },
        { op: "replace", old, new: next, diff: noStepDiff },
      ],
      answer,
    };
  }
  ledger.mark(urn, "read");
  return { kind: "steps", steps: [{ op: "read", old, new: next }], answer };
}
