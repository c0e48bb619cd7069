import type { OperationContext } from "../operation.ts";
import { createUrn, isProviderType, providerReference } from "../plan/urn.ts";
import { configInputs, defaultProviderName } from "../program/default-providers.ts";
import { packageOfType } from "../program/registered-resources.ts";
import { addPluginInputs, withoutPluginNotes } from "../providers/plugin-inputs.ts";
import { type ResourceState, resourceState, type Snapshot } from "../state/resource.ts";

/**
 * A state in which every custom resource has its provider, and every provider its outputs. States from before there
 * were provider resources lack them, and so may those that a person wrote. Gives the same state where nothing is missing.
 */
export function withProviders(recorded: Snapshot, context: OperationContext): Snapshot {
  const added = new Map<string, ResourceState>();
  const resources = recorded.resources.map((state) => {
    if (isProviderType(state.type)) return withOutputs(state);
    if (!state.custom || state.provider !== "") return state;
    const pkg = packageOfType(state.type);
    const made = added.get(pkg) ?? defaultProvider(pkg, recorded, context);
    const there = recorded.resources.find(({ urn, delete: isCopy }) => urn === made.urn && !isCopy);
    const provider = there ?? made;
    if (there === undefined) added.set(pkg, made);
    return { ...state, provider: providerReference(provider.urn, provider.id) };
  });
  const isWhole = resources.every((state, index) => state === recorded.resources[index]);
  return isWhole ? recorded : { ...recorded, resources: [...added.values(), ...resources] };
}

function withOutputs(state: ResourceState): ResourceState {
  const isMissing = Object.keys(state.inputs).length > 0 && Object.keys(state.outputs).length === 0;
  const outputs = withoutPluginNotes(state.inputs);
  return isMissing && Object.keys(outputs).length > 0 ? { ...state, outputs } : state;
}

function defaultProvider(
  pkg: string,
  { manifest }: Snapshot,
  { store, config, random }: OperationContext,
): ResourceState {
  const { stack, project } = store.reference;
  const type = `pulumi:providers:${pkg}`;
  const name = defaultProviderName({ version: "", pluginDownloadURL: "" });
  const version = recordedVersion(pkg, manifest);
  const plugin = { pkg, version, pluginDownloadURL: "", checksums: {}, parameterized: undefined };
  const inputs = addPluginInputs(configInputs(pkg, config), plugin);
  const urn = createUrn({ stack, project, parent: "", type, name });
  return resourceState({
    ...{ urn, type, custom: true, id: random.uuid(), inputs },
    outputs: withoutPluginNotes(inputs),
  });
}

/** Older states say which plugins served them. */
function recordedVersion(pkg: string, { plugins = [] }: Snapshot["manifest"]): string {
  const used = plugins as readonly { readonly name?: unknown; readonly version?: unknown }[];
  const version = used.find((plugin) => plugin?.name === pkg)?.version;
  return typeof version === "string" ? version : "";
}
