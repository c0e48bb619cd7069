import { describe, expect, it } from "vitest";
import type { ImportSpec } from "../../src/operation.ts";
import { type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import { fakeProvider, type TestRun } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

const imported = (value: number, importId = "ext-1") =>
  program((p) => p.resource(THING, "a", { value }, { importId }));

function spec(fields: Partial<ImportSpec>): ImportSpec {
  return {
    ...{ type: THING, name: "a", id: "ext-1", parent: undefined, provider: undefined, version: "" },
    ...{ pluginDownloadURL: "", properties: undefined, component: false, remote: false, protect: true },
    ...fields,
  };
}

function cloudWith(...ids: readonly string[]): Cloud {
  const cloud = new Cloud();
  for (const id of ids) cloud.objects.set(id, { value: 1 });
  return cloud;
}

describe("the import option", () => {
  it("takes an object over that is as the program says", async () => {
    const cloud = cloudWith("ext-1");
    const stack = cloud.stack();
    expect((await stack.preview(imported(1))).changes).toEqual({ create: 1, import: 1 });
    const run = await stack.up(imported(1));
    expect(run.changes).toEqual({ create: 1, import: 1 });
    expect(run.snapshot.resources.at(-1)).toMatchObject({
      id: "ext-1",
      importID: "ext-1",
      inputs: { value: 1 },
    });
    expect((await stack.up(imported(1))).changes).toEqual({ same: 2 });
    expect(cloud.calls).toEqual([]);
  });

  it("updates an object that differs, in the same run", async () => {
    const cloud = cloudWith("ext-1");
    const run = await cloud.stack().up(imported(2));
    expect(run.steps.slice(2)).toEqual(["import a", "update a"]);
    expect(run.snapshot.resources.at(-1)?.outputs).toMatchObject({ value: 2 });
    expect(run.snapshot.resources).toHaveLength(3);
  });

  it.each([
    ["that is as the program says", 1, "blue"],
    ["that is updated in the same run: the next one records it", 2, undefined],
  ])("records the replacement trigger of an object %s", async (_, value, recorded) => {
    const stack = cloudWith("ext-1").stack();
    const triggered = program((p) =>
      p.resource(THING, "a", { value }, { importId: "ext-1", replacementTrigger: "blue" }),
    );
    const triggerOf = (run: TestRun) => run.snapshot.resources.at(-1)?.replacementTrigger;
    expect(triggerOf(await stack.up(triggered))).toBe(recorded);
    const next = await stack.up(triggered);
    expect(next.changes).toEqual({ same: 2 });
    expect(triggerOf(next)).toBe("blue");
  });

  it("replaces a managed object that has another id", async () => {
    const cloud = cloudWith("ext-1");
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "a", { value: 1 })));
    const run = await stack.up(imported(1));
    expect(run.steps.slice(2)).toEqual(["import-replacement a", "replace a", "delete-replaced a"]);
    expect(run.snapshot.resources.at(-1)?.id).toBe("ext-1");
    expect(cloud.objects.size).toBe(1);
  });

  it("takes the place of what was only read, and leaves the object alone", async () => {
    const cloud = cloudWith("ext-1");
    const stack = cloud.stack();
    await stack.up(program((p) => p.read(THING, "a", "ext-1")));
    const run = await stack.up(imported(1));
    expect(run.steps.slice(2)).toEqual(["import-replacement a", "replace a", "discard-replaced a"]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "ext-1", external: false });
    expect(cloud.calls).toEqual([]);
  });

  it("keeps an object as it is where the update that follows fails", async () => {
    const cloud = cloudWith("ext-1");
    cloud.failures.set("update a", "no");
    const run = await cloud.stack().up(imported(2));
    expect(run.told).toEqual(["no", "update failed"]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "ext-1", inputs: { value: 1 } });
  });

  it("names the object as the provider does, and the next update knows it by the name of the program", async () => {
    const stack = new Cloud().stack({
      functions: { read: async () => ({ id: "thing/7", inputs: { value: 1 }, outputs: { value: 1 } }) },
    });
    const run = await stack.up(imported(2, "7"));
    expect(run.steps.slice(2)).toEqual(["import a", "update a"]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "thing/7", importID: "7" });
    expect((await stack.up(imported(2, "7"))).changes).toEqual({ same: 2 });
  });

  it("fails where there is no such object, or the provider cannot import", async () => {
    const missing = await cloudWith().stack().up(imported(1));
    expect(missing.told).toEqual(["resource 'ext-1' does not exist", "update failed"]);
    expect(missing.events.find((e) => e.kind === "summary")).toMatchObject({ maybeCorrupt: false });
    const stack = new Cloud().stack({
      functions: { read: async ({ id }) => ({ id, inputs: undefined, outputs: {} }) },
    });
    expect((await stack.up(imported(1))).told[0]).toContain("does not support importing resources");
    const failing = new Cloud().stack({ functions: { read: () => Promise.reject(new Error("offline")) } });
    expect((await failing.up(imported(1))).told[0]).toBe("offline");
  });

  it("takes over an object whose provider does not say its id again", async () => {
    const asked: unknown[] = [];
    const stack = new Cloud().stack({
      functions: {
        read: async ({ id, importing }) => {
          asked.push([id, importing]);
          return { id: "", inputs: { value: 1 }, outputs: { value: 1 } };
        },
      },
    });
    const run = await stack.up(imported(1));
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "ext-1", importID: "ext-1" });
    expect(asked).toEqual([["ext-1", true]]);
  });

  it("records why an object is not ready, and retries", async () => {
    const stack = new Cloud().stack({
      functions: {
        read: async ({ id }) => {
          throw new PartialFailure("sick", { id, outputs: {}, inputs: { value: 1 }, reasons: ["no heart"] });
        },
      },
    });
    const run = await stack.up(imported(1));
    expect(run.steps.slice(2)).toEqual(["import a", "update a"]);
  });

  it("does not go with a replacement", async () => {
    const cloud = cloudWith("ext-1");
    const stack = cloud.stack();
    const one = (zone: number) =>
      program((p) =>
        p.resource(THING, "a", { value: zone, replaceOn: ["value", "replaceOn"] }, { importId: "ext-1" }),
      );
    const run = await stack.up(one(1));
    expect(run.told[0]).toContain(
      "previously-imported resources that still specify an ID may not be replaced",
    );
    expect(run.told[0]).toContain(
      "import` declaration from your program;\nreplaceOn: {<nil>} => {[{value} {replaceOn}]}",
    );
    const preview = await cloudWith("ext-1").stack().preview(one(1));
    expect(preview.result).toBe("succeeded");
  });
});

describe("the import command", () => {
  it("refuses a type that names no package, but of a component", async () => {
    const stack = new Cloud().stack();
    const of = (fields: Partial<ImportSpec>) => stack.run("import", { imports: [spec(fields)] }, {});
    await expect(of({ type: "test:Thing" })).rejects.toMatchObject({
      code: "import-type-invalid",
      message: expect.stringContaining('import type "test:Thing" is not a valid resource type token. '),
    });
    expect(stack.store.updates.at(-1)).toMatchObject({ kind: "resource-import", result: "failed" });
    const component = { type: "Group", id: "", component: true, protect: false };
    expect((await of(component)).result).toBe("succeeded");
  });

  const base = program((p) => p.resource(THING, "base", { value: 1 }));

  it("takes over objects beside what is recorded, and makes what they need", async () => {
    const stack = cloudWith("ext-1", "ext-2").stack();
    const group = "urn:pulumi:test::proj::test:index:Group::g";
    const run = await stack.run(
      "import",
      {
        imports: [
          spec({ name: "inner", id: "ext-2", parent: group, protect: false }),
          spec({ type: GROUP, name: "g", id: "", component: true, protect: false }),
          spec({}),
        ],
      },
      {},
    );
    expect(run.told).toEqual([]);
    expect(run.changes).toEqual({ create: 1, import: 3 });
    expect(run.snapshot.resources.map((r) => [r.urn.split("::")[3], r.protect, r.importID])).toEqual([
      ["proj-test", false, ""],
      ["default", false, ""],
      ["g", false, ""],
      ["a", true, ""],
      ["inner", false, ""],
    ]);
  });

  it("leaves alone what is imported already", async () => {
    const stack = cloudWith("ext-1").stack();
    await stack.up(base);
    await stack.run("import", { imports: [spec({})] }, {});
    const again = await stack.run("import", { imports: [spec({})] }, {});
    expect(again.changes).toEqual({ same: 3 });
    const twice = await stack.run("import", { imports: [spec({}), spec({})] }, {});
    expect(twice).toMatchObject({ told: [], changes: { same: 3 } });
    const other = await stack.run("import", { imports: [spec({ id: "other" })] }, {});
    expect(other.told[0]).toContain("already exists");
  });

  it.each([
    ["an object that is not there", spec({ id: "none" }), "resource 'none' does not exist"],
    ["a parent that is not there", spec({ parent: "urn:pulumi:test::proj::a:b:C::x" }), "unknown parent"],
    [
      "a provider that is none",
      spec({ provider: "urn:pulumi:test::proj::a:b:C::x" }),
      'imported provider URN "urn:pulumi:test::proj::a:b:C::x" is not a provider type',
    ],
  ])("fails on %s", async (_, wanted, message) => {
    const stack = cloudWith("ext-1").stack();
    await stack.up(base);
    const run = await stack.run("import", { imports: [wanted] }, {});
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain(message);
    expect(run.snapshot.resources).toHaveLength(3);
  });

  it("fails on two imports of one name", async () => {
    const stack = cloudWith("ext-1").stack();
    const twice = await stack.run("import", { imports: [spec({}), spec({})] }, {});
    expect(twice.told).toEqual(["update failed: duplicate import 'a' of type 'fake:index:Thing'"]);
  });

  it("takes only the properties asked for, and warns where the inputs are not valid", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext-1", { value: 1, other: 2 });
    const failures = [{ property: "value", reason: "odd" }];
    const stack = cloud.stack({ functions: { check: async ({ news }) => ({ inputs: news, failures }) } });
    const run = await stack.run("import", { imports: [spec({ properties: ["value"] })] }, {});
    expect(run.result).toBe("succeeded");
    expect(run.snapshot.resources.at(-1)?.inputs).toEqual({ value: 1 });
    const texts = run.events.flatMap((e) =>
      e.kind === "diagnostic" && e.diagnostic.severity === "warning" ? [e.diagnostic.message] : [],
    );
    expect(texts[0]).toContain("Try specifying a different set of properties");
    expect(texts[1]).toContain("property value value {1} has a problem: odd");
    const all = await stack.run("import", { imports: [spec({ name: "b" })] }, {});
    expect(JSON.stringify(all.events)).toContain("almost certainly a bug in the `fake` provider");
  });

  it("makes the providers that it names or brings, with what it says of them", async () => {
    const configured: PropertyMap[] = [];
    const cloud = cloudWith("ext-1", "ext-2");
    const stack = cloud.stack({
      functions: {
        configure: (request) => {
          configured.push(request.inputs);
          return fakeProvider().configure(request);
        },
      },
    });
    const brought = "urn:pulumi:test::proj::pulumi:providers:fake::brought";
    const named = "urn:pulumi:test::proj::pulumi:providers:fake::named";
    const run = await stack.run(
      "import",
      {
        imports: [
          spec({ type: "pulumi:providers:fake", name: "brought", id: "", inputs: { region: "east" } }),
          spec({ provider: brought }),
          spec({
            name: "b",
            id: "ext-2",
            provider: named,
            providerInputs: { region: "west" },
            version: "1.2.3",
          }),
        ],
      },
      {},
    );
    expect(run.told).toEqual([]);
    expect(configured).toEqual([{ region: "east" }, { region: "west", version: "1.2.3" }]);
    const providers = run.snapshot.resources.filter(({ type }) => type === "pulumi:providers:fake");
    expect(providers.map(({ urn, parent, protect }) => ({ urn, parent, protect }))).toEqual([
      { urn: brought, parent: "", protect: false },
      { urn: named, parent: "", protect: false },
    ]);
    const again = await stack.run(
      "import",
      { imports: [spec({ name: "c", id: "ext-1", provider: named })] },
      {},
    );
    expect(again.changes).toEqual({ import: 1, same: 5 });
  });

  it("refuses a provider whose configuration is not valid", async () => {
    const stack = cloudWith("ext-1").stack({
      functions: {
        checkConfig: async ({ news }) => ({
          inputs: news,
          failures: [{ property: "region", reason: "odd" }],
        }),
      },
    });
    const urn = "urn:pulumi:test::proj::pulumi:providers:fake::mine";
    const run = await stack.run("import", { imports: [spec({ provider: urn })] }, {});
    expect(run.told.at(-1)).toBe(`update failed: explicit provider check failed for ${urn}`);
  });

  it("takes what the provider does not tell from the import, and all where that has it", async () => {
    const reads: string[] = [];
    const stack = new Cloud().stack({
      functions: {
        read: async ({ id }) => {
          reads.push(id);
          return { id, inputs: { size: 1, token: null, key: "k" }, outputs: { size: 1 } };
        },
      },
    });
    const supplied = { token: "t", key: new Secret("other"), size: 9 };
    const whole = { inputs: { size: 2 }, outputs: { size: 2, serial: 7 } };
    const imports = [spec({ inputs: supplied }), spec({ name: "whole", id: "ext-2", ...whole })];
    const component = { type: GROUP, name: "g", id: "", component: true };
    const run = await stack.run("import", { imports: [...imports, spec({ ...component, ...whole })] }, {});
    expect(run.told).toEqual([]);
    expect(reads).toEqual(["ext-1"]);
    const stateOf = (name: string) => run.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    expect(stateOf("a")?.inputs).toEqual({ size: 1, token: "t", key: new Secret("k") });
    expect(stateOf("whole")).toMatchObject({ id: "ext-2", ...whole });
    expect(stateOf("g")).toMatchObject(whole);
  });

  it("uses the provider it names", async () => {
    const stack = cloudWith("ext-1").stack();
    const first = await stack.up(program((p) => p.provider("fake", "mine")));
    const provider = first.snapshot.resources.at(-1);
    const run = await stack.run("import", { imports: [spec({ provider: provider?.urn })] }, {});
    expect(run.snapshot.resources.at(-1)?.provider).toBe(`${provider?.urn}::${provider?.id}`);
  });
});
