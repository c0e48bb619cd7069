import { describe, expect, it } from "vitest";
import type { ErrorHookCall } from "../../src/execute/hook-registry.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import type { ProgramApi, TestRun, TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

/** The steps around which a call fails, and how to get there. */
const OPERATIONS = ["create", "update", "delete"] as const;

const hooked = { resourceHooks: { OnError: ["retry"] } };

/** Brings a stack to the point where `operation` is next, and gives the run that does it. */
async function prepare(
  operation: (typeof OPERATIONS)[number],
  stack: TestStack,
  register: (p: ProgramApi) => void,
): Promise<() => Promise<TestRun>> {
  const up = (inputs: PropertyMap | undefined) =>
    stack.up(
      program(async (p) => {
        register(p);
        if (inputs !== undefined) await p.resource(THING, "a", inputs, hooked);
      }),
    );
  if (operation !== "create") await up({ value: 1 });
  return () => up(operation === "delete" ? undefined : { value: 2 });
}

function warnings(run: TestRun): readonly string[] {
  const said = run.events.flatMap((e) => (e.kind === "diagnostic" ? [e.diagnostic] : []));
  return said.filter(({ severity }) => severity === "warning").map(({ message }) => message.trimEnd());
}

describe.each(OPERATIONS)("an error hook of a failed %s", (operation) => {
  it("is told of every failure, the last one first, until it succeeds", async () => {
    const cloud = new Cloud();
    const calls: ErrorHookCall[] = [];
    cloud.failures.set(`${operation} a`, "first");
    const go = await prepare(operation, cloud.stack(), (p) =>
      p.errorHook("retry", async (call) => {
        calls.push(call);
        if (calls.length === 2) cloud.failures.clear();
        else cloud.failures.set(`${operation} a`, "second");
        return true;
      }),
    );
    const done = await go();
    expect(done.result).toBe("succeeded");
    expect(calls.map(({ errors }) => errors)).toEqual([["first"], ["second", "first"]]);
    expect(calls[0]).toMatchObject({ failedOperation: operation, phase: "OnError" });
    expect(warnings(done)).toEqual([
      `retrying ${operation} due to on-error hook request (1/100)`,
      `retrying ${operation} due to on-error hook request (2/100)`,
    ]);
  });

  it("may leave it at the failure", async () => {
    const cloud = new Cloud();
    cloud.failures.set(`${operation} a`, "broken");
    const go = await prepare(operation, cloud.stack(), (p) => p.errorHook("retry", async () => false));
    const run = await go();
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["broken", "update failed"]);
    expect(warnings(run)).toEqual([]);
  });

  it("is not asked for ever", async () => {
    const cloud = new Cloud();
    cloud.failures.set(`${operation} a`, "broken");
    let asked = 0;
    const go = await prepare(operation, cloud.stack(), (p) =>
      p.errorHook("retry", async () => {
        asked += 1;
        return true;
      }),
    );
    const run = await go();
    expect(asked).toBe(99);
    expect(run.told).toEqual(["maximum number of error hook retries reached", "update failed"]);
    expect(warnings(run).at(-1)).toBe("maximum number of error hook retries (100) reached");
    const failed = run.events.find((e) => e.kind === "resource-failed");
    expect(failed).toMatchObject({ status: operation === "delete" ? 2 : 0 });
  });

  it("that fails itself ends the attempts", async () => {
    const cloud = new Cloud();
    cloud.failures.set(`${operation} a`, "broken");
    const go = await prepare(operation, cloud.stack(), (p) =>
      p.errorHook("retry", async () => {
        throw new Error("hook broken");
      }),
    );
    const text = 'error hooks execution failed: error hook "retry" failed: hook broken';
    expect((await go()).told[0]).toBe(operation === "delete" ? "broken" : text);
  });
});

describe("error hooks", () => {
  it("are all asked, and one that wants to try again is enough", async () => {
    const cloud = new Cloud();
    cloud.failures.set("create a", "broken");
    const asked: string[] = [];
    const run = await cloud.stack().up(
      program(async (p) => {
        for (const name of ["one", "two", "three"]) {
          p.errorHook(name, async () => {
            asked.push(name);
            cloud.failures.clear();
            return name === "two";
          });
        }
        await p.resource(THING, "a", {}, { resourceHooks: { OnError: ["one", "two", "three"] } });
      }),
    );
    expect(run.result).toBe("succeeded");
    expect(asked).toEqual(["one", "two", "three"]);
  });

  it("must be registered in the run that needs them", async () => {
    const cloud = new Cloud();
    cloud.failures.set("create a", "broken");
    const run = await cloud.stack().up(program((p) => p.resource(THING, "a", {}, hooked)));
    expect(run.told[0]).toBe('error hooks execution failed: error hook "retry" was not registered');
  });

  it("leave an object that is there in part in the state, whatever they say", async () => {
    const cloud = new Cloud();
    const run = await cloud.stack().up(
      program(async (p) => {
        p.errorHook("retry", async () => {
          throw new Error("hook broken");
        });
        await p.resource(THING, "a", { initError: "not ready" }, hooked);
      }),
    );
    expect(run.told[0]).toContain("* not ready");
    const a = run.snapshot.resources.find(({ type }) => type === THING);
    expect(a).toMatchObject({ id: "a-1", initErrors: ["not ready"] });
  });

  it("keep on record what was not ready in between, which the next run updates", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({
      functions: {
        create: async () => {
          if (cloud.calls.push("create a") > 1) return { id: "a-2", outputs: {} };
          throw new PartialFailure("not ready", { id: "a-1", outputs: {}, inputs: {}, reasons: ["sick"] });
        },
      },
    });
    const body = program(async (p) => {
      p.errorHook("retry", async () => true);
      await p.resource(THING, "a", {}, hooked);
    });
    const run = await stack.up(body);
    expect(run.result).toBe("succeeded");
    const a = run.snapshot.resources.find(({ type }) => type === THING);
    expect(a).toMatchObject({ id: "a-2", initErrors: ["sick"] });
    expect((await stack.up(body)).steps).toContain("update a");
    expect((await stack.up(body)).steps).not.toContain("update a");
  });

  it("that ask too often for an object that is there in part leave it in the state", async () => {
    const run = await new Cloud().stack().up(
      program(async (p) => {
        p.errorHook("retry", async () => true);
        await p.resource(THING, "a", { initError: "not ready" }, hooked);
      }),
    );
    expect(run.told).toEqual(["maximum number of error hook retries reached", "update failed"]);
    const a = run.snapshot.resources.find(({ type }) => type === THING);
    expect(a).toMatchObject({ id: "a-100", initErrors: ["not ready"] });
  });
});
