import { decideWithoutDiff, skippedCreate, stepsOf } from "../plan/decide.ts";
import { secretOutputsOf } from "../plan/secrets.ts";
import type { Step, TrackedResource } from "../plan/step.ts";
import { isProviderType } from "../plan/urn.ts";
import type { ResourceState } from "../state/resource.ts";
import { claimUrn, findPlace } from "./aliasing.ts";
import { carryOver, carryOverProvider, keepUntargeted } from "./carry-over.ts";
import { checkInputs } from "./check-inputs.ts";
import { generateFromDiff } from "./generate-from-diff.ts";
import type { Goal } from "./goal.ts";
import { isIncluded, isNamed, rememberInclusion } from "./inclusion.ts";
import { keepToPlan, plannedGoal, planSteps } from "./keep-to-plan.ts";
import { stateOfGoal } from "./new-state.ts";
import { Bail, ensureProvider, type Run } from "./run.ts";
import { dependsOnSkipped, refuseSkippedDependencies } from "./skipped-creates.ts";

/** What the generator has to say about a registration for now. */
export type Generated =
  /** These steps are all; `resource` holds the answer when they are done. */
  | { readonly kind: "steps"; readonly steps: readonly Step[]; readonly answer: Answer }
  /** Only the outcome of these steps tells how to go on. */
  | { readonly kind: "pause"; readonly steps: readonly Step[]; readonly resume: () => Promise<Generated> };

export interface Answer {
  readonly resource: TrackedResource;
  /** True where the resource was left out, so that its outputs are not known. */
  readonly unknown: boolean;
  readonly stableKeys: readonly string[];
}

/** A registration on its way through the decision table. */
export interface Registering {
  readonly goal: Goal;
  readonly urn: string;
  readonly valid: boolean;
  readonly old: TrackedResource | undefined;
  readonly next: TrackedResource;
  /** True where `old` was imported just now. */
  readonly imported: boolean;
}

/** Decides what a registration asks for. Callers take turns: decisions depend on those before. */
export async function generateSteps(run: Run, goal: Goal): Promise<Generated> {
  const urn = claimUrn(run, goal);
  const place = findPlace(run, urn, goal);
  const next = { state: stateOfGoal(goal, { urn, alias: place.alias, old: place.old?.state }) };
  if (isProviderType(goal.type)) {
    run.ledger.providers.set(urn, next);
    if (place.alias !== undefined) run.ledger.providers.set(place.alias, next);
  }
  const registering: Registering = { goal, urn, valid: place.valid, old: place.old, next, imported: false };
  // What is being deleted must not be recorded once more as it was read meanwhile.
  const isStaying = place.old !== undefined && !run.ledger.isRemade(urn, place.old);
  if (run.refreshes && isStaying && isNamed(run, place.old.state)) {
    return refreshFirst(run, registering, place.old);
  }
  return afterRefresh(run, registering);
}

async function refreshFirst(run: Run, registering: Registering, old: TrackedResource): Promise<Generated> {
  const { goal, urn, next } = registering;
  const internal = !goal.custom || isProviderType(goal.type);
  const takesOver = !internal && !old.state.pendingReplacement;
  const target = { state: takesOver ? withPresentOptions(run, registering, old.state) : old.state };
  const step: Step = { op: "refresh", old, new: target, shown: next, internal };
  await ensureProvider(run, target.state);
  run.ledger.mark(urn, "refresh");
  return {
    kind: "pause",
    steps: [step],
    resume: () => afterRefresh(run, { ...registering, old: run.ledger.refreshed.get(old) }),
  };
}

/**
 * A refresh that runs the program leaves the object as it is found, under the name and with the options it has now. An
 * update may be about to replace it: it goes as it would have gone before, and by the provider that made it.
 */
function withPresentOptions({ mode }: Run, { next }: Registering, old: ResourceState): ResourceState {
  const { id, inputs, outputs, initErrors, external, taint, importID, replacementTrigger } = old;
  const { provider, retainOnDelete, deletedWith } = mode === "update" ? old : next.state;
  return {
    ...next.state,
    ...{ id, inputs, outputs, initErrors, external, taint, importID, replacementTrigger },
    ...{ provider, retainOnDelete, deletedWith },
    // The object stays as it was, and what is secret in it with it, whether or not the program still says so.
    additionalSecretOutputs: secretOutputsOf(old, next.state),
  };
}

async function afterRefresh(run: Run, registering: Registering): Promise<Generated> {
  if (run.mode === "refresh") {
    const answered = onlyRefresh(run, registering);
    if (answered !== undefined) return answered;
  }
  if (run.mode === "destroy") {
    const answered = prepareDestroy(run, registering);
    if (answered !== undefined) return answered;
  }
  const { goal, urn, old, next } = registering;
  const present = old?.state.importID || old?.state.id;
  const isImport = goal.custom && goal.importId !== "" && (old?.state.external || present !== goal.importId);
  if (!isImport) return afterImport(run, registering);
  const recreating = run.ledger.isRemade(urn, old);
  const original = recreating ? undefined : old;
  const steps = importSteps(original, next);
  refuseSkippedDependencies(run, steps);
  run.ledger.mark(urn, "import");
  return {
    kind: "pause",
    steps,
    resume: () => {
      const fresh = { state: { ...next.state, ...stateWithoutObject(registering) } };
      return afterImport(run, { ...registering, old: next, next: fresh, imported: true });
    },
  };
}

/**
 * After an import the program's inputs are compared with the object: a state of its own for the program's side. Its
 * trigger is recorded by the next update only, as with the official CLI.
 */
function stateWithoutObject({ goal }: Registering): Partial<TrackedResource["state"]> {
  return { id: "", inputs: goal.inputs, outputs: {}, initErrors: [], replacementTrigger: undefined };
}

function importSteps(original: TrackedResource | undefined, next: TrackedResource): readonly Step[] {
  if (original === undefined) return [{ op: "import", original, new: next, command: undefined }];
  const diff = { replaceKeys: [], changedKeys: [], stableKeys: [], detailedDiff: undefined };
  return [
    { op: "import-replacement", original, new: next, command: undefined },
    { op: "replace", old: original, new: next, diff },
  ];
}

function onlyRefresh(run: Run, registering: Registering): Generated | undefined {
  const { goal, old, next } = registering;
  const ordinary = goal.custom && !isProviderType(goal.type);
  if (!ordinary && !dependsOnSkipped(run, next.state)) return undefined;
  if (old === undefined) return skip(run, registering);
  run.ledger.leftAlone.add(registering.urn);
  return { kind: "steps", steps: [], answer: { resource: old, unknown: false, stableKeys: [] } };
}

function skip(run: Run, { urn, old, next }: Registering): Generated {
  run.ledger.mark(urn, "same");
  run.ledger.skippedCreates.add(urn);
  if (old !== undefined) next.state = { ...next.state, outputs: old.state.outputs };
  return {
    kind: "steps",
    steps: [skippedCreate(next)],
    answer: { resource: next, unknown: true, stableKeys: [] },
  };
}

/** A destroy that runs the program creates nothing: what is recorded is kept until the end, the rest is left out. */
function prepareDestroy(run: Run, registering: Registering): Generated | undefined {
  const { goal, urn, old, next } = registering;
  const { ledger } = run;
  const ordinary = goal.custom && !isProviderType(goal.type);
  if (dependsOnSkipped(run, next.state) || (ordinary && old === undefined)) {
    ledger.skippedCreates.add(urn);
    if (old !== undefined) next.state = { ...next.state, outputs: old.state.outputs };
    const answer = { resource: next, unknown: true, stableKeys: [] };
    return { kind: "steps", steps: [skippedCreate(next)], answer };
  }
  ledger.toDelete.push(next);
  if (!ordinary || old === undefined) return undefined;
  ledger.mark(urn, "same");
  const { inputs, external } = old.state;
  const additionalSecretOutputs = secretOutputsOf(old.state, next.state);
  next.state = { ...next.state, inputs, external, additionalSecretOutputs };
  const step: Step = { op: "same", reason: "unchanged", old, new: next };
  return { kind: "steps", steps: [step], answer: { resource: next, unknown: false, stableKeys: [] } };
}

async function afterImport(run: Run, registering: Registering): Promise<Generated> {
  const { urn, old, next } = registering;
  const { ledger } = run;
  const targeted = isIncluded(run, next.state);
  const recreating = ledger.isRemade(urn, old);
  const needed = targeted ? carryOver(run, next.state) : [];
  const before = [...carryOverProvider(run, next.state), ...needed];
  const checked = await checkInputs(run, registering, { targeted, recreating });
  if (checked.valid) keepToPlan(run, registering, { ...checked, recreating });
  // Policies judge also what is not valid: people learn of everything at once.
  if (run.policies.isActive) {
    await run.policies.enforce(run, registering, plannedGoal(run, registering, checked));
  }
  if (!checked.valid) throw new Bail(`resource ${urn} is invalid`);
  const decision = decideWithoutDiff({ old: old?.state, targeted, recreating });
  if (decision?.kind !== "recreate" && decision?.kind !== "adopt") {
    rememberInclusion(run, next.state, targeted);
  }
  if (decision === undefined && old !== undefined) {
    const found = await generateFromDiff(run, { ...registering, old }, checked);
    return validated(run, before, found);
  }
  if (decision?.kind === "keep" && old !== undefined) {
    const kept = keepUntargeted(run, urn, old);
    ledger.keepInstead(next, kept.answer.resource);
    return planned(run, before, kept);
  }
  const steps = stepsOf(decision ?? { kind: "create" }, {
    old,
    new: next,
    ignoreChanges: registering.goal.ignoreChanges,
    recreateKeys: ledger.dependentReplaceKeys.get(old?.state.urn ?? urn) ?? [],
  });
  noteDecision(run, registering, decision?.kind);
  const unknown = decision?.kind === "skip-create";
  return validated(run, before, {
    kind: "steps",
    steps,
    answer: { resource: next, unknown, stableKeys: [] },
  });
}

function noteDecision(run: Run, { urn, old }: Registering, kind: string | undefined): void {
  const { ledger } = run;
  if (kind === "recreate") {
    for (const name of [urn, old?.state.urn ?? urn]) ledger.deletes.delete(name);
    ledger.mark(urn, "replace");
  } else if (kind === "skip-create") {
    ledger.mark(urn, "same");
    ledger.skippedCreates.add(urn);
  } else ledger.mark(urn, "create");
}

function validated(run: Run, before: readonly Step[], generated: Generated): Generated {
  const steps = [...before, ...generated.steps];
  planSteps(run, steps);
  refuseSkippedDependencies(run, steps);
  return { ...generated, steps };
}

function planned(run: Run, before: readonly Step[], generated: Generated): Generated {
  const steps = [...before, ...generated.steps];
  planSteps(run, steps);
  return { ...generated, steps };
}
