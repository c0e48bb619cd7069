import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { importedInputs, refreshedInputs } from "../../../src/providers/docker/inputs.ts";
import { createDockerProvider } from "../../../src/providers/docker/provider.ts";
import type { ResourceSchema } from "../../../src/providers/docker/schema.ts";
import { CONTAINER } from "../../../src/providers/docker/schema-container.ts";
import { NETWORK, VOLUME } from "../../../src/providers/docker/schema-others.ts";
import { recordedOutputs, settledValues } from "../../../src/providers/docker/state.ts";
import {
  checkRequestOf,
  createRequestOf,
  diffRequestOf,
  type OfficialCall,
  officialCalls,
  updateRequestOf,
} from "./official-calls.ts";

const docker = createDockerProvider();
const SCHEMAS = [CONTAINER, NETWORK, VOLUME];

const schemaOf = (call: OfficialCall): ResourceSchema => {
  const schema = SCHEMAS.find(({ type }) => type === call.request["type"]);
  if (schema === undefined) throw new Error(`no schema for ${String(call.request["type"])}`);
  return schema;
};
const title = (call: OfficialCall): string =>
  `${call.from} ${String(call.request["urn"]).split("::").at(-1)}`;
const named = (calls: OfficialCall[]) => calls.map((call) => [title(call), call] as const);

/** What Docker would tell about the object that the official plugin recorded. */
const liveOf = (outputs: PropertyMap): PropertyMap =>
  Object.fromEntries(Object.entries(outputs).filter(([key]) => key !== "id" && !key.startsWith("__")));

const KINDS: { readonly [kind: string]: string } = {
  ADD: "add",
  ADD_REPLACE: "add-replace",
  DELETE: "delete",
  DELETE_REPLACE: "delete-replace",
  UPDATE: "update",
  UPDATE_REPLACE: "update-replace",
};

describe("what the official plugin answered", () => {
  it.each(named(officialCalls("Check")))("is what a check answers: %s", async (_, call) => {
    expect(await docker.check(checkRequestOf(call))).toEqual({
      inputs: call.response["inputs"],
      failures: [],
    });
  });

  it.each(named(officialCalls("Diff")))("is what a diff answers: %s", async (_, call) => {
    const diff = await docker.diff(diffRequestOf(call));
    const official = call.response as { readonly [key: string]: never };
    const detailed = Object.entries((official["detailedDiff"] ?? {}) as { [path: string]: { kind: string } });
    expect(diff).toEqual({
      changes: official["changes"] === "DIFF_SOME" ? "some" : "none",
      replaceKeys: official["replaces"] ?? [],
      stableKeys: official["stables"] ?? [],
      changedKeys: official["diffs"] ?? [],
      deleteBeforeReplace: official["deleteBeforeReplace"] ?? false,
      detailedDiff: Object.fromEntries(
        detailed.map(([path, { kind }]) => [path, { kind: KINDS[kind], inputDiff: false }]),
      ),
    });
  });

  it.each(named(officialCalls("Create", true)))(
    "is what a previewed creation answers: %s",
    async (_, call) => {
      const { id, outputs } = await docker.create(createRequestOf(call));
      expect(id).toBe("");
      expect(outputs).toEqual(call.response["properties"]);
    },
  );

  it.each(named(officialCalls("Create", false)))("is what a creation records: %s", (_, call) => {
    const schema = schemaOf(call);
    const official = call.response["properties"] as PropertyMap;
    const values = settledValues(schema, {
      declared: createRequestOf(call).inputs,
      live: liveOf(official),
      isNew: true,
    });
    const id = String(call.response["id"]);
    const context = { timeouts: {}, previous: {}, updated: false };
    expect(recordedOutputs(schema, { id, values }, context)).toEqual(official);
  });

  it.each(named(officialCalls("Update")))("is what an update records: %s", async (_, call) => {
    expect(await docker.update(updateRequestOf(call))).toEqual({ outputs: call.response["properties"] });
  });

  it.each(named(officialCalls("Read")))("is what a refresh or an import records: %s", (_, call) => {
    const schema = schemaOf(call);
    const official = call.response["properties"] as PropertyMap;
    const previous = (call.request["properties"] ?? {}) as PropertyMap;
    const values = settledValues(schema, { declared: previous, live: liveOf(official), isNew: false });
    const id = String(call.response["id"]);
    const inputs =
      call.request["properties"] === undefined
        ? importedInputs(schema.fields, values)
        : refreshedInputs(schema.fields, call.request["inputs"] as PropertyMap, values);
    expect(recordedOutputs(schema, { id, values }, { timeouts: {}, previous, updated: false })).toEqual(
      official,
    );
    expect(inputs).toEqual(call.response["inputs"]);
  });
});
