import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  computed,
  isPropertyArray,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../../../src/protocol/property-value.ts";
import { SIGNATURE_KEY } from "../../../src/protocol/signatures.ts";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  UpdateRequest,
} from "../../../src/providers/provider.ts";

type Method = "CheckConfig" | "DiffConfig" | "Check" | "Diff" | "Create" | "Update" | "Delete";

/** One call that the official CLI made to an official plugin, and what the plugin answered. */
export interface OfficialCall {
  readonly call: Method;
  /** Case and step. */
  readonly from: string;
  readonly request: PropertyMap;
  readonly response?: PropertyMap;
  /** The text of the gRPC error. */
  readonly error?: string;
}

/** The recorded calls to a package's plugin; secrets and unknowns as the engine holds them. */
export function officialCalls(
  pkg: string,
  method: Method,
): readonly (readonly [title: string, OfficialCall])[] {
  const file = new URL(`./${pkg}-calls.json.gz`, import.meta.url);
  const calls = JSON.parse(gunzipSync(readFileSync(file)).toString(), revive) as OfficialCall[];
  return calls
    .filter(({ call }) => call === method)
    .map((call) => [`${call.from} ${String(call.request["urn"]).split("::").at(-1)}`, call]);
}

function revive(_key: string, value: unknown): unknown {
  if (value === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return computed;
  if (typeof value !== "object" || value === null || !(SIGNATURE_KEY in value)) return value;
  return new Secret((value as { value?: PropertyValue }).value ?? null);
}

const mapAt = (call: OfficialCall, key: string): PropertyMap => (call.request[key] ?? {}) as PropertyMap;

export const callOf = (call: OfficialCall) => ({
  urn: String(call.request["urn"]),
  name: String(call.request["name"]),
  type: String(call.request["type"]),
  id: String(call.request["id"] ?? ""),
});

export function checkRequestOf(call: OfficialCall): CheckRequest {
  return {
    ...callOf(call),
    olds: mapAt(call, "olds"),
    news: mapAt(call, "news"),
    randomSeed: new Uint8Array(32),
    autonaming: undefined,
    preview: false,
  };
}

export function diffRequestOf(call: OfficialCall): DiffRequest {
  const ignored = call.request["ignoreChanges"];
  return {
    ...callOf(call),
    oldInputs: mapAt(call, "oldInputs"),
    oldOutputs: mapAt(call, "olds"),
    newInputs: mapAt(call, "news"),
    ignoreChanges: isPropertyArray(ignored) ? ignored.map(String) : [],
  };
}

export function createRequestOf(call: OfficialCall): CreateRequest {
  return {
    ...callOf(call),
    inputs: mapAt(call, "properties"),
    timeout: 0,
    preview: call.request["preview"] === true,
  };
}

export function updateRequestOf(call: OfficialCall): UpdateRequest {
  return { ...diffRequestOf(call), timeout: 0, preview: call.request["preview"] === true };
}

export function deleteRequestOf(call: OfficialCall): DeleteRequest {
  return {
    ...callOf(call),
    oldInputs: mapAt(call, "oldInputs"),
    oldOutputs: mapAt(call, "properties"),
    timeout: 0,
  };
}

const KINDS: { readonly [kind: string]: string } = {
  ADD: "add",
  ADD_REPLACE: "add-replace",
  DELETE: "delete",
  DELETE_REPLACE: "delete-replace",
  UPDATE: "update",
  UPDATE_REPLACE: "update-replace",
};

/** The recorded detailed differences as the engine names them. */
export function detailedDiffOf(call: OfficialCall): { readonly [path: string]: string } {
  const detailed = (call.response?.["detailedDiff"] ?? {}) as { [path: string]: { kind?: string } };
  return Object.fromEntries(
    Object.entries(detailed).map(([path, { kind }]) => [path, KINDS[kind ?? "ADD"] ?? ""]),
  );
}
