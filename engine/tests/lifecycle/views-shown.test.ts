import { describe, expect, it } from "vitest";
import type { ViewStep } from "../../src/providers/views.ts";
import type { TestRun } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";
import { PART_URN, part, partsOf, step, type Tell, teller } from "./view-teller.ts";

const thing = (value: number) => program((p) => p.resource(THING, "a", { value }));

const made: Tell = (call) => (call === "create" ? [step("create", { new: part("x") })] : []);

function stackOf(tell: Tell) {
  const cloud = new Cloud();
  return cloud.stack({ functions: teller(cloud, tell) });
}

/** `<op>: <value before> <value after>` of each step of the view as it was told to begin; `-` where there is none. */
function begunOf(run: TestRun): readonly string[] {
  return run.events.flatMap((event) => {
    if (event.kind !== "resource-pre" || event.step.urn !== PART_URN) return [];
    const { op, old, new: next } = event.step;
    return [`${op}: ${old?.inputs["input"] ?? "-"} ${next?.inputs["input"] ?? "-"}`];
  });
}

describe("a view that is deleted before it is made again", () => {
  const x = part("x");
  const y = part("y");

  it("may be told to be made without what it was", async () => {
    const stack = stackOf((call, views, request) =>
      call === "update"
        ? [
            step("delete-replaced", { old: x }),
            step("replace", { old: x, new: y }),
            step("create-replacement", { new: y }),
          ]
        : made(call, views, request),
    );
    await stack.up(thing(1));
    const run = await stack.up(thing(2));
    expect(begunOf(run)).toEqual(["delete-replaced: x -", "replace: x y", "create-replacement: - y"]);
    expect(run.changes).toEqual({ replace: 1, same: 1, update: 1 });
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
  });

  it("must have been there", async () => {
    const stack = stackOf(() => [step("create-replacement", { new: y })]);
    const run = await stack.up(thing(1));
    expect(run.told[0]).toContain("needs its old state");
  });
});

describe("a view that a refresh finds", () => {
  it.each<[string, ViewStep, string]>([
    ["changed", step("update", { old: part("x"), new: part("y") }), "refresh: x y"],
    ["deleted", step("delete", { old: part("x") }), "refresh: x -"],
  ])("%s is shown so from the beginning", async (_, found, shown) => {
    const stack = stackOf((call, views, request) => (call === "read" ? [found] : made(call, views, request)));
    await stack.up(thing(1));
    expect(begunOf(await stack.refresh({ preview: true }))).toEqual([shown]);
    expect(begunOf(await stack.refresh())).toEqual([shown]);
  });
});
