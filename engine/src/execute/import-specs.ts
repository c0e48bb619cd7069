import type { ImportSpec } from "../operation.ts";
import type { ImportStep, Step } from "../plan/step.ts";
import {
  createUrn,
  isProviderType,
  isRootStack,
  packageOfProviderType,
  parseUrn,
  providerReference,
  ROOT_STACK_TYPE,
} from "../plan/urn.ts";
import { createDefaultProviders } from "../program/default-providers.ts";
import { findDefaultPackages } from "../program/package-set.ts";
import { createPackages } from "../program/packages.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { addPluginInputs } from "../providers/plugin-inputs.ts";
import { withExtensionRef } from "../state/extensions.ts";
import { type ResourceState, resourceState } from "../state/resource.ts";
import { check, SEED_LENGTH } from "./check-inputs.ts";
import type { Deployment } from "./goal.ts";
import type { Operation } from "./operation-run.ts";
import type { Verdict } from "./phases.ts";
import type { Run } from "./run.ts";

/** Takes objects under management that no program describes yet. What is recorded already is carried over first. */
export async function carryOutImports(operation: Operation): Promise<Verdict> {
  const { mainRun: run, reporter, options, context } = operation;
  try {
    await importAll(operation, run);
  } catch (error) {
    reporter.error(
      "",
      `${noun(options.preview)} failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    return "told";
  }
  const { error } = run.executor;
  if (error === undefined || context.signal.aborted) return "ok";
  reporter.error("", `${noun(options.preview)} failed: step application failed: ${error.message}`);
  return "told";
}

function noun(preview: boolean): string {
  return preview ? "preview" : "update";
}

async function importAll(operation: Operation, run: Run): Promise<void> {
  const { executor, ledger } = run;
  for (const old of ledger.base) {
    if (old.state.delete) continue;
    ledger.seen.add(old.state.urn);
    const same: Step = { op: "same", reason: "unchanged", old, new: { state: { ...old.state, id: "" } } };
    if ((await executor.runChain([same])) !== "done") return;
  }
  const stack = await getOrCreateStack(run);
  if (stack === undefined) return;
  const references = await providerReferences(operation, run);
  await extendProviders(operation, references);
  const steps = importSteps(run, { stack, references });
  for (const layer of layersByParent(steps)) {
    if (executor.error !== undefined || executor.stopped.aborted) return;
    await executor.runLayer(layer);
  }
}

/** The URN of the root stack resource, made where there is none. Undefined where that failed. */
async function getOrCreateStack(run: Run): Promise<string | undefined> {
  const there = run.ledger.base.find(({ state }) => isRootStack(state.urn));
  if (there !== undefined) return there.state.urn;
  const { stack, project } = run;
  const urn = createUrn({ stack, project, parent: "", type: ROOT_STACK_TYPE, name: `${project}-${stack}` });
  const state = resourceState({ urn, type: ROOT_STACK_TYPE, custom: false });
  run.ledger.seen.add(urn);
  return (await run.executor.runChain([{ op: "create", new: { state } }])) === "done" ? urn : undefined;
}

/** The provider of each import: the one it names, or its package's default provider, made where it is not recorded. */
async function providerReferences(operation: Operation, run: Run): Promise<ReadonlyMap<ImportSpec, string>> {
  const { context, deployment } = operation;
  const { random } = context;
  const packages = createPackages({
    installed: () => findDefaultPackages(context.project.directory, operation.base.resources),
    uuid: () => random.uuid(),
  });
  const defaults = createDefaultProviders({
    deployment: recordedFirst(run, deployment),
    config: context.config,
  });
  const named = await namedProviders(run, operation.options.imports);
  const found = new Map<ImportSpec, string>();
  for (const spec of operation.options.imports) {
    if (isProviderType(spec.type) || (spec.component && !spec.remote)) continue;
    if (spec.provider !== undefined) {
      found.set(spec, named.get(spec.provider) ?? "");
      continue;
    }
    const pkg = spec.type.split(":")[0] ?? "";
    const { version, pluginDownloadURL, parameterized } = spec;
    const wanted = await packages.resolve(pkg, { version, pluginDownloadURL, checksums: {}, packageRef: "" });
    found.set(spec, await defaults.get(parameterized === undefined ? wanted : { ...wanted, parameterized }));
  }
  return found;
}

/** Makes each provider serve the extensions that what it imports needs. */
async function extendProviders(
  { mainRun: run, recorder, options }: Operation,
  references: ReadonlyMap<ImportSpec, string>,
): Promise<void> {
  for (const spec of options.imports) {
    const { extension: used } = spec;
    const provider = references.get(spec);
    if (used === undefined || provider === undefined) continue;
    recorder.extends(used.ref, used.extension);
    await run.registry.extend(provider, used.extension);
  }
}

/** The providers that are imported or named, by URN: those that are recorded as they are, the others made now. */
async function namedProviders(
  run: Run,
  imports: readonly ImportSpec[],
): Promise<ReadonlyMap<string, string>> {
  const references = new Map<string, string>();
  for (const wanted of wantedProviders(run, imports)) {
    const recorded = run.ledger.findOld(wanted.urn)?.state;
    const state = recorded ?? (await createProvider(run, wanted));
    references.set(wanted.urn, providerReference(wanted.urn, state.id));
  }
  return references;
}

interface WantedProvider {
  readonly urn: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly spec: ImportSpec;
}

/** Each provider once. An entry of its own says more of it than those that only name it. */
function wantedProviders({ stack, project }: Run, imports: readonly ImportSpec[]): Iterable<WantedProvider> {
  const wanted = new Map<string, WantedProvider>();
  for (const spec of imports.filter(({ type }) => isProviderType(type))) {
    const { type, name, parent = "", inputs = {} } = spec;
    const urn = createUrn({ stack, project, parent, type, name });
    if (!wanted.has(urn)) wanted.set(urn, { urn, parent, inputs, spec });
  }
  for (const spec of imports) {
    const { provider: urn, providerInputs: inputs = {} } = spec;
    if (urn !== undefined && !wanted.has(urn)) wanted.set(urn, { urn, parent: "", inputs, spec });
  }
  return wanted.values();
}

async function createProvider(
  run: Run,
  { urn, parent, inputs, spec }: WantedProvider,
): Promise<ResourceState> {
  const type = parseUrn(urn)?.type ?? "";
  if (!isProviderType(type)) {
    throw new Error(`imported provider URN ${JSON.stringify(urn)} is not a provider type`);
  }
  const { version, pluginDownloadURL, parameterized } = spec;
  const plugin = {
    pkg: packageOfProviderType(type),
    version,
    pluginDownloadURL,
    checksums: {},
    parameterized,
  };
  const next = { state: resourceState({ urn, type, custom: true, parent }) };
  const provider = run.registry.providerOfProviders;
  const seed = run.random.bytes(SEED_LENGTH);
  const news = addPluginInputs(inputs, plugin);
  if (!(await check(run, next, { provider, olds: {}, news, seed }))) {
    throw new Error(`explicit provider check failed for ${urn}`);
  }
  run.ledger.seen.add(urn);
  await run.executor.runChain([{ op: "create", new: next }]);
  return next.state;
}

/** A deployment that uses a default provider that is recorded as it is. */
function recordedFirst(run: Run, deployment: Deployment): Deployment {
  return {
    preview: deployment.preview,
    hooks: deployment.hooks,
    async register(goal) {
      const { stack, project } = run;
      const urn = createUrn({ stack, project, parent: "", type: goal.type, name: goal.name });
      const state = run.ledger.findOld(urn)?.state;
      if (state === undefined) return deployment.register(goal);
      return { state, result: "success", unknown: false, stableKeys: [] };
    },
    registerOutputs: (urn, outputs) => deployment.registerOutputs(urn, outputs),
    read: (goal) => deployment.read(goal),
    findResource: (urn) => deployment.findResource(urn),
  };
}

function importSteps(
  run: Run,
  places: { readonly stack: string; readonly references: ReadonlyMap<ImportSpec, string> },
): readonly ImportStep[] {
  const { stack, project, ledger, random, options } = run;
  const urns = new Set<string>();
  const steps: ImportStep[] = [];
  for (const spec of options.imports) {
    if (isProviderType(spec.type)) continue;
    const parent = spec.parent ?? places.stack;
    const urn = createUrn({ stack, project, parent, type: spec.type, name: spec.name });
    if (urns.has(urn)) throw new Error(`duplicate import '${spec.name}' of type '${spec.type}'`);
    const old = ledger.findOld(urn)?.state;
    if (old !== undefined && (old.importID || old.id) === spec.id) continue;
    urns.add(urn);
    const provider = places.references.get(spec) ?? "";
    const { type, id: importID, protect, component, properties = [], inputs = {}, outputs = {} } = spec;
    const place = { urn, type, custom: !component, parent, provider };
    const unknownFields = withExtensionRef({}, spec.extension?.ref ?? "");
    const state = resourceState({ ...place, importID, protect, inputs, outputs, unknownFields });
    const command = { properties, randomSeed: random.bytes(SEED_LENGTH) };
    steps.push({ op: "import", original: undefined, new: { state }, command });
  }
  return steps;
}

/** Parents before their children, otherwise as many at once as there are. */
function layersByParent(steps: readonly ImportStep[]): readonly (readonly ImportStep[])[] {
  const open = new Map(steps.map((step) => [step.new.state.urn, step]));
  const layers: ImportStep[][] = [];
  while (open.size > 0) {
    const ready = [...open.values()].filter((step) => !open.has(step.new.state.parent));
    if (ready.length === 0) throw new Error("the parents of the imported resources form a cycle");
    for (const step of ready) open.delete(step.new.state.urn);
    layers.push(ready);
  }
  return layers;
}
