import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

interface Wish {
  readonly zone: number;
  /** Whether the second needs the first. */
  readonly needs: boolean;
  readonly second?: string;
  readonly value?: string;
}

/** `base` is deleted before it is made again; the other goes with it where it needs it. */
const pair = ({ zone, needs, second = "other", value }: Wish) =>
  program(async (p) => {
    const base = p.resource(THING, "base", { zone, replaceOn: ["zone"], deleteFirst: true });
    const needed = needs ? [await base] : [];
    const dependencies = needed.map(({ urn }) => urn);
    const inputs = { of: value ?? needed[0]?.id ?? "nothing", replaceOn: ["of"] };
    const aliases = second === "other" ? [] : [{ kind: "urn" as const, urn: urnOf("other") }];
    const propertyDependencies = { of: dependencies };
    const other = p.resource(THING, second, inputs, { dependencies, propertyDependencies, aliases });
    await Promise.all([base, other]);
  });

/** Deletes take long enough for everything else to overtake them. */
function withSlowDeletes(): Cloud {
  const cloud = new Cloud();
  cloud.during = async (call) => {
    for (let turns = 0; call.startsWith("delete") && turns < 50; turns++) await turn();
  };
  return cloud;
}

describe("a dependent that is deleted with what it depended on, and depends on it no more", () => {
  it("is made again once it is gone", async () => {
    const cloud = withSlowDeletes();
    const stack = cloud.stack();
    await stack.up(pair({ zone: 1, needs: true }));
    cloud.takeCalls();
    const run = await stack.up(pair({ zone: 2, needs: false }));
    expect(run.result).toBe("succeeded");
    const calls = cloud.takeCalls();
    expect([...calls].sort()).toEqual(["create base", "create other", "delete base", "delete other"]);
    expect(calls.indexOf("create other")).toBeGreaterThan(calls.indexOf("delete other"));
    expect(cloud.objects.size).toBe(2);
    expect((await stack.up(pair({ zone: 2, needs: false }))).changes).toEqual({ same: 3 });
  });

  it("is made again also where its inputs are the same under another name", async () => {
    const cloud = withSlowDeletes();
    const stack = cloud.stack();
    await stack.up(pair({ zone: 1, needs: true, value: "base" }));
    cloud.takeCalls();
    const run = await stack.up(pair({ zone: 2, needs: false, value: "base", second: "renamed" }));
    expect(run.result).toBe("succeeded");
    const made = run.snapshot.resources.find(({ urn }) => urn === urnOf("renamed"));
    expect([...cloud.objects.keys()]).toContain(made?.id);
  });

  it("stays where it is read again with the program, and was about to be when the other was replaced", async () => {
    const cloud = new Cloud();
    cloud.during = async (call) => {
      for (let turns = 0; call === "read other" && turns < 50; turns++) await turn();
    };
    const stack = cloud.stack();
    const companions = (zone: number, isCompanion: boolean) =>
      program(async (p) => {
        const inputs = { zone, replaceOn: ["zone"], deleteFirst: true };
        const base = p.resource(THING, "base", inputs);
        const deletedWith = isCompanion ? (await base).urn : "";
        await Promise.all([base, p.resource(THING, "other", { value: 1 }, { deletedWith })]);
      });
    await stack.up(companions(1, true));
    cloud.takeCalls();
    const run = await stack.up(companions(2, false), { refresh: true, runProgram: true });
    expect(run.result).toBe("succeeded");
    expect(cloud.takeCalls()).toEqual(["delete base", "create base"]);
    expect(cloud.objects.size).toBe(2);
  });

  it("is not read again where its object is being deleted as it registers", async () => {
    const cloud = new Cloud();
    const deleting = Promise.withResolvers<void>();
    cloud.during = async (call) => {
      if (call !== "delete other") return;
      deleting.resolve();
      for (let turns = 0; turns < 50; turns++) await turn();
    };
    const stack = cloud.stack();
    const companions = (zone: number, isCompanion: boolean) =>
      program(async (p) => {
        const inputs = { zone, replaceOn: ["zone"], deleteFirst: true };
        const base = p.resource(THING, "base", inputs);
        const replaceWith = isCompanion ? [(await base).urn] : [];
        if (!isCompanion) await deleting.promise;
        await Promise.all([base, p.resource(THING, "other", { value: 1 }, { replaceWith })]);
      });
    await stack.up(companions(1, true));
    const run = await stack.up(companions(2, false), { refresh: true, runProgram: true });
    expect(run.result).toBe("succeeded");
    expect((await stack.store.load()).resources).toHaveLength(4);
    expect(cloud.objects.size).toBe(2);
  });

  it("is left out where it cannot be deleted, and the next update tries again", async () => {
    const cloud = withSlowDeletes();
    const stack = cloud.stack();
    await stack.up(pair({ zone: 1, needs: true }));
    cloud.takeCalls();
    cloud.failures.set("delete other", "in use");
    const run = await stack.up(pair({ zone: 2, needs: false }), { continueOnError: true });
    expect(run.result).toBe("failed");
    expect(run.told).toContain("in use");
    expect(cloud.takeCalls()).toEqual([]);
    cloud.failures.clear();
    const next = await stack.up(pair({ zone: 2, needs: false }));
    expect(next.result).toBe("succeeded");
    expect(cloud.objects.size).toBe(2);
  });
});
