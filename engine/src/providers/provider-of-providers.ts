import { ProviderError } from "../errors.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import type { PropertyMap, PropertyValue } from "../protocol/property-value.ts";
import { hasPluginNotes, pluginProblem, restorePluginNotes, withoutPluginNotes } from "./plugin-inputs.ts";
import type { CheckRequest, CheckResult, DiffRequest, DiffResult, Provider } from "./provider.ts";
import type { ProviderPool } from "./provider-pool.ts";

/** Serves `pulumi:providers:*` resources: their configuration is checked and compared by the plugin itself. */
export function createProviderOfProviders(pool: ProviderPool, uuid: () => string): Provider {
  return {
    pkg: "pulumi",
    check: (request) => check(request, pool),
    diff: (request) => diff(request, pool),
    async create({ urn, type, inputs, preview }) {
      const id = preview ? "" : uuid();
      await pool.activate({ urn, type, id }, inputs);
      return { id, outputs: withoutPluginNotes(inputs) };
    },
    async update({ urn, type, id, newInputs }) {
      await pool.activate({ urn, type, id }, newInputs);
      return { outputs: withoutPluginNotes(newInputs) };
    },
    delete: ({ urn, type, id }) => pool.deactivate({ urn, type, id }),
    read: () => Promise.reject(new ProviderError("provider resources may not be read", { status: "ok" })),
    // A provider is made nowhere but here.
    findInterrupted: async () => ({ kind: "absent" }),
    invoke: () => refuse("Invoke"),
    checkConfig: () => refuse("CheckConfig"),
    diffConfig: () => refuse("DiffConfig"),
    configure: () => refuse("Configure"),
    cancel: () => pool.cancel(),
    close: async () => undefined,
  };
}

async function check(request: CheckRequest, pool: ProviderPool): Promise<CheckResult> {
  const { urn, type, olds, news, preview } = request;
  const problem = pluginProblem(news);
  if (problem !== undefined) return { failures: [problem], inputs: news };
  const candidate = await pool.loadCandidate({ urn, type }, news);
  const asked = withoutPluginNotes(news);
  const checked = await unlessUnimplemented(
    candidate.checkConfig({ urn, olds: withoutPluginNotes(olds), news: asked, preview }),
    { inputs: asked, failures: [] },
  );
  const { failures } = checked;
  if (failures.length > 0) await pool.dropCandidate(urn);
  const inputs = withVersion(checked.inputs, news);
  if (failures.length === 0 && isOtherVersion(inputs, news)) {
    await pool.dropCandidate(urn);
    throw changedVersion(urn, news["version"], inputs["version"]);
  }
  if (failures.length === 0 && hasPluginNotes(news) && hasPluginNotes(inputs)) {
    pool.warn(urn, "provider attempted to use __internal key that is reserved by the engine");
  }
  return { failures, inputs: restorePluginNotes(inputs, news) };
}

/** A plugin may leave its version out of what it answers. */
function withVersion(inputs: PropertyMap, { version }: PropertyMap): PropertyMap {
  return version === undefined || "version" in inputs ? inputs : { ...inputs, version };
}

function isOtherVersion(inputs: PropertyMap, news: PropertyMap): boolean {
  return news["version"] !== undefined && inputs["version"] !== news["version"];
}

function changedVersion(urn: string, from?: PropertyValue, to?: PropertyValue): ProviderError {
  const change = `from ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
  const message = `provider ${JSON.stringify(urn)} attempted to change version ${change}`;
  return new ProviderError(message, { status: "ok" });
}

async function diff(request: DiffRequest, pool: ProviderPool): Promise<DiffResult> {
  const { urn, type, id, ignoreChanges } = request;
  const oldInputs = withoutPluginNotes(request.oldInputs);
  const newInputs = withoutPluginNotes(request.newInputs);
  const oldOutputs = withoutPluginNotes(request.oldOutputs);
  const provider = await pool.findForDiff({ urn, type, id }, request.newInputs);
  const answer = await unlessUnimplemented(
    provider.diffConfig({ urn, oldInputs, oldOutputs, newInputs, ignoreChanges }),
    unknownDiff,
  );
  if (answer.replaceKeys.length > 0) await pool.dropCandidate(urn);
  return answer.changes === "unknown" ? { ...answer, changes: compare(oldOutputs, newInputs) } : answer;
}

/** What a plugin cannot tell, the values can; they never ask for a replacement. */
function compare(oldOutputs: PropertyMap, newInputs: PropertyMap): "none" | "some" {
  return mapsEqual(oldOutputs, newInputs) ? "none" : "some";
}

const unknownDiff: DiffResult = {
  changes: "unknown",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

async function unlessUnimplemented<T>(answer: Promise<T>, fallback: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError && error.unimplemented) return fallback;
    throw error;
  }
}

async function refuse(call: string): Promise<never> {
  throw new ProviderError(`provider resources have no ${call}`, { status: "ok", unimplemented: true });
}
