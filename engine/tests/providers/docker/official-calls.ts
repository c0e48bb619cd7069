import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { computed, type PropertyMap, type PropertyValue } from "../../../src/protocol/property-value.ts";
import type {
  CheckRequest,
  CreateRequest,
  DiffRequest,
  UpdateRequest,
} from "../../../src/providers/provider.ts";

/** One call that the official CLI made to the official plugin, and what the plugin answered. */
export interface OfficialCall {
  readonly call: "Check" | "Diff" | "Create" | "Update" | "Read";
  readonly from: string;
  readonly request: { readonly [key: string]: PropertyValue };
  readonly response: { readonly [key: string]: PropertyValue };
}

const FILE = new URL("./fixtures/official-calls.json.gz", import.meta.url);

/** The recorded calls of one method; unknown values are `computed`. */
export function officialCalls(method: OfficialCall["call"], isPreview?: boolean): OfficialCall[] {
  const calls = JSON.parse(gunzipSync(readFileSync(FILE)).toString(), revive) as OfficialCall[];
  return calls.filter(
    ({ call, request }) =>
      call === method && (isPreview === undefined || (request["preview"] === true) === isPreview),
  );
}

function revive(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "$unknown" in value ? computed : value;
}

const common = (call: OfficialCall) => ({
  urn: String(call.request["urn"]),
  name: String(call.request["name"]),
  type: String(call.request["type"]),
});

export function checkRequestOf(call: OfficialCall): CheckRequest {
  return {
    ...common(call),
    olds: call.request["olds"] as PropertyMap,
    news: call.request["news"] as PropertyMap,
    randomSeed: new Uint8Array(32),
    autonaming: undefined,
    preview: false,
  };
}

export function diffRequestOf(call: OfficialCall): DiffRequest {
  return {
    ...common(call),
    id: String(call.request["id"]),
    oldInputs: call.request["oldInputs"] as PropertyMap,
    oldOutputs: call.request["olds"] as PropertyMap,
    newInputs: call.request["news"] as PropertyMap,
    ignoreChanges: (call.request["ignoreChanges"] ?? []) as string[],
  };
}

export function createRequestOf(call: OfficialCall): CreateRequest {
  return {
    ...common(call),
    inputs: call.request["properties"] as PropertyMap,
    timeout: 0,
    preview: call.request["preview"] === true,
  };
}

export function updateRequestOf(call: OfficialCall): UpdateRequest {
  return { ...diffRequestOf(call), timeout: 0, preview: true };
}
