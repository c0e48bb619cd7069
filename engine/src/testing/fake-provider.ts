import { UserError } from "../errors.ts";
import { changed, unchanged } from "../plan/diff-result.ts";
import { diffObjects } from "../plan/property-diff.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type {
  DiffResult,
  Provider,
  ProviderCapabilities,
  ProviderHost,
  ProviderSpec,
} from "../providers/provider.ts";

const CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: true,
  acceptResources: true,
  acceptOutputs: true,
  supportsPreview: true,
  supportsAutonaming: false,
};

/** A provider made of functions. What is not given has a plain meaning: inputs are outputs, ids are `<name>-id`, every change is an update. */
export function fakeProvider(functions: Partial<Provider> = {}): Provider {
  return {
    pkg: "fake",
    checkConfig: async ({ news }) => ({ inputs: news, failures: [] }),
    diffConfig: async ({ oldInputs, newInputs }) => compare(oldInputs, newInputs),
    configure: async () => CAPABILITIES,
    check: async ({ news }) => ({ inputs: news, failures: [] }),
    diff: async ({ oldInputs, newInputs }) => compare(oldInputs, newInputs),
    create: async ({ name, inputs, preview }) => ({ id: preview ? "" : `${name}-id`, outputs: inputs }),
    update: async ({ newInputs }) => ({ outputs: newInputs }),
    delete: async () => undefined,
    read: async ({ id, inputs, state }) => ({ id, inputs, outputs: state }),
    invoke: async ({ args }) => ({ result: args, failures: [] }),
    cancel: async () => undefined,
    close: async () => undefined,
    ...functions,
  };
}

function compare(old: PropertyMap, next: PropertyMap): DiffResult {
  const found = diffObjects(old, next);
  if (found === undefined) return unchanged;
  return { ...changed, changedKeys: found.changedKeys, detailedDiff: found.detailedDiff };
}

/** A host of fake providers, by package. A function makes one per load. */
export function fakeHost(providers: {
  readonly [pkg: string]: Provider | ((spec: ProviderSpec) => Provider);
}): ProviderHost {
  return {
    async load(spec) {
      const found = providers[spec.pkg];
      if (found === undefined) {
        throw new UserError("plugin-not-found", `no fake provider for the package '${spec.pkg}'`);
      }
      return typeof found === "function" ? found(spec) : found;
    },
    close: async () => undefined,
  };
}
