import type { Diagnostic } from "../../src/events.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { Provider, ProviderHost, ProviderSpec } from "../../src/providers/provider.ts";
import { createProviderRegistry } from "../../src/providers/registry.ts";

export const TYPE = "pulumi:providers:toy";
export const URN = `urn:pulumi:dev::shop::${TYPE}::p`;

export const CAPABILITIES = {
  acceptSecrets: true,
  acceptResources: true,
  acceptOutputs: true,
  supportsPreview: true,
  supportsAutonaming: false,
};
export const SOME = {
  changes: "some" as const,
  replaceKeys: [],
  stableKeys: [],
  changedKeys: ["region"],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

/** A host whose plugins write down every call, and the registry on top of it. */
export function setUp(plugin: Partial<Provider> = {}, preview = false) {
  const calls: string[] = [];
  const specs: ProviderSpec[] = [];
  const said: Diagnostic[] = [];
  let ids = 0;
  const note = (call: string, about?: unknown) => {
    calls.push(about === undefined ? call : `${call} ${JSON.stringify(about)}`);
  };
  const host: ProviderHost = {
    async load(spec) {
      specs.push(spec);
      note(`load ${spec.pkg}@${spec.version}`);
      return {
        pkg: spec.pkg,
        checkConfig: async ({ olds, news }) => {
          note("checkConfig", { olds, news });
          return { inputs: news, failures: [] };
        },
        diffConfig: async ({ oldInputs, oldOutputs, newInputs }) => {
          note("diffConfig", { oldInputs, oldOutputs, newInputs });
          return SOME;
        },
        configure: async ({ id, inputs }) => {
          note(`configure ${id}`, inputs);
          return CAPABILITIES;
        },
        invoke: async ({ token }) => ({ result: { token }, failures: [] }),
        cancel: async () => note("cancel"),
        close: async () => note("close"),
        ...plugin,
      } as Provider;
    },
    close: async () => undefined,
  };
  const registry = createProviderRegistry({
    host,
    preview,
    diagnostics: (diagnostic) => said.push(diagnostic),
    random: { bytes: () => new Uint8Array(), uuid: () => `id-${++ids}` },
  });
  const providers = registry.providerOfProviders;
  const identity = { urn: URN, name: "p", type: TYPE };
  return {
    ...{ calls, specs, said, registry },
    check: (news: PropertyMap, olds: PropertyMap = {}) =>
      providers.check({
        ...{ ...identity, olds, news, preview },
        ...{ randomSeed: new Uint8Array(), autonaming: undefined },
      }),
    diff: (oldInputs: PropertyMap, newInputs: PropertyMap) =>
      providers.diff({
        ...{ ...identity, id: "id-0", oldInputs, newInputs, ignoreChanges: [] },
        oldOutputs: withoutNotes(oldInputs),
      }),
    create: (inputs: PropertyMap) => providers.create({ ...identity, inputs, timeout: 0, preview }),
    update: (newInputs: PropertyMap) =>
      providers.update({
        ...{ ...identity, id: "id-0", oldInputs: {}, oldOutputs: {}, newInputs },
        ...{ ignoreChanges: [], timeout: 0, preview },
      }),
    delete: () => providers.delete({ ...identity, id: "id-1", oldInputs: {}, oldOutputs: {}, timeout: 0 }),
  };
}

function withoutNotes({ __internal: _, ...rest }: PropertyMap): PropertyMap {
  return rest;
}
