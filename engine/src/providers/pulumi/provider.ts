import { ProviderError } from "../../errors.ts";
import { valuesEqual } from "../../plan/property-diff.ts";
import { containsSecrets } from "../../plan/secrets.ts";
import { ROOT_STACK_TYPE } from "../../plan/urn.ts";
import { Computed, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type {
  CheckFailure,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  InvokeResult,
  Provider,
  ReadRequest,
  ReadResult,
} from "../provider.ts";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";
const STASH = "pulumi:index:Stash";

/**
 * Reads the recorded state of another stack by the name a program gives it; undefined where there is none. Where `elided`
 * is given, secrets that cannot be decrypted are read as empty objects, and it is called.
 */
export type ReadStack = (name: string, elided?: () => void) => Promise<Snapshot | undefined>;

export interface PulumiProviderArgs {
  readonly readStack: ReadStack;
  readonly uuid: () => string;
  readonly warn: (urn: string, message: string) => void;
  readonly inform: (message: string) => void;
}

/** The provider of the package `pulumi`: what programs ask of the engine itself. It has no plugin. */
export function createPulumiProvider(args: PulumiProviderArgs): Provider {
  const { uuid, warn } = args;
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
    async check({ urn, type, news }) {
      if (type !== STACK_REFERENCE) requireStash(type);
      else warn(urn, DEPRECATED_REFERENCE);
      const failure = findFailure(type, news);
      return { inputs: news, failures: failure === undefined ? [] : [failure] };
    },
    diff: async (request) => diff(request),
    async create({ type, inputs, preview }) {
      const id = preview ? "" : uuid();
      if (type === STACK_REFERENCE) return { id, outputs: await referenceOutputs(inputs, args) };
      requireStash(type);
      const input = inputs["input"] ?? null;
      return { id, outputs: { input, output: input } };
    },
    async update({ type, newInputs, oldOutputs }) {
      requireStash(type);
      return { outputs: { input: newInputs["input"] ?? null, output: oldOutputs["output"] ?? null } };
    },
    delete: async () => undefined,
    read: (request) => read(request, args),
    // What it keeps is kept in the state alone.
    findInterrupted: async () => ({ kind: "absent" }),
    invoke: (request) => invoke(request, args),
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

/** Old SDKs register what they mean to read. */
const DEPRECATED_REFERENCE =
  'The "pulumi:pulumi:StackReference" resource type is deprecated. Update your SDK or if already up to date raise an ' +
  "issue at https://github.com/pulumi/pulumi/issues.";

/** Each type has one input. */
function inputOf(type: string): string {
  return type === STACK_REFERENCE ? "name" : "input";
}

function findFailure(type: string, news: PropertyMap): CheckFailure | undefined {
  const property = inputOf(type);
  const unknown = Object.keys(news).find((key) => key !== property);
  if (unknown !== undefined) return { property: unknown, reason: `unknown property "${unknown}"` };
  const value = news[property];
  if (value === undefined) return { property, reason: `missing required property "${property}"` };
  if (type !== STACK_REFERENCE || typeof value === "string" || value instanceof Computed) return undefined;
  return { property, reason: `property "${property}" must be a string` };
}

/** Another stack is another reference; a stash keeps its output whatever goes in. */
function diff({ type, oldInputs, newInputs }: DiffRequest): DiffResult {
  const property = inputOf(type);
  if (valuesEqual(oldInputs[property] ?? null, newInputs[property] ?? null)) return noDiff;
  if (type === STACK_REFERENCE) return { ...noDiff, changes: "some", replaceKeys: [property] };
  return { ...noDiff, changes: "some", changedKeys: [property] };
}

function requireStash(type: string): void {
  if (type !== STASH) throw new ProviderError(`unrecognized resource type '${type}'`, { status: "ok" });
}

async function read(request: ReadRequest, args: PulumiProviderArgs): Promise<ReadResult> {
  const { type, id, inputs, state } = request;
  if (type !== STACK_REFERENCE) {
    requireStash(type);
    if (Object.keys(inputs).length === 0) throw new ProviderError("stash can not be imported");
    return { id, inputs, outputs: state };
  }
  const unknown = Object.keys(inputs).find((key) => key !== "name");
  if (unknown !== undefined) throw new ProviderError(`unknown property "${unknown}"`);
  if (inputs["name"] === undefined) throw new ProviderError("stack reference can not be imported");
  return { id, inputs, outputs: await referenceOutputs(state, args) };
}

/** What a stack reference tells; while the stack's name is not known, nothing. */
async function referenceOutputs(inputs: PropertyMap, args: PulumiProviderArgs): Promise<PropertyMap> {
  const name = text(inputs["name"]);
  if (name === undefined) return {};
  return { name, ...(await readOutputs(name, args)) };
}

async function invoke({ token, args }: InvokeRequest, given: PulumiProviderArgs): Promise<InvokeResult> {
  switch (token) {
    case "pulumi:pulumi:readStackOutputs": {
      const name = text(args["name"]) ?? "";
      return known({ name, ...(await readOutputs(name, given)) });
    }
    case "pulumi:pulumi:readStackResourceOutputs": {
      const name = text(args["stackName"]) ?? "";
      return known({ name, outputs: resourceOutputs(await getStack(name, given.readStack)) });
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

/** The outputs of a stack; those are told of that are left empty, as they cannot be decrypted. */
async function readOutputs(
  name: string,
  { readStack, inform }: PulumiProviderArgs,
): Promise<StackOutputs & PropertyMap> {
  let elided = false;
  const read: ReadStack = (other) =>
    readStack(other, () => {
      elided = true;
    });
  const { outputs, secretOutputNames } = stackOutputs(await getStack(name, read));
  if (elided && secretOutputNames.length > 0) {
    inform(`eliding undecryptable secrets for stack reference '${name}'`);
  }
  return { outputs, secretOutputNames };
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
