import { deleteReplacedStep, deleteStep, untargetedSame } from "../plan/decide.ts";
import { DependencyGraph } from "../plan/dependency-graph.ts";
import { oldOf, type Step, subjectOf, type TrackedResource } from "../plan/step.ts";
import { providerReference } from "../plan/urn.ts";
import { findCascade, findDependents } from "./dependents.ts";
import { planEndSteps } from "./keep-to-plan.ts";
import { Bail, ensureProvider, type Run } from "./run.ts";

interface Deletes {
  readonly sames: readonly Step[];
  readonly deletes: readonly Step[];
}

/** Deletes what is recorded and was not registered, and what waits for its deletion: dependents first, layer by layer. */
export async function carryOutDeletes(run: Run): Promise<void> {
  const { executor, ledger } = run;
  await executor.idle();
  if (ledger.base.length === 0) return;
  const { sames, deletes } = await generateDeletes(run);
  if (sames.length > 0) await executor.runChain(sames);
  const graph = schedulingGraph(run);
  const byResource = new Map(deletes.map((step) => [subjectOf(step), step]));
  for (const layer of graph.deleteLayers([...byResource.keys()])) {
    const spared = neededByFailed(run, graph);
    const steps = layer
      .filter((resource) => !spared.has(resource))
      .map((resource) => byResource.get(resource));
    await executor.runLayer(steps.filter((step) => step !== undefined));
  }
}

/** Whatever a failed step still needs must stay. */
function neededByFailed(run: Run, graph: DependencyGraph<TrackedResource>): ReadonlySet<TrackedResource> {
  const needed = new Set<TrackedResource>();
  for (const step of run.executor.failedSteps) {
    for (const resource of [subjectOf(step), oldOf(step)]) {
      if (resource === undefined || !graph.contains(resource)) continue;
      for (const dependency of graph.transitiveDependenciesOf(resource)) {
        // What was read again is deleted as it was found.
        needed.add(dependency).add(run.ledger.asFound(dependency));
      }
    }
  }
  return needed;
}

/** What a destroy that runs the program registers under another name is needed under the one it is recorded with. */
function schedulingGraph(run: Run): DependencyGraph<TrackedResource> {
  const { ledger } = run;
  const registered = new Set(ledger.toDelete);
  const graph = new DependencyGraph([...ledger.toDelete, ...ledger.base], (resource) =>
    registered.has(resource) ? ledger.oldNames.get(resource.state.urn) : undefined,
  );
  for (const [old, found] of ledger.refreshed) if (found !== undefined) graph.alias(found, old);
  return graph;
}

/** Views go with the step of the resource that they are views of. */
async function generateDeletes(run: Run): Promise<Deletes> {
  const { ledger } = run;
  const isTargeted = await deletable(run);
  const sames: Step[] = [];
  const deletes: Step[] = [];
  for (const recorded of ledger.base) {
    const resource = ledger.asFound(recorded);
    if (resource.state.viewOf !== "") {
      if (isTargeted(resource.state.viewOf)) deletes.push(...forgottenView(run, resource));
      continue;
    }
    if (!isTargeted(resource.state.urn)) {
      if (!ledger.isOperatedOn(resource.state.urn)) sames.push(untargetedSame(resource));
      continue;
    }
    const step = deleteOf(run, resource);
    if (step === undefined) continue;
    ledger.noteDelete(resource);
    await ensureProvider(run, resource.state);
    deletes.push(step);
  }
  for (const resource of ledger.toDelete) {
    if (!isTargeted(resource.state.urn)) continue;
    ledger.deletes.add(resource.state.urn);
    deletes.push(deleteStep(resource));
  }
  planEndSteps(run, [...sames, ...deletes]);
  const possible = withoutServingProviders(run, { sames, deletes });
  refuseUntargeted(run, possible);
  return { sames, deletes: possible };
}

/** Nobody tells any more of a view without an object, and of its old copy where the object itself was not replaced. */
function forgottenView({ ledger, views }: Run, view: TrackedResource): readonly Step[] {
  const { viewOf: urn, delete: isCopy } = view.state;
  if (!ledger.hasRecord(urn)) return [deleteStep(view)];
  if (!isCopy || !ledger.isOperatedOn(urn)) return [];
  const waits = ledger.base.some(({ state }) => state.urn === urn && state.delete);
  const isLeft = !waits && views.of({ urn, delete: true }).includes(view);
  return isLeft ? [deleteReplacedStep(view, "forget")] : [];
}

/** What stays as it was, because it is not in the targets, still needs the old copy of its provider. */
function withoutServingProviders(run: Run, { sames, deletes }: Deletes): readonly Step[] {
  const { ledger } = run;
  if (!ledger.targets.isConstrained && !ledger.excludes.isConstrained) return deletes;
  const kept = [...ledger.current.values(), ...sames.map(subjectOf)];
  const serving = new Set(kept.map(({ state }) => state.provider));
  return deletes.filter((step) => {
    const { urn, id, delete: isCopy } = subjectOf(step).state;
    return !isCopy || !serving.has(providerReference(urn, id));
  });
}

function deleteOf(run: Run, resource: TrackedResource): Step | undefined {
  const { ledger } = run;
  const { state } = resource;
  if (state.delete)
    return ledger.deletedEarly.has(resource) ? undefined : deleteReplacedStep(resource, "forget");
  if (ledger.isOperatedOn(state.urn)) return undefined;
  if (state.pendingReplacement) return { op: "remove-pending-replace", old: resource };
  return deleteStep(resource);
}

/** Which URNs may be deleted: all; or the targets and whatever cannot be without them; or all but the excludes and what those need. */
async function deletable(run: Run): Promise<(urn: string) => boolean> {
  const { ledger } = run;
  if (ledger.targets.isConstrained) {
    const allowed = await targetsAndDependents(run);
    return (urn) => allowed.has(urn);
  }
  if (!ledger.excludes.isConstrained) return () => true;
  const kept = excludesAndDependencies(run);
  return (urn) => !kept.has(urn);
}

async function targetsAndDependents(run: Run): Promise<ReadonlySet<string>> {
  const graph = schedulingGraph(run);
  const wanted = new Set<string>();
  for (const resource of [...run.ledger.toDelete, ...run.ledger.base]) {
    const { urn } = resource.state;
    if (!run.deleteTargets.has(urn)) continue;
    wanted.add(urn);
    for (const { state } of graph.dependentsOf(resource, { ignore: () => false, children: true })) {
      wanted.add(state.urn);
    }
  }
  for (const resource of run.ledger.base.filter(({ state }) => wanted.has(state.urn))) {
    const affected = [...(await findDependents(run, resource)), ...findCascade(run, resource.state.urn)];
    for (const dependent of affected) wanted.add(dependent.resource.state.urn);
  }
  return withPresentNames(run, wanted);
}

/** What a destroy that runs the program found under another name is registered under its present one. */
function withPresentNames({ ledger }: Run, urns: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    [...urns].flatMap((urn) => [urn, ledger.newNames.get(urn) ?? urn, ledger.oldNames.get(urn) ?? urn]),
  );
}

/** The excludes and what they need; with `--exclude-dependents` also what depends on any of these, and needs to be. */
function excludesAndDependencies(run: Run): ReadonlySet<string> {
  const { ledger, options } = run;
  const graph = schedulingGraph(run);
  // An old copy and what took its place go by one URN, and need different things.
  const records = Map.groupBy([...ledger.toDelete, ...ledger.base], ({ state }) => state.urn);
  const kept = new Set<string>();
  const open = [...records.keys()].filter((urn) => ledger.excludes.has(urn));
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    if (kept.has(urn)) continue;
    kept.add(urn);
    for (const record of records.get(urn) ?? []) {
      const needed = [...graph.dependenciesOf(record)];
      const dependents = options.excludeDependents
        ? graph.dependentsOf(record, { ignore: (other) => kept.has(other), children: true })
        : [];
      open.push(...[...needed, ...dependents].map(({ state }) => state.urn));
    }
  }
  return withPresentNames(run, kept);
}

/** Without `--target-dependents` nothing may be deleted that is not in the targets itself. Previews tell all and go on. */
function refuseUntargeted(run: Run, deletes: readonly Step[]): void {
  const { options, deleteTargets, reporter } = run;
  if (!deleteTargets.isConstrained || options.targetDependents) return;
  const refused = deletes.map((step) => subjectOf(step).state.urn).filter((urn) => !deleteTargets.has(urn));
  for (const urn of refused) {
    const message =
      `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
      "Either include resource in --target list or pass --target-dependents to proceed.";
    reporter.error(urn, message);
    run.sawError();
  }
  if (refused.length > 0 && !options.preview) throw new Bail("delete untargeted resource");
}
