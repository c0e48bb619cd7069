import { describe, expect, it } from "vitest";
import type { GoalPlan, UpdatePlan } from "../../src/plan/update-plan.ts";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { parsePlan, serializePlan } from "../../src/state/plan-file.ts";

const urn = "urn:pulumi:dev::corpus::fake:index:Thing::a";

const goal: GoalPlan = {
  type: "fake:index:Thing",
  name: "a",
  custom: true,
  inputDiff: { adds: { b: new Secret("hunter2") }, deletes: ["c"], updates: { a: computed } },
  outputDiff: { adds: {}, deletes: [], updates: {} },
  parent: "urn:pulumi:dev::corpus::pulumi:pulumi:Stack::corpus-dev",
  protect: true,
  dependencies: [urn],
  provider: "urn:pulumi:dev::corpus::pulumi:providers:fake::default::1",
  propertyDependencies: { a: [urn] },
  deleteBeforeReplace: false,
  ignoreChanges: ["d"],
  additionalSecretOutputs: ["e"],
  aliases: [
    { kind: "urn", urn },
    { kind: "spec", name: "b", type: undefined, stack: "s", project: undefined, parent: { urn } },
    { kind: "spec", name: undefined, type: "t:t:T", stack: undefined, project: "p", parent: "none" },
    { kind: "spec", name: "c", type: undefined, stack: undefined, project: undefined, parent: undefined },
  ],
  importId: "id",
  customTimeouts: { create: 60 },
};

const plan: UpdatePlan = {
  manifest: { time: "2026-01-01T00:00:00Z", magic: "m", version: "v3.260.0" },
  config: { "corpus:key": { secure: "v1:x" } },
  resources: new Map([
    [urn, { goal, ops: ["create"], outputs: { f: 1 }, seed: new Uint8Array([1, 2, 3]) }],
    [`${urn}2`, { goal: undefined, ops: ["delete"], outputs: undefined, seed: undefined }],
  ]),
};

describe("a plan file", () => {
  it("gives back what was written", async () => {
    const text = await serializePlan(plan, base64Secrets);
    expect(await parsePlan(text, base64Secrets)).toEqual(plan);
  });

  it("has the form of the official CLI's", async () => {
    const text = await serializePlan(plan, base64Secrets);
    expect(text.startsWith('{\n    "manifest": {\n        "time"')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({
      manifest: { time: "2026-01-01T00:00:00Z", magic: "m", version: "v3.260.0" },
      config: { "corpus:key": { secure: "v1:x" } },
      resourcePlans: {
        [urn]: {
          goal: {
            inputDiff: { deletes: ["c"], updates: { a: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
            outputDiff: {},
            structuredAliases: [
              { URN: urn, Name: "", Type: "", Project: "", Stack: "", Parent: "", NoParent: false },
              { URN: "", Name: "b", Type: "", Project: "", Stack: "s", Parent: urn, NoParent: false },
              { URN: "", Name: "", Type: "t:t:T", Project: "p", Stack: "", Parent: "", NoParent: true },
              { URN: "", Name: "c", Type: "", Project: "", Stack: "", Parent: "", NoParent: false },
            ],
            id: "id",
            customTimeouts: { create: 60 },
          },
          steps: ["create"],
          state: { f: 1 },
          seed: "AQID",
        },
        [`${urn}2`]: { steps: ["delete"], state: null },
      },
    });
  });

  it("leaves out what is empty", async () => {
    const empty: GoalPlan = {
      ...{ ...goal, inputDiff: goal.outputDiff, parent: "", protect: false, dependencies: [], provider: "" },
      ...{ propertyDependencies: {}, deleteBeforeReplace: undefined, ignoreChanges: [] },
      ...{ additionalSecretOutputs: [], aliases: [], importId: "", customTimeouts: {} },
    };
    const resources = new Map([[urn, { goal: empty, ops: [], outputs: {}, seed: undefined }]]);
    const text = await serializePlan({ ...plan, config: {}, resources }, base64Secrets);
    const { manifest } = plan;
    expect(JSON.parse(text)).toEqual({
      manifest,
      resourcePlans: {
        [urn]: {
          goal: {
            ...{ type: "fake:index:Thing", name: "a", custom: true, inputDiff: {}, outputDiff: {} },
            ...{ protect: false, customTimeouts: {} },
          },
          state: {},
        },
      },
    });
    const none = await serializePlan({ ...plan, config: {}, resources: new Map() }, base64Secrets);
    expect(JSON.parse(none)).toEqual({ manifest });
    expect((await parsePlan(none, base64Secrets)).resources.size).toBe(0);
  });

  it("encrypts secrets unless a person asks for them", async () => {
    const text = await serializePlan(plan, base64Secrets);
    expect(text).not.toContain("hunter2");
    expect(text).toContain(Buffer.from('"hunter2"').toString("base64"));
    expect(await serializePlan(plan, undefined)).toContain('"plaintext": "\\"hunter2\\""');
  });

  it.each([
    ["", /is empty/],
    ["{", /not valid JSON/],
    ["[]", /plan must be an object/],
    [`{"resourcePlans":{"u":{"steps":[1]}}}`, /plan of u, steps\[0\] must be a text/],
    [`{"resourcePlans":{"u":{"goal":{"inputDiff":{"adds":3}}}}}`, /inputDiff\.adds must be an object/],
  ])("that reads %s is an error that says where", async (text, message) => {
    await expect(parsePlan(text, base64Secrets)).rejects.toThrow(message);
  });
});
