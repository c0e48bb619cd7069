import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import { createMemoryStore } from "../../src/state/memory-store.ts";
import { emptySnapshot, resourceState } from "../../src/state/resource.ts";

const reference = { organization: "organization", project: "p", stack: "s" };
const root = resourceState({
  urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: { secret: new Secret("hidden") },
});

describe("createMemoryStore", () => {
  it("starts empty and gives back what was saved, secrets encrypted in between", async () => {
    const store = createMemoryStore(reference);
    expect((await store.load()).resources).toEqual([]);
    await store.save({ ...emptySnapshot(), resources: [root] });
    expect((await store.load()).resources).toStrictEqual([root]);
    expect(store.text).not.toContain("hidden");
    expect(store.saves).toHaveLength(2);
  });

  it("refuses to save or load a broken state, but keeps what was written", async () => {
    const store = createMemoryStore(reference);
    await expect(store.save({ ...emptySnapshot(), resources: [root, root] })).rejects.toMatchObject({
      code: "snapshot-integrity",
    });
    await expect(store.load()).rejects.toMatchObject({ code: "snapshot-integrity" });
  });

  it("records updates", async () => {
    const store = createMemoryStore(reference);
    const update = {
      kind: "update",
      startTime: 1,
      message: "",
      environment: {},
      config: {},
      version: 0,
      result: "succeeded",
      endTime: 2,
      resourceChanges: {},
    } as const;
    await store.recordUpdate(update);
    expect(store.updates).toEqual([update]);
  });

  it("lends its lock to one at a time", async () => {
    const store = createMemoryStore(reference);
    const lock = await store.lock();
    expect(store.locked).toBe(true);
    await expect(store.lock()).rejects.toMatchObject({ code: "stack-locked" });
    await lock.release();
    await (await store.lock()).release();
    expect(store.locked).toBe(false);
  });
});
