import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/events.ts";
import type { HookCall } from "../../src/execute/hook-registry.ts";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import type { ProgramApi, ResourceOptions } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

const ALL: ResourceOptions["resourceHooks"] = {
  BeforeCreate: ["hook"],
  AfterCreate: ["hook"],
  BeforeUpdate: ["hook"],
  AfterUpdate: ["hook"],
  BeforeDelete: ["hook"],
  AfterDelete: ["hook"],
};

/** Notes every call of its hook as `<phase> <name>`, and of each what it was told. */
class Watch {
  readonly calls: HookCall[] = [];

  get seen(): readonly string[] {
    return this.calls.map(({ phase, ...call }) => {
      const urn = (call.new ?? call.old)?.urn ?? "";
      return `${phase} ${urn.split("::").at(-1)}`;
    });
  }

  readonly run = async (call: HookCall): Promise<void> => {
    this.calls.push(call);
  };
}

const fails = (message: string) => async () => {
  throw new Error(message);
};

describe("resource hooks", () => {
  it("run around the steps of their resource, and are told what is known then", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const watch = new Watch();
    const one = (value: number | undefined) =>
      program(async (p) => {
        p.hook("hook", watch.run);
        if (value !== undefined) await p.resource(THING, "a", { value }, { resourceHooks: ALL });
      });
    await stack.up(one(1));
    await stack.up(one(1));
    await stack.up(one(2));
    const last = await stack.up(one(undefined));
    expect(last.result).toBe("succeeded");
    expect(watch.seen).toEqual([
      "BeforeCreate a",
      "AfterCreate a",
      "BeforeUpdate a",
      "AfterUpdate a",
      "BeforeDelete a",
      "AfterDelete a",
    ]);
    expect(watch.calls).toMatchObject([
      { old: undefined, new: { id: "", inputs: { value: 1 } } },
      { old: undefined, new: { id: "a-1", outputs: { serial: 1 } } },
      { old: { inputs: { value: 1 } }, new: { id: "a-1", inputs: { value: 2 } } },
      { old: { outputs: { serial: 1 } }, new: { outputs: { serial: 2 } } },
      { old: { id: "a-1" }, new: undefined },
      { old: { id: "a-1" }, new: undefined },
    ]);
  });

  it("are recorded by name", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program(async (p) => {
        p.hook("hook", async () => undefined);
        await p.resource(THING, "a", {}, { resourceHooks: { AfterDelete: ["hook"] } });
      }),
    );
    const a = run.snapshot.resources.find(({ urn }) => urn.endsWith("::a"));
    expect(a?.resourceHooks).toEqual({ AfterDelete: ["hook"] });
  });

  it("run around both objects of a replacement", async () => {
    const stack = new Cloud().stack();
    const watch = new Watch();
    const one = (region: string) =>
      program(async (p) => {
        p.hook("hook", watch.run);
        await p.resource(THING, "a", { region }, { resourceHooks: ALL });
      });
    await stack.up(one("moon"));
    watch.calls.length = 0;
    await stack.up(one("mars"));
    expect(watch.seen).toEqual(["BeforeCreate a", "AfterCreate a", "BeforeDelete a", "AfterDelete a"]);
  });

  it("stop the step before it begins where they fail", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const run = await stack.up(
      program(async (p) => {
        p.hook("hook", fails("not today"));
        await p.resource(THING, "a", {}, { resourceHooks: { BeforeCreate: ["hook"] } });
      }),
    );
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(['before hook "hook" failed: not today', "update failed"]);
    expect(cloud.calls).toEqual([]);
    expect(run.snapshot.resources.filter(({ type }) => type === THING)).toEqual([]);
    expect(run.snapshot.pendingOperations).toEqual([]);
  });

  it("leave an object alone whose delete they refuse, and it is there for the next run", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (there: boolean, run: (call: HookCall) => Promise<void>) =>
      program(async (p) => {
        p.hook("hook", run);
        if (there) await p.resource(THING, "a", {}, { resourceHooks: { BeforeDelete: ["hook"] } });
      });
    await stack.up(one(true, async () => undefined));
    const refused = await stack.up(one(false, fails("keep it")));
    expect(refused.told).toEqual(['before hook "hook" failed: keep it', "update failed"]);
    expect(cloud.objects.size).toBe(1);
    const done = await stack.up(one(false, async () => undefined));
    expect(done.result).toBe("succeeded");
    expect(cloud.objects.size).toBe(0);
  });

  it("fail the run when they fail after the step, and what was done is recorded", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const body = async (p: ProgramApi) => {
      p.hook("hook", fails("too late"));
      await p.resource(THING, "a", {}, { resourceHooks: { AfterCreate: ["hook"] } });
      await p.resource(THING, "b");
    };
    const run = await stack.up(program(body));
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(['after hook "hook" failed: too late', "update failed"]);
    expect(cloud.takeCalls()).toEqual(["create a"]);
    expect(run.snapshot.resources.map(({ id }) => id)).toContain("a-1");
    expect(run.changes).toEqual({ create: 2 });
  });

  it("let the run go on to its end where it is to continue on errors", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "gone")));
    cloud.takeCalls();
    const body = async (p: ProgramApi) => {
      p.hook("hook", fails("too late"));
      await p.resource(THING, "a", {}, { resourceHooks: { AfterCreate: ["hook"] } });
      await p.resource(THING, "b");
    };
    const run = await stack.up(program(body), { continueOnError: true });
    expect(run.result).toBe("failed");
    expect(cloud.takeCalls()).toEqual(["create a", "create b", "delete gone"]);
  });

  it("fail the run when they fail after a delete, and the object is forgotten", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (there: boolean) =>
      program(async (p) => {
        p.hook("hook", fails("too late"));
        if (there) await p.resource(THING, "a", {}, { resourceHooks: { AfterDelete: ["hook"] } });
      });
    await stack.up(one(true));
    const run = await stack.up(one(false));
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(['after hook "hook" failed: too late', "update failed"]);
    expect(run.snapshot.resources.filter(({ type }) => type === THING)).toEqual([]);
    expect(cloud.objects.size).toBe(0);
  });

  it("only warn where their failures are to be ignored", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program(async (p) => {
        p.hook("hook", fails("who cares"), { ignoreErrors: true });
        await p.resource(THING, "a", {}, { resourceHooks: ALL });
      }),
    );
    expect(run.result).toBe("succeeded");
    const warnings = run.events.flatMap((e) => (e.kind === "diagnostic" ? [e.diagnostic] : []));
    expect(warnings.filter(({ severity }) => severity === "warning").map((d) => d.message)).toEqual([
      'BeforeCreate hook "hook" failed: who cares\n',
      'AfterCreate hook "hook" failed: who cares\n',
    ]);
  });

  it("run in previews only where they say so", async () => {
    const cloud = new Cloud();
    const watch = new Watch();
    const body = (onDryRun: boolean) =>
      program(async (p) => {
        p.hook("hook", watch.run, { onDryRun });
        await p.resource(THING, "a", { value: new Secret(1) }, { resourceHooks: ALL });
      });
    const quiet = await cloud.stack().preview(body(false));
    expect([quiet.result, watch.seen]).toEqual(["succeeded", []]);
    await cloud.stack().preview(body(true));
    expect(watch.seen).toEqual(["BeforeCreate a", "AfterCreate a"]);
    expect(watch.calls[1]?.new).toMatchObject({ id: "", outputs: { serial: computed } });
    expect(cloud.calls).toEqual([]);
  });

  it("that fail in a preview fail the preview", async () => {
    const run = await new Cloud().stack().preview(
      program(async (p) => {
        p.hook("hook", fails("no"), { onDryRun: true });
        await p.resource(THING, "a", {}, { resourceHooks: { BeforeCreate: ["hook"] } });
      }),
    );
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(['Preview failed: before hook "hook" failed: no', "preview failed"]);
  });

  it("must be registered in the run that needs them", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program((p) => p.resource(THING, "a", {}, { resourceHooks: { BeforeCreate: ["nobody"] } })),
    );
    expect(run.told).toEqual(['hook "nobody" was not registered', "update failed"]);
  });

  it("have names of their own, whatever their kind", async () => {
    const taken = 'resource hook already registered for name "hook"';
    const run = async (body: (p: ProgramApi) => Promise<void>) =>
      (await new Cloud().stack().up(program(body))).told;
    const hook = async () => undefined;
    const errorHook = async () => false;
    expect(
      await run(async (p) => {
        p.hook("hook", hook);
        p.errorHook("hook", errorHook);
      }),
    ).toEqual([taken]);
    expect(
      await run(async (p) => {
        p.errorHook("hook", errorHook);
        p.hook("hook", hook);
      }),
    ).toEqual([taken]);
    expect(await run(async (p) => p.hook("", hook))).toEqual(["resource hook name cannot be empty"]);
  });

  it("of a component run when its outputs are there", async () => {
    const stack = new Cloud().stack();
    const watch = new Watch();
    const one = (size: number | undefined, fail = false) =>
      program(async (p) => {
        p.hook("hook", fail ? fails("no") : watch.run);
        if (size === undefined) return;
        const group = await p.register({
          ...{ type: GROUP, name: "g", parent: p.stack, inputs: { size } },
          resourceHooks: ALL,
        });
        expect(watch.seen.filter((call) => call.startsWith("After"))).toEqual([]);
        await p.outputs(group.state.urn, { size });
      });
    await stack.up(one(1));
    expect(watch.seen).toEqual(["BeforeCreate g", "AfterCreate g"]);
    expect(watch.calls[1]?.new?.outputs).toEqual({ size: 1 });
    watch.calls.length = 0;
    await stack.up(one(1));
    expect(watch.seen).toEqual([]);
    await stack.up(one(2));
    expect(watch.seen).toEqual(["BeforeUpdate g", "AfterUpdate g"]);
    watch.calls.length = 0;
    await stack.up(one(undefined));
    expect(watch.seen).toEqual(["BeforeDelete g", "AfterDelete g"]);
  });

  it("of a component that fail after it leave its outputs in the state", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program(async (p) => {
        p.hook("hook", fails("late"));
        const group = await p.component(GROUP, "g", { resourceHooks: { AfterCreate: ["hook"] } });
        await p.outputs(group.urn, { size: 1 });
        await p.resource(THING, "never");
      }),
    );
    expect(run.told).toEqual(['after hook "hook" failed: late', "update failed"]);
    const group = run.snapshot.resources.find(({ type }) => type === GROUP);
    expect(group?.outputs).toEqual({ size: 1 });
    expect(run.steps).not.toContain("create never");
  });
});

describe("a destroy", () => {
  const hooked = program(async (p) => {
    p.hook("hook", async () => undefined);
    p.hook("other", async () => undefined);
    const resourceHooks = { BeforeDelete: ["hook"], AfterDelete: ["other"] };
    await p.resource(THING, "a", {}, { resourceHooks });
  });

  it("is refused without the program where the state has delete hooks", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(hooked);
    const events: string[] = [];
    const refused = stack.destroy(
      {},
      {
        listener: (e) => events.push(e.kind === "diagnostic" ? e.diagnostic.message.trimEnd() : e.kind),
      },
    );
    await expect(refused).rejects.toMatchObject({
      code: "delete-hooks-need-program",
      message: "You must run with the `--run-program` flag to use delete hooks during destroy.",
    });
    expect(events).toEqual([
      "Resource has delete hooks registered, but the program is not running. Hooks: hook, other",
      "cancel",
    ]);
    expect(cloud.objects.size).toBe(1);
    expect(stack.store.updates.at(-1)).toMatchObject({ kind: "destroy", result: "failed" });
  });

  it("tells once of a resource of which a copy waits for its deletion", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (region: string) =>
      program(async (p) => {
        p.hook("hook", async () => undefined);
        await p.resource(THING, "a", { region }, { resourceHooks: { BeforeDelete: ["hook"] } });
      });
    await stack.up(one("moon"));
    cloud.failures.set("delete a", "not now");
    const { snapshot } = await stack.up(one("mars"));
    expect(snapshot.resources.filter(({ type }) => type === THING)).toHaveLength(2);
    const told: string[] = [];
    const listener = (event: EngineEvent) => {
      if (event.kind === "diagnostic") told.push(event.diagnostic.message.trimEnd());
    };
    await expect(stack.destroy({}, { listener })).rejects.toThrow("--run-program");
    expect(told).toEqual([
      "Resource has delete hooks registered, but the program is not running. Hooks: hook",
    ]);
  });

  it("runs them where it runs the program", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const watch = new Watch();
    await stack.up(hooked);
    const body = program(async (p) => {
      p.hook("hook", watch.run);
      p.hook("other", watch.run);
      const resourceHooks = { BeforeDelete: ["hook"], AfterDelete: ["other"] };
      await p.resource(THING, "a", {}, { resourceHooks });
    });
    const run = await stack.destroy({ runProgram: true }, { program: body });
    expect(run.result).toBe("succeeded");
    expect(watch.seen).toEqual(["BeforeDelete a", "AfterDelete a"]);
    expect(run.snapshot.resources).toEqual([]);
  });
});
