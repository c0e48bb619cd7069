import { canonicalJson, sha256 } from "../release/canonical-json.ts";
import { nameOf } from "../urn.ts";
import type { PlannedStep } from "./planned-step.ts";

/** A planned step as the hash of a plan covers it. */
export interface HashedStep {
  readonly urn: string;
  readonly op: string;
  /** Of the inputs that are wanted, secrets hidden. */
  readonly digest: string;
}

/** Steps that change something, in a stable order. */
export function hashSteps(steps: readonly PlannedStep[]): readonly HashedStep[] {
  return steps
    .filter(({ op }) => op !== "same")
    .map(({ urn, op, new: state }) => ({ urn, op, digest: digestOf(state?.inputs ?? {}) }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** The plan in one text: equal where each step is the same. */
export function hashPlan(steps: readonly HashedStep[]): string {
  return digestOf(steps.map(({ urn, op, digest }) => [urn, op, digest]));
}

/** 64 hex digits. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** What is planned now and was not approved, and the reverse: a line each. */
export function compareSteps(approved: readonly HashedStep[], planned: readonly HashedStep[]): string[] {
  const before = new Map(approved.map((step) => [step.urn, step]));
  const now = new Map(planned.map((step) => [step.urn, step]));
  const urns = [...new Set([...before.keys(), ...now.keys()])].sort();
  return urns.flatMap((urn) => {
    const [was, is] = [before.get(urn), now.get(urn)];
    const name = nameOf(urn);
    if (was === undefined) return [`${name}: ${is?.op} was not approved`];
    if (is === undefined) return [`${name}: the approved ${was.op} is not planned any more`];
    if (was.op !== is.op) return [`${name}: ${was.op} was approved, ${is.op} is planned`];
    return was.digest === is.digest ? [] : [`${name}: ${is.op} with other inputs than approved`];
  });
}
