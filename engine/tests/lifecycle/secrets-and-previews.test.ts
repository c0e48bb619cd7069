import { describe, expect, it } from "vitest";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

describe("secrets", () => {
  it("mark outputs by the input of the same name and by name, before anything is told or stored", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program((p) =>
        p.resource(
          THING,
          "a",
          { pw: new Secret("hunter2"), token: "abc" },
          { additionalSecretOutputs: ["token", "id"] },
        ),
      ),
    );
    expect(run.snapshot.resources.at(-1)?.outputs).toMatchObject({
      pw: new Secret("hunter2"),
      token: new Secret("abc"),
    });
    const warnings = run.events.filter((e) => e.kind === "diagnostic" && e.diagnostic.severity === "warning");
    expect(warnings).toHaveLength(1);
  });

  it("of the configuration are hidden in the prelude", async () => {
    const config = { values: { "proj:open": "1", "proj:pw": "hunter2" }, secretKeys: ["proj:pw"] };
    const run = await new Cloud().stack({ config }).up(program(async () => undefined));
    expect(run.events[0]).toEqual({ kind: "prelude", config: { "proj:open": "1", "proj:pw": "[secret]" } });
  });
});

describe("a preview", () => {
  it("writes nothing, takes no lock, leaves no history, and gives unknowns", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const seen: unknown[] = [];
    const run = await stack.preview(
      program(async (p) => {
        const a = await p.resource(THING, "a", { value: 1 });
        seen.push(a.id, a.outputs["serial"]);
        const g = await p.component(GROUP, "g");
        await p.outputs(g.urn, { x: computed });
      }),
    );
    expect(seen).toEqual(["", computed]);
    expect(run.changes).toEqual({ create: 3 });
    expect(stack.store.saves).toHaveLength(1);
    expect(stack.store.updates).toEqual([]);
    expect(cloud.calls).toEqual([]);
    const kinds = run.events
      .filter((e) => e.kind === "resource-outputs")
      .map((e) => e.step.urn.split("::")[3]);
    expect(kinds).toEqual(["proj-test", "default", "a", "g", "g", "proj-test"]);
  });

  it("does not ask a provider whose configuration is not known", async () => {
    const asked: string[] = [];
    const stack = new Cloud().stack({
      functions: {
        check: async ({ news }) => {
          asked.push("check");
          return { inputs: news, failures: [] };
        },
      },
    });
    const on = (region: string | typeof computed) =>
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { colour: region });
        await p.resource(THING, "a", { value: 1 }, { provider });
      });
    await stack.up(on("red"));
    asked.length = 0;
    const run = await stack.preview(on(computed));
    expect(asked).toEqual([]);
    expect(run.steps).toContain("update a");
    const warnings = run.events.filter((e) => e.kind === "diagnostic" && e.diagnostic.severity === "warning");
    expect(warnings).toMatchObject([
      { diagnostic: { message: expect.stringContaining("not known during preview") } },
    ]);
    const created = await new Cloud().stack().preview(on(computed));
    expect(created.steps).toContain("create a");
  });

  it("takes what it cannot look at yet to be there, and imports it", async () => {
    const asked: string[] = [];
    const stack = new Cloud().stack({
      functions: {
        read: async ({ id }) => {
          asked.push(id);
          return { id, inputs: {}, outputs: {} };
        },
      },
    });
    const run = await stack.preview(
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { colour: computed });
        const a = await p.resource(THING, "a", { value: 1 }, { provider, importId: "ext" });
        expect(a).toMatchObject({ id: "ext", outputs: {} });
      }),
    );
    expect(asked).toEqual([]);
    expect(run.result).toBe("succeeded");
    expect(run.steps.slice(2)).toEqual(["import a", "update a"]);
    const warnings = run.events.filter((e) => e.kind === "diagnostic" && e.diagnostic.severity === "warning");
    expect(warnings).toMatchObject([
      { diagnostic: { message: expect.stringContaining("not known during preview") } },
    ]);
  });

  it("of an unknown trigger replaces; an update refuses it", async () => {
    const stack = new Cloud().stack();
    const on = (replacementTrigger: number | typeof computed) =>
      program((p) => p.resource(THING, "a", {}, { replacementTrigger }));
    await stack.up(on(1));
    expect((await stack.preview(on(computed))).steps).toContain("replace a");
    const run = await stack.up(on(computed));
    expect(run.told[0]).toContain("replacement trigger contains unknowns");
  });
});

describe("ignored changes", () => {
  it("go back to the old inputs before the provider checks them; paths that cannot are told", async () => {
    const stack = new Cloud().stack();
    const one = (inputs: { a: number; l: readonly number[] }, ignoreChanges: readonly string[]) =>
      program((p) => p.resource(THING, "a", inputs, { ignoreChanges }));
    await stack.up(one({ a: 1, l: [1] }, []));
    expect((await stack.up(one({ a: 2, l: [1] }, ["a"]))).changes).toEqual({ same: 2 });
    const run = await stack.up(one({ a: 1, l: [1, 2] }, ["l[1]"]));
    const infos = run.events.flatMap((e) => (e.kind === "diagnostic" ? [e.diagnostic.message] : []));
    expect(infos).toContain('cannot ignore changes in added or removed elements of the path: "l[1]"\n');
  });
});
