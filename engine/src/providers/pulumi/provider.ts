import { ProviderError } from "../../errors.ts";
import { valuesEqual } from "../../plan/property-diff.ts";
import { containsSecrets } from "../../plan/secrets.ts";
import { ROOT_STACK_TYPE } from "../../plan/urn.ts";
import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type {
  DiffResult,
  InvokeRequest,
  InvokeResult,
  Provider,
  ReadRequest,
  ReadResult,
} from "../provider.ts";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";
const STASH = "pulumi:index:Stash";

/** Reads the recorded state of another stack by the name a program gives it; undefined where there is none. */
export type ReadStack = (name: string) => Promise<Snapshot | undefined>;

/** The provider of the package `pulumi`: what programs ask of the engine itself. It has no plugin. */
export function createPulumiProvider(args: { readStack: ReadStack; uuid: () => string }): Provider {
  const { readStack, uuid } = args;
  return {
    pkg: "pulumi",
    checkConfig: async ({ news }) => ({ inputs: news, failures: [] }),
    diffConfig: async () => noDiff,
    configure: async () => ({
      acceptSecrets: true,
      acceptResources: true,
      acceptOutputs: false,
      supportsPreview: true,
      supportsAutonaming: false,
    }),
    async check({ type, news }) {
      requireStash(type);
      const missing = { property: "input", reason: "the stash has nothing to keep" };
      return { inputs: news, failures: Object.hasOwn(news, "input") ? [] : [missing] };
    },
    async diff({ oldInputs, newInputs }) {
      if (sameInput(oldInputs, newInputs)) return noDiff;
      return { ...noDiff, changes: "some", changedKeys: ["input"] };
    },
    async create({ type, inputs, preview }) {
      requireStash(type);
      const input = inputs["input"] ?? null;
      return { id: preview ? "" : uuid(), outputs: { input, output: input } };
    },
    async update({ newInputs, oldOutputs }) {
      return { outputs: { input: newInputs["input"] ?? null, output: oldOutputs["output"] ?? null } };
    },
    delete: async () => undefined,
    read: (request) => read(request, readStack),
    // What it keeps is kept in the state alone.
    findInterrupted: async () => ({ kind: "absent" }),
    invoke: (request) => invoke(request, readStack),
    cancel: async () => undefined,
    close: async () => undefined,
  };
}

const noDiff: DiffResult = {
  changes: "none",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

function sameInput(olds: PropertyMap, news: PropertyMap): boolean {
  return valuesEqual(olds["input"] ?? null, news["input"] ?? null);
}

function requireStash(type: string): void {
  if (type !== STASH) throw new ProviderError(`unrecognized resource type '${type}'`, { status: "ok" });
}

async function read(request: ReadRequest, readStack: ReadStack): Promise<ReadResult> {
  const { type, id, inputs, state } = request;
  if (type !== STACK_REFERENCE) {
    requireStash(type);
    return { id, inputs, outputs: state };
  }
  const name = text(state["name"]) ?? text(inputs["name"]) ?? id;
  const { outputs, secretOutputNames } = stackOutputs(await getStack(name, readStack));
  return { id, inputs: { name }, outputs: { name, outputs, secretOutputNames } };
}

async function invoke({ token, args }: InvokeRequest, readStack: ReadStack): Promise<InvokeResult> {
  switch (token) {
    case "pulumi:pulumi:readStackOutputs": {
      const name = text(args["name"]) ?? "";
      return known({ name, ...stackOutputs(await getStack(name, readStack)) });
    }
    case "pulumi:pulumi:readStackResourceOutputs": {
      const name = text(args["stackName"]) ?? "";
      return known({ name, outputs: resourceOutputs(await getStack(name, readStack)) });
    }
    default:
      throw new ProviderError(`unrecognized function name: '${token}'`, { status: "ok" });
  }
}

function known(result: PropertyMap): InvokeResult {
  return { result, failures: [] };
}

async function getStack(name: string, readStack: ReadStack): Promise<Snapshot> {
  const snapshot = await readStack(name);
  if (snapshot !== undefined) return snapshot;
  throw new ProviderError(`unknown stack ${JSON.stringify(name)}`);
}

interface StackOutputs {
  readonly outputs: PropertyMap;
  readonly secretOutputNames: readonly string[];
}

function stackOutputs(snapshot: Snapshot): StackOutputs {
  const outputs = snapshot.resources.find(isRoot)?.outputs ?? {};
  const secret = Object.entries(outputs).filter(([, value]) => containsSecrets(value));
  return { outputs, secretOutputNames: secret.map(([name]) => name).sort() };
}

function isRoot(resource: ResourceState): boolean {
  return resource.type === ROOT_STACK_TYPE && !resource.delete;
}

function resourceOutputs(snapshot: Snapshot): PropertyMap {
  const live = snapshot.resources.filter((resource) => !resource.delete);
  return Object.fromEntries(live.map(({ urn, type, outputs }) => [urn, { type, outputs }]));
}

function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
