import { describe, expect, it } from "vitest";
import type { ResourceOptions, TestRun } from "../../src/testing/index.ts";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const thing = (value: string, options: ResourceOptions = {}, name = "a") =>
  program((p) => p.resource(THING, name, { value, replaceOn: ["value"] }, options));

/** What was told of the refresh of an object: at its beginning, and when it had been read. */
function toldOf(run: TestRun) {
  const steps = run.events.flatMap((event) =>
    (event.kind === "resource-pre" || event.kind === "resource-outputs") && event.step.type === THING
      ? [event.step]
      : [],
  );
  const [begin, end] = steps;
  return { begin, end };
}

describe("a refresh that runs the program", () => {
  it.each(["refresh", "up"] as const)(
    "shows what the program wants of an object until it has been read: %s",
    async (verb) => {
      const cloud = new Cloud();
      const stack = cloud.stack();
      await stack.up(thing("red"));
      const now = thing("blue", { hideDiff: ["value"] });
      const run =
        verb === "up"
          ? await stack.up(now, { refresh: true, runProgram: true, preview: true })
          : await stack.refresh({ runProgram: true, preview: true }, { program: now });
      const { begin, end } = toldOf(run);
      expect(begin).toMatchObject({
        op: "refresh",
        old: { id: "a-1", inputs: { value: "red" } },
        new: { id: "", inputs: { value: "blue" }, outputs: {}, hideDiff: ["value"] },
      });
      expect(end?.new).toMatchObject({ id: "a-1", inputs: { value: "red" }, hideDiff: ["value"] });
    },
  );

  it("goes by the name that the resource has now, also before an update", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(thing("red"));
    const alias = { kind: "urn", urn: urnOf("a") } as const;
    const renamed = thing("red", { aliases: [alias] }, "b");
    const run = await stack.up(renamed, { refresh: true, runProgram: true });
    expect(run.steps.slice(4)).toEqual(["refresh b", "same b"]);
    expect(toldOf(run).begin).toMatchObject({ old: { urn: urnOf("a") }, new: { urn: urnOf("b") } });
    expect(run.snapshot.resources.map(({ id }) => id)).toEqual(["", "uuid-1", "a-1"]);
  });

  it("before an update leaves it to the record how an object goes that is replaced", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(thing("red"));
    cloud.takeCalls();
    const kept = thing("blue", { retainOnDelete: true });
    expect((await stack.up(kept, { refresh: true, runProgram: true })).changes).toMatchObject({ replace: 1 });
    expect(cloud.takeCalls()).toEqual(["create a", "delete a"]);
  });
});
