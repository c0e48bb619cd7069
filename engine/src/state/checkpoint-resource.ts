import { BYTE_STRING_SIGNATURE } from "../protocol/signatures.ts";
import { JsonRecord, type JsonValue } from "./go-json.ts";
import {
  corrupt,
  type ParsedJson,
  type ParsedObject,
  readArray,
  readBoolean,
  readObject,
  readOpaque,
  readString,
  readStrings,
} from "./json-reader.ts";
import { decodeProperties, decodeProperty, type SecretReader } from "./property-decode.ts";
import { encodeProperties, encodeProperty, type SecretWriter } from "./property-json.ts";
import {
  type CustomTimeouts,
  type HookPhase,
  type PendingOperation,
  type ResourceState,
  zeroState,
} from "./resource.ts";
import { readSharedStack, stackJson } from "./shared-stacks.ts";

interface Codec<Value> {
  read(json: ParsedJson | undefined, where: string, secrets: SecretReader): Value;
  /** Undefined where the file leaves the field out. */
  write(value: Value, secrets: SecretWriter): JsonValue | undefined;
}

const required = <Value extends string | boolean>(read: Codec<Value>["read"]): Codec<Value> => ({
  read,
  write: (value) => value,
});
const text: Codec<string> = { read: readString, write: (value) => value || undefined };
const flag: Codec<boolean> = { read: readBoolean, write: (value) => value || undefined };
const texts: Codec<readonly string[]> = {
  read: readStrings,
  write: (value) => (value.length > 0 ? value : undefined),
};
const properties: Codec<ResourceState["inputs"]> = {
  read: decodeProperties,
  write: (value, secrets) => (isEmpty(value) ? undefined : encodeProperties(value, secrets)),
};
const lists: Codec<{ readonly [key: string]: readonly string[] }> = {
  read: (json, where) =>
    mapMembers(readObject(json, where), (item, key) => readStrings(item, `${where}.${key}`)),
  write: (value) => (isEmpty(value) ? undefined : value),
};

const TIMEOUTS = ["create", "update", "delete", "read"] as const;

export const timeouts: Codec<CustomTimeouts> = {
  read(json, where) {
    const given = readObject(json, where);
    const entries = TIMEOUTS.flatMap((name) => {
      const seconds = given[name];
      if (seconds === undefined || seconds === null) return [];
      if (typeof seconds !== "number" || !Number.isFinite(seconds)) {
        throw corrupt(`${where}.${name}`, "must be a number");
      }
      return [[name, seconds] as const];
    });
    return Object.fromEntries(entries);
  },
  write(value) {
    const given = TIMEOUTS.filter((name) => value[name]);
    return given.length === 0 ? undefined : new JsonRecord(given.map((name) => [name, value[name]]));
  },
};

const stackTrace: Codec<ResourceState["stackTrace"]> = {
  read(json, where) {
    const frames = readArray(json, where);
    return readSharedStack(frames, () =>
      frames.map((frame, index) => {
        const at = `${where}[${index}]`;
        return {
          sourcePosition: readString(readObject(frame, at)["sourcePosition"], `${at}.sourcePosition`),
        };
      }),
    );
  },
  write: (frames) => (frames.length === 0 ? undefined : stackJson(frames)),
};

const trigger: Codec<ResourceState["replacementTrigger"]> = {
  read: (json, where, secrets) =>
    json === undefined || json === null ? undefined : decodeProperty(json, where, secrets),
  write: (value, secrets) =>
    value === undefined || value === null ? undefined : encodeProperty(value, secrets),
};

const HOOK_PHASES: ReadonlySet<string> = new Set<HookPhase>([
  "BeforeCreate",
  "AfterCreate",
  "BeforeUpdate",
  "AfterUpdate",
  "BeforeDelete",
  "AfterDelete",
  "OnError",
]);

const hooks: Codec<ResourceState["resourceHooks"]> = {
  read(json, where, secrets) {
    const given = lists.read(json, where, secrets);
    const stranger = Object.keys(given).find((phase) => !HOOK_PHASES.has(phase));
    if (stranger !== undefined) throw corrupt(where, `has an unknown hook type '${stranger}'`);
    return given;
  },
  write: (value) => (isEmpty(value) ? undefined : (value as { readonly [phase: string]: readonly string[] })),
};

/** Every field of a resource in the order of the file. */
const FIELDS: {
  readonly [Field in keyof Omit<ResourceState, "unknownFields">]: Codec<ResourceState[Field]>;
} = {
  urn: required(readString),
  custom: required(readBoolean),
  delete: flag,
  id: text,
  type: required(readString),
  inputs: properties,
  outputs: properties,
  parent: text,
  protect: flag,
  taint: flag,
  external: flag,
  dependencies: texts,
  initErrors: texts,
  provider: text,
  propertyDependencies: lists,
  pendingReplacement: flag,
  additionalSecretOutputs: texts,
  aliases: texts,
  customTimeouts: timeouts,
  importID: text,
  retainOnDelete: flag,
  deletedWith: text,
  replaceWith: texts,
  created: text,
  modified: text,
  sourcePosition: text,
  stackTrace,
  ignoreChanges: texts,
  hideDiff: texts,
  replaceOnChanges: texts,
  replacementTrigger: trigger,
  refreshBeforeUpdate: flag,
  viewOf: text,
  resourceHooks: hooks,
};

const CODECS: ReadonlyMap<string, Codec<unknown>> = new Map(Object.entries(FIELDS));

/** Reads one resource of a checkpoint. @throws UserError `state-corrupt`. */
export function readResource(json: ParsedJson, where: string, secrets: SecretReader): ResourceState {
  const given = readObject(json, where);
  const at = typeof given["urn"] === "string" && given["urn"] !== "" ? `resource ${given["urn"]}:` : where;
  // Few of the fields are given: the others keep their zero value, and all resources are objects of one shape.
  const read: { [name: string]: unknown } = { ...zeroState };
  const unknown: (readonly [string, ParsedJson])[] = [];
  for (const [name, value] of Object.entries(given)) {
    const codec = CODECS.get(name);
    if (codec === undefined) unknown.push([name, readOpaque(value, `${at} ${name}`)]);
    else read[name] = codec.read(value, `${at} ${name}`, secrets);
  }
  if (unknown.length > 0) read["unknownFields"] = Object.fromEntries(unknown);
  return read as unknown as ResourceState;
}

/** Writes one resource of a checkpoint. */
export function writeResource(resource: ResourceState, secrets: SecretWriter): JsonRecord {
  const values = resource as unknown as { readonly [name: string]: unknown };
  const members: (readonly [string, JsonValue])[] = [];
  for (const [name, codec] of CODECS) {
    const written = codec.write(values[name], secrets);
    if (written !== undefined) members.push([name, written]);
  }
  members.push(...Object.entries(resource.unknownFields as ParsedObject));
  return new JsonRecord(members);
}

const OPERATIONS: ReadonlySet<string> = new Set<PendingOperation["type"]>([
  "creating",
  "updating",
  "deleting",
  "reading",
  "importing",
]);

/** Reads one pending operation. @throws UserError `state-corrupt`. */
export function readOperation(json: ParsedJson, where: string, secrets: SecretReader): PendingOperation {
  const given = readObject(json, where);
  const type = readPendingType(given["type"], where);
  return { resource: readResource(given["resource"] ?? null, `${where}.resource`, secrets), type };
}

/** Reads what kind of operation is pending. @throws UserError `state-corrupt`. */
export function readPendingType(json: ParsedJson | undefined, where: string): PendingOperation["type"] {
  const type = readString(json, `${where}.type`);
  if (!OPERATIONS.has(type)) throw corrupt(where, `has an unknown type '${type}'`);
  return type as PendingOperation["type"];
}

/** The features that a reader must know to understand this resource. */
export function featuresOf(resource: ResourceState, written: string): readonly string[] {
  const { unknownFields } = resource;
  const used: string[] = [];
  if (resource.refreshBeforeUpdate) used.push("refreshBeforeUpdate");
  if (resource.viewOf !== "") used.push("views");
  if (!isEmpty(resource.resourceHooks)) used.push("hooks");
  if (resource.taint) used.push("taint");
  if (resource.replaceWith.length > 0) used.push("replaceWith");
  if (unknownFields["extensionRef"]) used.push("extensionParameterization");
  if (unknownFields["snippetID"]) used.push("snippets-prototype");
  if (written.includes(BYTE_STRING_SIGNATURE)) used.push("byteString");
  return used;
}

function isEmpty(value: object): boolean {
  for (const _key in value) return false;
  return true;
}

function mapMembers<Value>(
  json: ParsedObject,
  change: (item: ParsedJson, key: string) => Value,
): { readonly [key: string]: Value } {
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, change(item, key)]));
}
