import { deleteReplacedStep, deleteStep } from "../plan/decide.ts";
import { applyReplaceOnChanges, isReplacement } from "../plan/diff-result.ts";
import type { Step, TrackedResource } from "../plan/step.ts";
import { isProviderType, parseProviderReference } from "../plan/urn.ts";
import { computed, type PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";
import { diffStates } from "./diff-resource.ts";
import { Bail, ensureProvider, loadProvider, type Run } from "./run.ts";

interface Dependent {
  readonly resource: TrackedResource;
  readonly keys: readonly string[];
}

/**
 * Deletes what must go before a resource that is deleted before it is made again: every recorded dependent that
 * would be replaced too, dependents first.
 */
export async function deleteDependents(
  run: Run,
  urn: string,
  root: TrackedResource,
): Promise<readonly Step[]> {
  const { ledger } = run;
  const steps: Step[] = [];
  const dependents = ledger.graph.contains(root) ? await findDependents(run, root) : [];
  for (const { resource, keys } of [...dependents, ...findCascade(run, urn)].reverse()) {
    if (ledger.deletedEarly.has(resource)) continue;
    const { state } = resource;
    ledger.deletedEarly.add(resource);
    await ensureProvider(run, state);
    if (state.delete) {
      // A copy that an earlier run left to be deleted: what lives under its URN now is another object.
      steps.push(deleteStep(resource));
      continue;
    }
    if (state.protect && !run.options.ignoreProtect) refuse(run, urn, state.urn);
    ledger.dependentReplaceKeys.set(state.urn, keys);
    ledger.deletes.add(state.urn);
    // An earlier run may have deleted it already, and not got to making it again.
    if (!state.pendingReplacement) steps.push(deleteReplacedStep(resource, "await-replacement"));
  }
  return steps;
}

function refuse(run: Run, root: string, dependent: string): never {
  const message =
    `unable to replace resource ${JSON.stringify(dependent)} as part of replacing ${JSON.stringify(root)} ` +
    "as it is currently marked for protection. To unprotect the resource, remove the `protect` flag from the " +
    "resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
    `\`pulumi state unprotect '${dependent}'\``;
  run.reporter.error(root, message);
  run.sawError();
  throw new Bail(message);
}

/** Recorded dependents that a new object under `root` would cause to be replaced, in dependency order. */
export async function findDependents(run: Run, root: TrackedResource): Promise<readonly Dependent[]> {
  const { ledger } = run;
  const replaced = new Set([root.state.urn]);
  const found: Dependent[] = [];
  // What was dealt with in this run cannot depend on a resource that only registers now.
  const ignore = (urn: string): boolean => isDealtWith(run, urn);
  for (const resource of ledger.graph.dependentsOf(root, { ignore, children: false })) {
    const keys = await replaceKeys(run, resource.state, replaced);
    if (keys === undefined) continue;
    found.push({ resource, keys });
    replaced.add(resource.state.urn);
  }
  return found;
}

/** Why a dependent must be replaced when what it depends on is; undefined where it need not. */
async function replaceKeys(
  run: Run,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  if (!state.custom || state.external) return undefined;
  if (state.provider !== "" && replaced.has(parseProviderReference(state.provider).urn)) return [];
  if (replaced.has(state.deletedWith)) return [];
  const inputs = withUnknowns(state, replaced);
  if (inputs === undefined) return undefined;
  if (isProviderType(state.type)) await run.registry.ensure(state);
  // Its provider may have registered in this run, and not be in use yet.
  await ensureProvider(run, state);
  const provider = await loadProvider(run, state);
  if (provider === undefined || provider === "unconfigured") return undefined;
  const diff = await diffStates(run, provider, {
    old: state,
    wanted: { inputs, ignoreChanges: state.ignoreChanges },
  });
  const effective = applyReplaceOnChanges(diff, state.replaceOnChanges, false);
  return isReplacement(effective) ? effective.replaceKeys : undefined;
}

/** The inputs with every property that comes from a replaced resource unknown; undefined where none does. */
function withUnknowns(state: ResourceState, replaced: ReadonlySet<string>): PropertyMap | undefined {
  let any = false;
  const entries = Object.entries(state.inputs).map(([key, value]): [string, PropertyMap[string]] => {
    const dependencies = Object.hasOwn(state.propertyDependencies, key)
      ? (state.propertyDependencies[key] ?? [])
      : [];
    if (!dependencies.some((urn) => replaced.has(urn))) return [key, value];
    any = true;
    return [key, computed];
  });
  return any ? Object.fromEntries(entries) : undefined;
}

/** True where this run has decided about a recorded resource, or is about to as it has registered, be it under another name. */
function isDealtWith({ ledger }: Run, urn: string): boolean {
  const name = ledger.newNames.get(urn) ?? urn;
  return ledger.seen.has(name) || ledger.hasStep(name);
}

/** Recorded resources that ask to be replaced, or deleted, together with `urn`. */
export function findCascade(run: Run, urn: string): readonly Dependent[] {
  return run.ledger
    .companionsOf(urn)
    .filter(({ state }) => !isDealtWith(run, state.urn))
    .map((resource) => ({ resource, keys: [] }));
}
