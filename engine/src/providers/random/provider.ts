import { ProviderError } from "../../errors.ts";
import { annotateSecrets } from "../../plan/secrets.ts";
import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
  Secret,
} from "../../protocol/property-value.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DiffRequest,
  DiffResult,
  Provider,
  ProviderCapabilities,
  ReadRequest,
  ReadResult,
  UpdateRequest,
  UpdateResult,
} from "../provider.ts";
import { checkInputs } from "./check.ts";
import { diffInputs } from "./diff.ts";
import { renderOutputs, renderPreview, splitOutputs } from "./outputs.ts";
import type { ResourceType } from "./resource-type.ts";
import { planInputs, resourceType } from "./types.ts";

/** What the official plugin says in Configure. */
const CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: false,
  acceptResources: true,
  acceptOutputs: false,
  supportsPreview: true,
  supportsAutonaming: true,
};

/** The package `random` 4.x in-process; its state is that of the official plugin. */
export function createRandomProvider(options: { readonly now?: () => number } = {}): Provider {
  const now = options.now ?? Date.now;
  return {
    pkg: "random",
    checkConfig: async ({ news }) => ({ inputs: news, failures: [] }),
    diffConfig: async () => UNKNOWN_DIFF,
    configure: async () => CAPABILITIES,
    check,
    diff,
    create: (request) => create(request, now),
    update,
    delete: async () => undefined,
    read,
    // What it draws is kept in the state alone.
    findInterrupted: async () => ({ kind: "absent" }),
    async invoke({ token }) {
      throw new ProviderError(`unknown function ${token}`, { status: "ok" });
    },
    cancel: async () => undefined,
    close: async () => undefined,
  };
}

const UNKNOWN_DIFF: DiffResult = {
  changes: "unknown",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

async function check({ type, name, news }: CheckRequest): Promise<CheckResult> {
  const failures = checkInputs(resourceType(type), toPlain(news), name);
  return { inputs: news, failures };
}

async function diff(request: DiffRequest): Promise<DiffResult> {
  const type = resourceType(request.type);
  const recorded = splitOutputs(type, await upgraded(type, request.oldOutputs));
  return diffInputs(recorded.planned, planInputs(type, toPlain(request.newInputs)));
}

async function create(
  { type: token, inputs, preview }: CreateRequest,
  now: () => number,
): Promise<CreateResult> {
  const type = resourceType(token);
  const planned = planInputs(type, toPlain(inputs));
  if (preview) return { id: "", outputs: annotateSecrets(renderPreview(type, planned), inputs) };
  const generated = await type.generate(planned, now);
  return { id: generated.id, outputs: annotateSecrets(renderOutputs(type, planned, generated), inputs) };
}

/** Only what does not change the value can be updated; the value stays. */
async function update({ type: token, id, oldOutputs, newInputs }: UpdateRequest): Promise<UpdateResult> {
  const type = resourceType(token);
  const { values } = splitOutputs(type, await upgraded(type, oldOutputs));
  const outputs = renderOutputs(type, planInputs(type, toPlain(newInputs)), { id, values });
  return { outputs: annotateSecrets(outputs, newInputs) };
}

/** Nothing is kept anywhere but in the state: what is recorded is there. */
async function read({ type: token, id, inputs, state }: ReadRequest): Promise<ReadResult> {
  const type = resourceType(token);
  if (Object.keys(state).length === 0) return importResource(type, id);
  const { planned, values } = splitOutputs(type, await upgraded(type, state));
  return { id, inputs, outputs: annotateSecrets(renderOutputs(type, planned, { id, values }), state) };
}

async function importResource(type: ResourceType, text: string): Promise<ReadResult> {
  if (type.import === undefined) {
    throw new ProviderError("Resource Import Not Implemented: This resource does not support import.", {
      status: "ok",
    });
  }
  const { inputs, ...imported } = await type.import(text);
  return { id: imported.id, inputs, outputs: renderOutputs(type, planInputs(type, inputs), imported) };
}

async function upgraded(type: ResourceType, outputs: PropertyMap): Promise<PropertyMap> {
  const plain = toPlain(outputs);
  return type.upgrade === undefined ? plain : type.upgrade(plain);
}

/** The provider works on plain values, and marks what is secret again at the end. */
function toPlain(map: PropertyMap): PropertyMap {
  return propertyMap(Object.entries(map).map(([key, value]) => [key, unwrap(value)]));
}

function unwrap(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return unwrap(value.value);
  if (isPropertyArray(value)) return value.map(unwrap);
  return isPropertyMap(value) ? toPlain(value) : value;
}
