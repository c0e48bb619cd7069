import { describe, expect, it } from "vitest";
import type { TestRun, TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

const pair = (inputs: { readonly zone: string; readonly size?: number }) =>
  program(async (p) => {
    const a = await p.resource(THING, "a", { ...inputs, replaceOn: ["zone"], deleteFirst: true });
    await p.resource(THING, "b", {}, { dependencies: [a.urn] });
  });

/** A stack whose `a` was deleted to be replaced, and not made again. */
async function waiting(): Promise<{ cloud: Cloud; stack: TestStack }> {
  const cloud = new Cloud();
  const stack = cloud.stack();
  await stack.up(pair({ zone: "east" }));
  cloud.failures.set("create a", "no room");
  await stack.up(pair({ zone: "west" }));
  cloud.failures.clear();
  cloud.takeCalls();
  return { cloud, stack };
}

const things = ({ snapshot }: TestRun) =>
  snapshot.resources.flatMap(({ type, id, pendingReplacement }) =>
    type === THING ? [pendingReplacement ? `${id} waits` : id] : [],
  );

const ofThings = ({ steps }: TestRun) => steps.filter((step) => / [ab]$/.test(step));

describe("what was deleted and still waits for its replacement", () => {
  it.each<readonly [string, Parameters<typeof pair>[0]]>([
    ["asked for again", { zone: "west" }],
    ["asked for as it was before", { zone: "east" }],
    ["asked for with something else", { zone: "north", size: 2 }],
  ])("is made, %s", async (_, inputs) => {
    const { cloud, stack } = await waiting();
    const run = await stack.up(pair(inputs));
    expect(cloud.takeCalls()).toEqual(["create a"]);
    expect(ofThings(run)).toEqual(["replace a", "create-replacement a", "same b"]);
    expect(things(run)).toEqual(["a-3", "b-2"]);
  });

  it("waits on where it cannot be made again", async () => {
    const { cloud, stack } = await waiting();
    cloud.failures.set("create a", "no room");
    const run = await stack.up(pair({ zone: "west" }));
    expect(run.result).toBe("failed");
    expect(things(run)).toEqual(["a-1 waits", "b-2"]);
  });

  it.each<readonly [string, (stack: TestStack) => Promise<TestRun>]>([
    ["the program that lacks it", (stack) => stack.up(program(async () => undefined))],
    ["a destroy", (stack) => stack.destroy()],
  ])("is forgotten without another delete by %s", async (_, act) => {
    const { cloud, stack } = await waiting();
    const run = await act(stack);
    expect(cloud.takeCalls()).toEqual(["delete b"]);
    expect(things(run)).toEqual([]);
  });

  it.each([false, true])("is not read by a refresh, with the program: %s", async (runProgram) => {
    const { cloud, stack } = await waiting();
    const read: string[] = [];
    cloud.during = (call) => void read.push(call);
    const run = await stack.refresh({ runProgram }, { program: pair({ zone: "west" }) });
    expect(run.result).toBe("succeeded");
    expect(read).toEqual(["read b"]);
    expect(things(run)).toEqual(["a-1 waits", "b-2"]);
  });
});
