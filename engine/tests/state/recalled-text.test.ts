import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PropertyMap, propertyMap, Secret } from "../../src/protocol/property-value.ts";
import { parseCheckpoint } from "../../src/state/checkpoint.ts";
import { serializeCheckpoint } from "../../src/state/checkpoint-write.ts";
import { cutCheckpoint } from "../../src/state/cut-checkpoint.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, type ResourceState, resourceState, type Snapshot } from "../../src/state/resource.ts";
import { recallText, takeOverText } from "../../src/state/resource-text.ts";
import type { SecretsManager } from "../../src/state/secrets.ts";

const reference = { organization: "organization", project: "p", stack: "s" };

function snapshotOf(resources: readonly ResourceState[], more: Partial<Snapshot> = {}): Snapshot {
  return { ...emptySnapshot({ type: "b64", state: null }), resources, ...more };
}

function write(snapshot: Snapshot): Promise<string> {
  return serializeCheckpoint(snapshot, reference, base64Secrets);
}

/** What could be taken for a place to cut at. */
const misleading = fc.constantFrom(
  '},{"urn":"',
  '"resources":[',
  '],"metadata":{',
  '],"pending_operations":[',
  ',"stackTrace":[',
  "the resources",
  '<&>\u2028\ud83d\ude00\\"',
);
const { value } = fc.letrec<{ value: unknown; map: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    misleading,
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("map"),
  ),
  map: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("urn", "stackTrace", "resources", "metadata")),
    tie("value"),
    { maxKeys: 3 },
  ),
}));
const properties = fc
  .dictionary(fc.constantFrom("urn", "resources", "stackTrace", "a", "1"), value, { maxKeys: 3 })
  .map((given) => propertyMap(Object.entries(given) as [string, never][]));
const frame = fc.constantFrom("project:///a.ts#1", "project:///b.ts#2,3", "").map((sourcePosition) => ({
  sourcePosition,
}));
const name = fc.integer({ min: 0, max: 3 }).map((number) => `urn:pulumi:s::p::t:m:R::${number}`);
const resource = fc
  .record({
    urn: name,
    type: fc.constant("t:m:R"),
    custom: fc.boolean(),
    inputs: properties,
    outputs: fc.tuple(properties, fc.boolean()).map(([plain, isSecret]): PropertyMap => {
      return isSecret ? { ...plain, hidden: new Secret("hush") } : plain;
    }),
    dependencies: fc.array(name, { maxLength: 2 }),
    propertyDependencies: fc.dictionary(fc.constantFrom("a", "b"), fc.array(name, { maxLength: 2 })),
    stackTrace: fc.array(frame, { maxLength: 2 }),
    ignoreChanges: fc.array(fc.string(), { maxLength: 1 }),
  })
  .map(resourceState);
const snapshot = fc
  .record({
    resources: fc.array(resource, { maxLength: 4 }),
    pending: fc.array(resource, { maxLength: 1 }),
    metadata: fc.constantFrom({}, { resources: ["the resources"] }, { note: '],"metadata":{' }),
  })
  .map(({ resources, pending, metadata }) =>
    snapshotOf(resources, {
      pendingOperations: pending.map((found) => ({ resource: found, type: "creating" as const })),
      metadata,
    }),
  );

describe("a state file that is cut at its resources", () => {
  it("says what it says as a whole, and is written again byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(snapshot, async (given) => {
        const text = await write(given);
        const whole = await parseCheckpoint(JSON.parse(text) as object, base64Secrets);
        const cut = await parseCheckpoint(text, base64Secrets);
        expect(cut).toStrictEqual(whole);
        expect(await write(cut)).toBe(await write(whole));
        const pieces = cutCheckpoint(text);
        if (pieces !== undefined) expect(pieces.json).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 400 },
    );
  });

  it("is cut where it is as this engine and the official CLI write it, and nowhere else", async () => {
    const one = resourceState({ urn: "urn:pulumi:s::p::t:m:R::1", type: "t:m:R", custom: true });
    const text = await write(snapshotOf([one, { ...one, urn: "urn:pulumi:s::p::t:m:R::2" }]));
    expect(cutCheckpoint(text)?.texts).toEqual([
      '{"urn":"urn:pulumi:s::p::t:m:R::1","custom":true,"type":"t:m:R"}',
      '{"urn":"urn:pulumi:s::p::t:m:R::2","custom":true,"type":"t:m:R"}',
    ]);
    expect(cutCheckpoint(`${text}\n`)?.texts).toHaveLength(2);
    expect(cutCheckpoint(text.replace('"custom":', '"custom":\n'))).toBeUndefined();
    expect(cutCheckpoint(JSON.stringify(JSON.parse(text), null, 4))).toBeUndefined();
    expect(cutCheckpoint(await write(snapshotOf([])))).toBeUndefined();
    expect(cutCheckpoint(text.replace('"latest":', '"later":'))).toBeUndefined();
    expect(
      cutCheckpoint(text.replace('"checkpoint":{', '"checkpoint":[{').replace(/\}$/, "]}")),
    ).toBeUndefined();
    expect(cutCheckpoint(text.slice(0, -1))).toBeUndefined();
  });

  it("keeps how a resource was written while nothing of it changes, but for what was encrypted", async () => {
    const states = ["plain", "secret"].map((id) =>
      resourceState({
        ...{ urn: `urn:pulumi:s::p::t:m:R::${id}`, type: "t:m:R", custom: true, id },
        outputs: { n: id === "secret" ? new Secret("hush") : 12 },
      }),
    );
    const text = (await write(snapshotOf(states))).replace('"n":12', '"n":1.2e1');
    const read = await parseCheckpoint(text, base64Secrets);
    expect(await write(read)).toBe(text);
    const [plain, secret] = read.resources;
    const changed = snapshotOf([{ ...plain, protect: true }, secret] as ResourceState[]);
    expect(await write(changed)).toContain('"n":12');
    const others: SecretsManager = {
      ...base64Secrets,
      encrypt: async (plaintext) => `other ${plaintext.length}`,
    };
    const moved = await serializeCheckpoint(read, reference, others);
    expect(moved).toContain('"n":1.2e1');
    expect(moved).toContain('"ciphertext":"other 6"');
  });
});

it("tells stacks apart that are written with the same letters", async () => {
  const stacks = [[""], [], ["", ""], ["a\nb"], ["a", "b"]].map((positions) =>
    positions.map((sourcePosition) => ({ sourcePosition })),
  );
  const snapshot = snapshotOf(
    stacks.map((stackTrace, at) =>
      resourceState({ urn: `urn:pulumi:s::p::t:m:R::${at}`, type: "t:m:R", custom: true, stackTrace }),
    ),
  );
  const read = await parseCheckpoint(JSON.parse(await write(snapshot)) as object, base64Secrets);
  expect(read.resources.map(({ stackTrace }) => stackTrace)).toEqual(stacks);
});

describe("a text that is taken over", () => {
  it("is that of the resource that takes it", async () => {
    const change = fc.oneof(
      fc.constant({}),
      fc.record({ inputs: properties }),
      fc.record({ outputs: properties }),
      fc.record({ stackTrace: fc.array(frame, { maxLength: 2 }) }),
      fc.record({ protect: fc.boolean() }),
      fc.record({ replacementTrigger: value.map((given) => (given ?? undefined) as never) }),
    );
    await fc.assert(
      fc.asyncProperty(resource, change, async (old, changes) => {
        const next = resourceState({ ...structuredCloneOf(old), ...changes });
        const alone = await write(snapshotOf([resourceState({ ...next })]));
        const text = await write(snapshotOf([old]));
        const [recalled] = (await parseCheckpoint(text, base64Secrets)).resources;
        if (recalled === undefined) throw new Error("there is a resource");
        takeOverText(recalled, next);
        expect(await write(snapshotOf([next]))).toBe(alone);
      }),
      { numRuns: 400 },
    );
  });

  it("goes to who says the same in another order, and not to who has a secret", async () => {
    const state = { urn: "urn:pulumi:s::p::t:m:R::1", type: "t:m:R", custom: true };
    const old = resourceState({ ...state, inputs: { a: 1, b: 2 } });
    recallText(old, '{"as it":"stood"}');
    const same = resourceState({ ...state, inputs: { b: 2, a: 1 } });
    takeOverText(old, same);
    expect(await write(snapshotOf([same]))).toContain('[{"as it":"stood"}]');
    const hidden = resourceState({ ...state, inputs: { a: 1, b: new Secret(2) } });
    takeOverText(old, hidden);
    expect(await write(snapshotOf([hidden]))).toContain("ciphertext");
    const fewer = resourceState({ ...state, inputs: { a: 1 } });
    takeOverText(old, fewer);
    expect(await write(snapshotOf([fewer]))).toContain('"inputs":{"a":1}');
  });
});

/** The same contents in objects of their own; secrets stay what they are. */
function structuredCloneOf(state: ResourceState): ResourceState {
  return {
    ...state,
    inputs: { ...state.inputs },
    stackTrace: state.stackTrace.map((given) => ({ ...given })),
  };
}
