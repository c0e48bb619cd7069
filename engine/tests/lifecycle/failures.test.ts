import { describe, expect, it } from "vitest";
import { ProviderError } from "../../src/errors.ts";
import { DeploymentStopped, type Goal } from "../../src/execute/goal.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import { functionProgram } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

describe("a failed step", () => {
  it("lets what runs end and be recorded, and starts nothing new", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const slow = Promise.withResolvers<void>();
    cloud.during = (call) => (call === "create slow" ? slow.promise : undefined);
    cloud.failures.set("create bad", "refused");
    const rejected: unknown[] = [];
    const run = await stack.up(
      program(async (p) => {
        const running = p.resource(THING, "slow");
        const bad = p.resource(THING, "bad").catch(async (error: unknown) => {
          rejected.push(error);
          slow.resolve();
          await running;
          await p.resource(THING, "late").catch((e: unknown) => rejected.push(e));
        });
        await Promise.all([running, bad]);
      }),
    );
    expect(rejected).toEqual([expect.any(DeploymentStopped), expect.any(DeploymentStopped)]);
    expect(run.told).toEqual(["refused", "update failed"]);
    expect(run.snapshot.resources.map((r) => r.id)).toEqual(["", "uuid-1", "slow-1"]);
    expect(run.steps).not.toContain("create late");
    expect(run.snapshot.pendingOperations).toEqual([]);
  });

  it("skips its dependents only, with --continue-on-error", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    cloud.failures.set("create bad", "refused");
    const results: string[] = [];
    const run = await stack.up(
      program(async (p) => {
        const bad = await p.register({ type: THING, name: "g", parent: p.stack });
        const provider = await p.provider("fake", "mine");
        const register = async (name: string, dependencies: readonly string[]) => {
          const goal = { type: THING, name, custom: true, provider, parent: p.stack, dependencies };
          const { result, state } = await p.register(goal);
          results.push(`${name} ${result}`);
          return state.urn;
        };
        const failed = await register("bad", [bad.state.urn]);
        const skipped = await register("on-bad", [failed]);
        await register("on-on-bad", [skipped]);
        await register("free", []);
      }),
      { continueOnError: true },
    );
    expect(results).toEqual(["bad fail", "on-bad skip", "on-on-bad skip", "free success"]);
    expect(run.result).toBe("failed");
    expect(run.told.at(-1)).toBe("update failed");
  });

  it("skips what is related to it in whatever way, with --continue-on-error", async () => {
    const cloud = new Cloud();
    cloud.failures.set("create bad", "refused");
    const results: string[] = [];
    const run = await cloud.stack().up(
      program(async (p) => {
        const provider = await p.provider("fake", "mine");
        const register = async (name: string, relation: Partial<Goal> = {}) => {
          const goal = { type: THING, name, custom: true, provider, parent: p.stack, ...relation };
          const { result, state } = await p.register(goal);
          results.push(`${name} ${result}`);
          return state.urn;
        };
        const bad = await register("bad");
        await register("child", { parent: bad });
        await register("property", { propertyDependencies: { value: [bad] } });
        await register("goes-with", { deletedWith: bad });
        await register("renewed-with", { replaceWith: [bad] });
        await register("free");
      }),
      { continueOnError: true },
    );
    expect(results).toEqual([
      "bad fail",
      ...["child skip", "property skip", "goes-with skip", "renewed-with skip"],
      "free success",
    ]);
    expect(run.snapshot.resources.map(({ urn }) => urn.split("::")[3])).toEqual([
      "proj-test",
      "mine",
      "free",
    ]);
  });

  it("tells a partial failure reason by reason and records the object", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (inputs: { [key: string]: string | number }) =>
      program((p) => p.resource(THING, "a", inputs));
    const made = await stack.up(one({ initError: "still starting" }));
    expect(made.told[0]).toBe("1 error occurred:\n\t* still starting");
    expect(made.events.find((e) => e.kind === "resource-failed")).toMatchObject({ status: 1 });
    expect(made.snapshot.resources.at(-1)).toMatchObject({ id: "a-1", initErrors: ["still starting"] });

    const updated = await stack.up(one({ initError: "still", value: 2 }));
    expect(updated.snapshot.resources.at(-1)).toMatchObject({
      inputs: { initError: "still starting" },
      outputs: { value: 2 },
      initErrors: ["still"],
    });

    const mended = await stack.up(one({ value: 2 }));
    expect(mended.steps).toContain("update a");
    expect(mended.snapshot.resources.at(-1)?.initErrors).toEqual([]);
  });

  it("keeps on record what a delete has left, whatever its provider says of it", async () => {
    const left = { id: "a-1", outputs: {}, inputs: undefined, reasons: ["a finalizer"] };
    const stack = new Cloud().stack({
      functions: { delete: () => Promise.reject(new PartialFailure("still there", left)) },
    });
    const made = await stack.up(program((p) => p.resource(THING, "a", { value: 1 })));
    const run = await stack.destroy();
    expect(run.told).toEqual(["still there", "update failed"]);
    expect(run.events.find((e) => e.kind === "resource-failed")).toMatchObject({ status: 2 });
    expect(run.snapshot.resources).toEqual(made.snapshot.resources);
  });

  it("counts a failed creation as nothing done, a failed update as not known", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (value: number) => program((p) => p.resource(THING, "a", { value }));
    cloud.failures.set("create a", "refused");
    const created = await stack.up(one(1));
    expect(created.events.find((e) => e.kind === "resource-failed")).toMatchObject({ status: 0, steps: 1 });
    cloud.failures.clear();
    await stack.up(one(1));
    cloud.failures.set("update a", "refused");
    const updated = await stack.up(one(2));
    expect(updated.events.find((e) => e.kind === "resource-failed")).toMatchObject({ status: 2 });
    expect(updated.events.find((e) => e.kind === "summary")).toMatchObject({ maybeCorrupt: true });
  });

  it("trusts a provider that says nothing happened", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({
      functions: {
        update: () => Promise.reject(new ProviderError("quota", { status: "ok" })),
        create: async ({ inputs, preview }) => ({ id: preview ? "" : "x", outputs: inputs }),
      },
    });
    const one = (value: number) => program((p) => p.resource(THING, "a", { value }));
    await stack.up(one(1));
    const run = await stack.up(one(2));
    expect(run.events.find((e) => e.kind === "summary")).toMatchObject({ maybeCorrupt: false });
  });

  it("is a creation that gives no id", async () => {
    const stack = new Cloud().stack({ functions: { create: async () => ({ id: "", outputs: {} }) } });
    const run = await stack.up(program((p) => p.resource(THING, "a")));
    expect(run.told).toEqual(["provider did not return an ID from Create", "update failed"]);
  });

  it("keeps stack outputs that the failed run did not set", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const outputs = (names: readonly string[], fail: boolean) =>
      functionProgram(async (p) => {
        if (fail) await p.resource(THING, "gone");
        return Object.fromEntries(names.map((name) => [name, name]));
      });
    await stack.up(outputs(["a", "b"], true));
    cloud.failures.set("delete gone", "in use");
    const run = await stack.up(outputs(["b", "c"], false));
    expect(run.result).toBe("failed");
    expect(run.outputs).toEqual({ a: "a", b: "b", c: "c" });
    cloud.failures.clear();
    expect((await stack.up(outputs(["b", "c"], false))).outputs).toEqual({ b: "b", c: "c" });
  });
});

describe("a program that fails while registrations wait", () => {
  it("gets nothing more done, and what runs is recorded before the operation ends", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    cloud.during = (call) => {
      if (call !== "create slow") return undefined;
      begun.resolve();
      return slow.promise;
    };
    const running = stack.up(
      program(async (p) => {
        const chain = p.resource(THING, "slow").then(() => p.resource(THING, "late"));
        chain.catch(() => undefined);
        await begun.promise;
        throw new Error("thrown");
      }),
    );
    await begun.promise;
    slow.resolve();
    const run = await running;
    expect(run.told).toEqual(["thrown"]);
    expect(cloud.calls).toEqual(["create slow"]);
    expect(run.snapshot.resources.at(-1)?.id).toBe("slow-1");
    expect(stack.store.saves.at(-1)).not.toContain("::late");
  });
});

describe("a registration that is wrong", () => {
  it.each([
    ["a URN twice", "Duplicate resource URN", (parent: string) => ({ name: "a", parent })],
    [
      "a parent nobody registered",
      "could not find parent resource",
      () => ({ name: "b", parent: `${GROUP}` }),
    ],
  ])("ends the run with one message: %s", async (_, message, place) => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program(async (p) => {
        await p.resource(THING, "a");
        const { name, parent } = place(p.stack);
        const urn = parent === p.stack ? parent : `urn:pulumi:test::proj::${parent}::x`;
        await p.register({ type: THING, name, custom: true, parent: urn, provider: "" });
      }),
    );
    expect(run.told).toEqual([expect.stringContaining(message)]);
    expect(run.result).toBe("failed");
  });

  it("is told as the provider's check words it", async () => {
    const stack = new Cloud().stack({
      functions: {
        check: async ({ news }) => ({
          inputs: news,
          failures: [
            { property: "size", reason: "too big" },
            { property: "", reason: "no luck" },
          ],
        }),
      },
    });
    const run = await stack.up(program((p) => p.resource(THING, "a", { size: 7 })));
    expect(run.told).toEqual([
      "fake:index:Thing resource 'a': property size value {7} has a problem: too big",
      "fake:index:Thing resource 'a' has a problem: no luck",
    ]);
  });

  it("is told with the value of the program, or, for a replacement, with the value that was checked before", async () => {
    let refuses = (_olds: PropertyMap): boolean => false;
    const stack = new Cloud().stack({
      functions: {
        check: async ({ olds, news }) => ({
          inputs: { ...news, size: 0 },
          failures: refuses(olds) ? [{ property: "size", reason: "odd" }] : [],
        }),
      },
    });
    const up = (region: string) =>
      stack.up(program((p) => p.resource(THING, "a", { size: 7, region }, { ignoreChanges: ["size"] })));
    const told = (value: number) => [
      `fake:index:Thing resource 'a': property size value {${value}} has a problem: odd`,
    ];
    await up("north");
    refuses = () => true;
    expect((await up("north")).told).toEqual(told(7));
    refuses = (olds) => olds["region"] === undefined;
    expect((await up("south")).told).toEqual(told(0));
  });

  it("uses a provider that is not there", async () => {
    const stack = new Cloud().stack();
    const provider = "urn:pulumi:test::proj::pulumi:providers:fake::ghost::id";
    const run = await stack.up(program((p) => p.resource(THING, "a", {}, { provider })));
    expect(run.told).toEqual([expect.stringContaining("unknown provider")]);
  });

  it("sets outputs of what never registered", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(program((p) => p.outputs("urn:pulumi:test::proj::a:b:C::x", {})));
    expect(run.told).toEqual([expect.stringContaining("whose registration isn't pending")]);
  });

  it("tells an error of the provider's diff about the resource", async () => {
    const stack = new Cloud().stack({
      functions: { diff: () => Promise.reject(new Error("cannot compare")) },
    });
    const one = program((p) => p.resource(THING, "a"));
    await stack.up(one);
    const run = await stack.up(one);
    expect(run.told).toEqual(["cannot compare"]);
  });
});
