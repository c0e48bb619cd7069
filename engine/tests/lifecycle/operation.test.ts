import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { functionProgram } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

const one = program((p) => p.resource(THING, "a"));

describe("an operation", () => {
  it("tells prelude, steps, summary and cancel, in this order", async () => {
    const run = await new Cloud().stack().up(one);
    const kinds = run.events
      .map((e) => e.kind)
      .filter((kind) => !kind.startsWith("resource") && kind !== "diagnostic");
    expect(kinds).toEqual(["prelude", "summary", "cancel"]);
    expect(run.events.at(-2)).toMatchObject({
      isPreview: false,
      resourceChanges: { create: 2 },
      result: "succeeded",
    });
  });

  it("leaves a history entry, also when it fails, and gives the lock back", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(one, { message: "first" });
    cloud.failures.set("delete a", "in use");
    await stack.destroy();
    await stack.refresh();
    expect(stack.store.updates).toMatchObject([
      { kind: "update", message: "first", result: "succeeded", resourceChanges: { create: 2 }, version: 0 },
      { kind: "destroy", result: "failed", resourceChanges: {} },
      { kind: "refresh", result: "succeeded" },
    ]);
    expect(stack.store.locked).toBe(false);
  });

  it("does not begin on a locked stack; a preview does", async () => {
    const stack = new Cloud().stack();
    const lock = await stack.store.lock();
    await expect(stack.up(one)).rejects.toThrow(UserError);
    expect((await stack.preview(one)).result).toBe("succeeded");
    await lock.release();
    expect((await stack.up(one)).result).toBe("succeeded");
  });

  it("gives the lock back when the state cannot be read", async () => {
    const stack = new Cloud().stack();
    const broken = Object.assign(Object.create(stack.store) as typeof stack.store, {
      load: () => Promise.reject(new UserError("state-unreadable", "broken")),
    });
    await expect(stack.up(one, {}, { store: broken })).rejects.toThrow("broken");
    expect(stack.store.locked).toBe(false);
  });

  it("that is cancelled lets what runs end, starts nothing new and deletes nothing", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "old")));
    const abort = new AbortController();
    cloud.during = (call) => {
      if (call === "create a") abort.abort();
    };
    const run = await stack.up(
      functionProgram(async (p) => {
        await p.resource(THING, "a").catch(() => undefined);
        await p.resource(THING, "b");
      }),
      {},
      { signal: abort.signal },
    );
    expect(run.result).toBe("canceled");
    expect(run.told).toEqual(["update canceled"]);
    expect(cloud.calls).toEqual(["create old", "create a"]);
    expect(run.events.find((e) => e.kind === "summary")).toMatchObject({ result: "failed" });
    expect(run.snapshot.resources.map((r) => r.urn.split("::")[3])).toEqual([
      "proj-test",
      "default",
      "a",
      "old",
    ]);
  });

  it("that is cancelled before it began does nothing", async () => {
    const run = await new Cloud().stack().up(one, {}, { signal: AbortSignal.abort() });
    expect(run.result).toBe("canceled");
    expect(run.steps).toEqual([]);
  });

  it("needs a program for an update", async () => {
    const run = await new Cloud().stack().run("update", {}, {});
    expect(run.told).toEqual(["there is no program to run"]);
  });

  it("runs beside another in one process", async () => {
    const stacks = [new Cloud().stack(), new Cloud().stack()];
    const runs = await Promise.all(stacks.map((stack) => stack.up(one)));
    expect(runs.map((run) => run.changes)).toEqual([{ create: 2 }, { create: 2 }]);
  });

  it("fails silently where the program told its errors itself", async () => {
    const silent = functionProgram(async () => undefined);
    const run = await new Cloud().stack().up({
      ...silent,
      evaluate: () => {
        const finished = Promise.resolve({ kind: "failed-silently" } as const);
        return { finished, release: () => finished };
      },
    } as typeof silent);
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([]);
  });

  it("fails where a program that said it was done ends badly", async () => {
    const good = functionProgram(async () => undefined);
    const run = await new Cloud().stack().up({
      ...good,
      evaluate: () => ({
        finished: Promise.resolve({ kind: "succeeded" } as const),
        release: () => Promise.resolve({ kind: "failed", message: "exit 3" } as const),
      }),
    } as typeof good);
    expect(run.told).toEqual(["exit 3"]);
  });
});
