import { describe, expect, it } from "vitest";
import type { Provider } from "../../src/providers/provider.ts";
import { Cloud, program, THING } from "./cloud.ts";

/** Tells how often its objects were read, in what it reads; objects whose name starts with `r` ask to be read first. */
function counting(cloud: Cloud): Partial<Provider> {
  const plain = cloud.provider();
  let reads = 0;
  return {
    create: async (request) => ({
      ...(await plain.create(request)),
      refreshBeforeUpdate: request.name.startsWith("r"),
    }),
    update: async (request) => {
      const { name, newInputs: outputs, oldInputs, oldOutputs } = request;
      await plain.update(request);
      return {
        outputs: { ...outputs, before: [oldInputs["value"] ?? null, oldOutputs["reads"] ?? null] },
        refreshBeforeUpdate: name.startsWith("r"),
      };
    },
    read: async ({ name, id, inputs, state }) => {
      if (!cloud.objects.has(id)) return undefined;
      reads += 1;
      const refreshBeforeUpdate = name.startsWith("r");
      return {
        id,
        inputs: { ...inputs, value: "drifted" },
        outputs: { ...state, reads },
        refreshBeforeUpdate,
      };
    },
  };
}

const stackOf = (cloud: Cloud) => cloud.stack({ functions: counting(cloud) });

const both = (value: string) =>
  program(async (p) => {
    await p.resource(THING, "r", { value });
    await p.resource(THING, "s", { value });
  });

const reads = (steps: readonly string[]) => steps.filter((step) => step.startsWith("refresh"));

describe("a resource that asks to be read before updates", () => {
  it.each([false, true])("is compared and updated as it was found, in a preview: %s", async (preview) => {
    const cloud = new Cloud();
    const stack = stackOf(cloud);
    await stack.up(both("one"));
    const run = await stack.up(both("one"), { preview });
    expect(run.steps).toEqual(["refresh r", "same proj-test", "same default", "update r", "same s"]);
    expect(run.changes).toEqual({ same: 2, update: 1 });
    const told = run.events.find((e) => e.kind === "resource-outputs" && e.step.op === "update");
    expect(told).toMatchObject({ step: { new: { outputs: { before: ["drifted", 1] } } } });
  });

  it("is made again where it is gone, before what needs it", async () => {
    const cloud = new Cloud();
    const stack = stackOf(cloud);
    await stack.up(both("one"));
    cloud.objects.clear();
    const run = await stack.up(both("one"));
    expect(run.steps).toEqual(["refresh r", "same proj-test", "same default", "create r", "same s"]);
    expect(run.snapshot.resources.map(({ id }) => id)).toEqual(["", "uuid-1", "r-3", "s-2"]);
  });

  it("is read before a destroy, too, whether or not that runs the program", async () => {
    const stack = stackOf(new Cloud());
    await stack.up(both("one"));
    const alone = await stack.destroy({ preview: true });
    expect(alone.steps[0]).toBe("refresh r");
    const run = await stack.destroy({ preview: true, runProgram: true }, { program: both("one") });
    expect(run.steps.slice(0, 4)).toEqual(["refresh r", "same proj-test", "same default", "same r"]);
    expect(reads(run.steps)).toEqual(["refresh r"]);
  });

  it("has left nothing to ask for where only its old copy is recorded", async () => {
    const cloud = new Cloud();
    const stack = stackOf(cloud);
    const one = (region: string) => program((p) => p.resource(THING, "r", { region }));
    await stack.up(one("east"));
    cloud.failures.set("delete r", "in use");
    await stack.up(one("west"));
    const { resources, ...rest } = await stack.store.load();
    const copies = resources.map((state) =>
      state.delete ? state : { ...state, refreshBeforeUpdate: false },
    );
    await stack.store.save({ ...rest, resources: copies });
    expect(reads((await stack.preview(one("west"))).steps)).toEqual([]);
  });
});

describe("a destroy that runs the program and refreshes", () => {
  it("reads all that is recorded first, and deletes it as it was found", async () => {
    const cloud = new Cloud();
    const stack = stackOf(cloud);
    await stack.up(both("one"));
    cloud.objects.delete("s-2");
    cloud.takeCalls();
    const alone = program((p) => p.resource(THING, "r", { value: "two" }));
    const run = await stack.destroy({ runProgram: true, refresh: true }, { program: alone });
    expect(run.steps).toEqual([
      "refresh proj-test",
      "refresh default",
      "refresh r",
      "refresh s",
      "same proj-test",
      "same default",
      "same r",
      "delete r",
      "delete proj-test",
      "delete default",
    ]);
    expect(run.snapshot.resources).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete r"]);
  });
});
