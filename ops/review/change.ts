import { STAND_IN_INSTANCE } from "../../contracts/stand-in-secrets.ts";
import { nameOf } from "../urn.ts";
import { digestOf } from "./plan-hash.ts";
import { type PlannedStep, type PropertyChange, STACK_TYPE, type StepState } from "./planned-step.ts";
import { leavesOf, SECRET, UNKNOWN, type Value, valueAt } from "./values.ts";

/** What a reviewer has to judge: one resource, or the outputs of the stack. */
export interface Change extends PlannedStep {
  readonly name: string;
  /** Names of the components that it lies in, outermost first. */
  readonly component: readonly string[];
}

/** What a revision plans for a stack, and what it would do without the change that is reviewed. */
export interface Comparison {
  readonly head: readonly PlannedStep[];
  /** @default the state is all there is to compare with */
  readonly base?: readonly PlannedStep[];
}

export interface Changes {
  readonly changes: readonly Change[];
  /** Steps that the base plans too: what is not deployed yet, or drift. */
  readonly pending: number;
}

/** What the change adds to what would be done anyhow; pure. */
export function findChanges({ head, base }: Comparison): Changes {
  const names = new Map(head.map(({ urn, new: state, old }) => [urn, (state ?? old)?.parent ?? ""]));
  const before = new Map(base?.map((step) => [step.urn, step]));
  const own = head.flatMap((step) => {
    const isCompared = base !== undefined || step.type === STACK_TYPE;
    const change = isCompared ? sinceBase(step, before.get(step.urn)) : step;
    return change === undefined || !isChange(change) ? [] : [change];
  });
  const pending = (base ?? []).filter(({ op }) => op !== "same").length;
  return { changes: own.map((step) => toChange(step, names)), pending };
}

function isChange(step: PlannedStep): boolean {
  if (step.type === STACK_TYPE) return step.differences.length > 0;
  return step.op !== "same" || step.old?.protect !== step.new?.protect;
}

/** The step as the change alone makes it; undefined where the base makes the same. */
function sinceBase(step: PlannedStep, base: PlannedStep | undefined): PlannedStep | undefined {
  if (step.type === STACK_TYPE) return withOutputs(step, base?.new ?? step.old);
  if (base === undefined) return step;
  if (isSameStep(step, base)) return undefined;
  const old = base.new ?? base.old;
  // What the base would make as well differs in its inputs alone.
  if (step.op === base.op && step.op !== "same" && step.op !== "replace" && old !== undefined) {
    return step.op === "delete" ? undefined : asUpdate(step, old);
  }
  return old === undefined ? step : { ...step, old };
}

function asUpdate(step: PlannedStep, old: StepState): PlannedStep {
  return { ...step, op: "update", old, differences: differencesOf(old.inputs, step.new?.inputs ?? {}) };
}

function withOutputs(step: PlannedStep, old: StepState | undefined): PlannedStep {
  if (old === undefined || step.new === undefined) return { ...step, differences: [] };
  return { ...step, op: "update", old, differences: differencesOf(old.outputs, step.new.outputs) };
}

function isSameStep(step: PlannedStep, base: PlannedStep): boolean {
  const essence = ({ op, new: state }: PlannedStep) => digestOf([op, state?.protect, state?.inputs ?? {}]);
  return essence(step) === essence(base);
}

/** Leaves that differ; what is not known, or is secret on both sides, tells nothing. */
function differencesOf(before: Value, after: Value): PropertyChange[] {
  const olds = new Map(leavesOf(before));
  const news = new Map(leavesOf(after));
  const paths = [...new Set([...olds.keys(), ...news.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [olds.get(path), news.get(path)];
    if (was === is || tellsNothing(was) || tellsNothing(is)) return [];
    if (was === undefined) return hasUnknownAbove(before, path) ? [] : [{ path, kind: "add" }];
    if (is === undefined) return hasUnknownAbove(after, path) ? [] : [{ path, kind: "delete" }];
    return [{ path, kind: "update" }];
  });
}

/** Not known, or read from a secret that is stood in for. */
function tellsNothing(value: Value | undefined): boolean {
  return value === UNKNOWN || value === STAND_IN_INSTANCE;
}

function hasUnknownAbove(values: Value, path: string): boolean {
  const keys = path.split(".");
  return keys.some((_, depth) => [UNKNOWN, SECRET].includes(String(valueAt(values, keys.slice(0, depth)))));
}

function toChange(step: PlannedStep, parents: ReadonlyMap<string, string>): Change {
  const component: string[] = [];
  let at = (step.new ?? step.old)?.parent ?? "";
  while (at !== "" && !at.includes(`::${STACK_TYPE}::`)) {
    component.unshift(nameOf(at));
    at = parents.get(at) ?? "";
  }
  return { ...step, name: nameOf(step.urn), component };
}

/** True where the object of before comes to its end. */
export function endsObject({ op }: PlannedStep): boolean {
  return op === "replace" || op.startsWith("delete");
}
