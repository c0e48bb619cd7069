import { describe, expect, it } from "vitest";
import { fakeHost, fakeProvider, functionProgram, TestStack } from "../../src/testing/index.ts";

const THING = "fake:index:Thing";

describe("an update", () => {
  it("creates, keeps, updates and deletes what the program says", async () => {
    const stack = new TestStack({ providers: fakeHost({ fake: fakeProvider() }) });
    const program = (value: number, withB: boolean) =>
      functionProgram(async (p) => {
        const a = await p.resource(THING, "a", { value });
        if (withB) await p.resource(THING, "b", { value: 1 }, { dependencies: [a.urn] });
        return { a: a.id };
      });

    const first = await stack.up(program(1, true));
    expect(first.told).toEqual([]);
    expect(first.steps).toEqual(["create proj-test", "create default", "create a", "create b"]);
    expect(first.changes).toEqual({ create: 3 });
    expect(first.outputs).toEqual({ a: "a-id" });

    const again = await stack.up(program(1, true));
    expect(again.changes).toEqual({ same: 3 });

    const preview = await stack.preview(program(2, false));
    expect(preview.changes).toEqual({ delete: 1, same: 1, update: 1 });

    const changed = await stack.up(program(2, false));
    expect(changed.steps).toEqual(["same proj-test", "same default", "update a", "delete b"]);
    expect(changed.changes).toEqual({ delete: 1, same: 1, update: 1 });

    const gone = await stack.destroy();
    expect(gone.steps).toEqual(["delete a", "delete proj-test", "delete default"]);
    expect(gone.snapshot.resources).toEqual([]);
  });

  it("leaves a component alone whose changes are ignored, and records its inputs as they came", async () => {
    const stack = new TestStack({ providers: fakeHost({}) });
    const group = (size: number, ignoreChanges: readonly string[]) =>
      functionProgram(async (p) => {
        const goal = { type: "test:index:Group", name: "g", parent: p.stack, ignoreChanges };
        await p.register({ ...goal, custom: false, inputs: { size } });
      });
    await stack.up(group(1, []));
    const ignored = await stack.up(group(2, ["size"]));
    expect(ignored.changes).toEqual({ same: 2 });
    expect(ignored.snapshot.resources.at(-1)?.inputs).toEqual({ size: 2 });
    expect((await stack.up(group(3, []))).changes).toEqual({ same: 1, update: 1 });
  });

  it("asks no provider about what goes in unchanged, where it is to compare as it used to", async () => {
    const provider = fakeProvider({
      diff: async () => ({
        ...{ changes: "some", replaceKeys: [], changedKeys: ["drift"], stableKeys: [] },
        ...{ deleteBeforeReplace: false, detailedDiff: undefined },
      }),
    });
    const stack = new TestStack({ providers: fakeHost({ fake: provider }) });
    const sized = (size: number) =>
      functionProgram(async (p) => void (await p.resource(THING, "a", { size })));
    await stack.up(sized(1));
    expect((await stack.preview(sized(1))).changes).toEqual({ same: 1, update: 1 });
    expect((await stack.preview(sized(1), { legacyDiff: true })).changes).toEqual({ same: 2 });
    expect((await stack.up(sized(2), { legacyDiff: true })).changes).toEqual({ same: 1, update: 1 });
  });

  it("replaces an object by making the new one first", async () => {
    const calls: string[] = [];
    const provider = fakeProvider({
      create: async ({ inputs, preview }) => {
        if (!preview) calls.push(`create ${inputs["zone"]}`);
        return { id: preview ? "" : `id-${inputs["zone"]}`, outputs: inputs };
      },
      delete: async ({ id }) => void calls.push(`delete ${id}`),
      diff: async ({ oldInputs, newInputs }) => ({
        changes: oldInputs["zone"] === newInputs["zone"] ? "none" : "some",
        replaceKeys: oldInputs["zone"] === newInputs["zone"] ? [] : ["zone"],
        changedKeys: ["zone"],
        stableKeys: [],
        deleteBeforeReplace: false,
        detailedDiff: undefined,
      }),
    });
    const stack = new TestStack({ providers: fakeHost({ fake: provider }) });
    const program = (zone: string) =>
      functionProgram(async (p) => void (await p.resource(THING, "a", { zone })));
    await stack.up(program("east"));
    const run = await stack.up(program("west"));
    expect(run.told).toEqual([]);
    expect(run.steps.slice(2)).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
    expect(calls).toEqual(["create east", "create west", "delete id-east"]);
    expect(run.snapshot.resources.map((r) => r.id)).toEqual(["", "uuid-1", "id-west"]);
  });
});
