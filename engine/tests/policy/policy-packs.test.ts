import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/events.ts";
import type { PolicyPackSource } from "../../src/policy/load-policy-pack.ts";
import { createPolicyHost } from "../../src/policy/policy-host.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import type { CheckRequest } from "../../src/providers/provider.ts";
import { createMemoryStore } from "../../src/state/memory-store.ts";
import type { ResourceOptions, TestRun } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "../lifecycle/cloud.ts";
import { PackFolder } from "./pack-folder.ts";

const rules = `
new PolicyPack("rules", {
  enforcementLevel: "advisory",
  policies: [
    {
      name: "small", description: "values are small", enforcementLevel: "mandatory", severity: "high",
      configSchema: { properties: { limit: { type: "integer", default: 5, minimum: 1 } } },
      validateResource: (args, report) => {
        if (args.type === "fake:index:Thing" && args.props.value > args.getConfig().limit) report("too big");
      },
    },
    {
      name: "tagged", description: "has an owner", enforcementLevel: "remediate",
      remediateResource: (args) => {
        if (args.type !== "fake:index:Thing" || args.props.owner) return undefined;
        return { ...args.props, owner: "policy" };
      },
    },
    {
      name: "seen", description: "tells what it sees",
      validateResource: (args, report) => {
        if (args.name !== "seen") return;
        const { protect, ignoreChanges, deleteBeforeReplace, aliases, customTimeouts, parent } = args.opts;
        const { type, name } = args.provider;
        report(JSON.stringify({
          props: args.props, protect, ignoreChanges, deleteBeforeReplace, aliases, customTimeouts,
          parent, provider: type + "=" + name, config: process.env.PULUMI_CONFIG,
          where: [process.env.PULUMI_NODEJS_PROJECT, process.env.PULUMI_NODEJS_STACK, process.env.PULUMI_NODEJS_DRY_RUN],
        }));
      },
    },
    {
      name: "known", description: "needs to know",
      validateResource: (args) => { if (args.name === "late") args.props.of.length; },
    },
    {
      name: "few", description: "not many", enforcementLevel: "mandatory",
      validateStack: (args, report) => {
        const things = args.resources.filter((r) => r.type === "fake:index:Thing");
        if (things.length > 2) report("too many: " + things.map((r) => r.name + "<" + r.parent.name).join(), things[0].urn);
      },
    },
  ],
});`;

describe("a policy pack for Node", () => {
  const folder = new PackFolder();
  let pack = "";
  beforeAll(() => {
    pack = folder.javascript("rules", rules, "runtime: nodejs\nversion: 1.2.3\n");
  });
  afterAll(() => folder.remove());

  const host = (...packs: readonly (string | PolicyPackSource)[]) =>
    createPolicyHost({
      packs: packs.map((one) => (typeof one === "string" ? { path: one, config: undefined } : one)),
      engineAddress: "127.0.0.1:1",
      env: process.env,
      cwd: folder.root,
      onOutput: (output) => outputs.push(output.message),
    });
  const outputs: string[] = [];
  const things = (all: { readonly [name: string]: number }, options: ResourceOptions = {}) =>
    program(async (p) => {
      for (const [name, value] of Object.entries(all)) await p.resource(THING, name, { value }, options);
    });
  const said = (run: TestRun) =>
    run.events.flatMap((event) =>
      event.kind === "policy-violation"
        ? [`${event.violation.enforcementLevel} ${event.violation.policy}: ${event.violation.message}`]
        : [],
    );
  const eventsOf = <Kind extends EngineEvent["kind"]>(run: TestRun, kind: Kind) =>
    run.events.filter((event): event is Extract<EngineEvent, { kind: Kind }> => event.kind === kind);

  it("knows the tags of the stack", async () => {
    const rule = `new PolicyPack("tags", { policies: [{
      name: "team", description: "is told", enforcementLevel: "advisory",
      validateResource: (args, report) => {
        if (args.type === "fake:index:Thing") report("team " + args.stackTags.get("team"));
      },
    }] });`;
    folder.javascript("tags", rule, "runtime: nodejs\n");
    const reference = { organization: "organization", project: "proj", stack: "test" };
    const store = Object.assign(createMemoryStore(reference), { tags: async () => ({ team: "blue" }) });
    const run = await new Cloud().stack().up(things({ a: 1 }), {}, { policies: host("tags"), store });
    expect(said(run)).toEqual([expect.stringContaining("team blue")]);
  });

  it("mends and judges each resource before it is made, and the stack at the end", async () => {
    const cloud = new Cloud();
    const run = await cloud.stack().up(things({ a: 1 }), {}, { policies: host("rules") });
    expect(run.told).toEqual([]);
    expect([...cloud.objects.values()]).toEqual([{ value: 1, owner: "policy" }]);
    expect(run.events[0]).toEqual({ kind: "policy-load" });
    expect(eventsOf(run, "policy-remediation")).toMatchObject([
      {
        policy: "tagged",
        pack: "rules",
        packVersion: "1.2.3",
        before: { value: 1 },
        after: { owner: "policy" },
      },
    ]);
    const summaries = eventsOf(run, "policy-summary").filter(({ urn }) => urn === "" || urn.endsWith("::a"));
    expect(summaries.map(({ phase, passed, failed }) => ({ phase, passed, failed }))).toEqual([
      { phase: "remediate", passed: ["known", "seen", "small"], failed: ["tagged"] },
      { phase: "analyze", passed: ["known", "seen", "small"], failed: [] },
      { phase: "analyze-stack", passed: ["few"], failed: [] },
    ]);
    expect(eventsOf(run, "summary")[0]?.policyPacks).toEqual({ "rules|local|rules": "1.2.3" });
  });

  it("keeps a mandatory violation from being made, and ends the update", async () => {
    const cloud = new Cloud();
    const run = await cloud.stack().up(things({ a: 9, b: 1 }), {}, { policies: host("rules") });
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([]);
    expect(said(run)).toEqual(["mandatory small: values are small\ntoo big"]);
    expect(eventsOf(run, "policy-violation")[0]?.violation.severity).toBe("high");
    expect(cloud.calls).toEqual([]);
  });

  it.each(["up", "preview"] as const)("judges also what its provider refuses: %s", async (verb) => {
    const check = async ({ news }: CheckRequest) => ({
      inputs: news,
      failures: [{ property: "value", reason: "odd" }],
    });
    const stack = new Cloud().stack({ functions: { check } });
    const run = await stack[verb](things({ a: 9, b: 1 }), {}, { policies: host("rules") });
    expect(run.result).toBe("failed");
    expect(run.told[0]).toBe(`${THING} resource 'a': property value value {9} has a problem: odd`);
    expect(said(run)).toEqual(["mandatory small: values are small\ntoo big"]);
    expect(run.steps).not.toContain("create a");
  });

  it("tells every violation in a preview, which then fails", async () => {
    const run = await new Cloud().stack().preview(things({ a: 9, b: 8 }), {}, { policies: host("rules") });
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["preview failed"]);
    expect(said(run)).toHaveLength(2);
    expect(run.steps).toContain("create b");
  });

  it("fails an update at its end where the stack as a whole is not allowed", async () => {
    const cloud = new Cloud();
    const run = await cloud.stack().up(things({ a: 1, b: 1, c: 1 }), {}, { policies: host("rules") });
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["update failed"]);
    expect(said(run)).toEqual(["mandatory few: not many\ntoo many: a<proj-test,b<proj-test,c<proj-test"]);
    expect(eventsOf(run, "policy-violation")[0]?.violation.urn).toMatch(/::a$/);
    expect(cloud.objects.size).toBe(3);
  });

  it("sees options, provider, configuration and secrets", async () => {
    const options: ResourceOptions = {
      ...{ protect: true, ignoreChanges: ["x"], deleteBeforeReplace: false, customTimeouts: { create: 60 } },
    };
    const body = program((p) => p.resource(THING, "seen", { key: new Secret("k"), __internal: 1 }, options));
    const stack = new Cloud().stack({ config: { values: { "proj:a": "b" }, secretKeys: [] } });
    const [message = ""] = said(await stack.up(body, {}, { policies: host("rules") }));
    expect(JSON.parse(message.slice(message.indexOf("{")))).toEqual({
      props: { key: "k", owner: "policy" },
      protect: true,
      ignoreChanges: ["x"],
      deleteBeforeReplace: false,
      aliases: [],
      customTimeouts: { createSeconds: 60, updateSeconds: 0, deleteSeconds: 0 },
      parent: "urn:pulumi:test::proj::pulumi:pulumi:Stack::proj-test",
      provider: "pulumi:providers:fake=default",
      config: '{"proj:a":"b"}',
      where: ["proj", "test", "false"],
    });
  });

  it("is told what is not known yet", async () => {
    const body = program(async (p) => {
      const first = await p.resource(THING, "first");
      await p.resource(THING, "late", { of: first.outputs["serial"] ?? null });
    });
    const run = await new Cloud().stack().preview(body, {}, { policies: host("rules") });
    expect(said(run)).toEqual([
      expect.stringContaining("advisory tagged: can't run remediation 'tagged'"),
      expect.stringContaining("advisory known: can't run policy 'known'"),
    ]);
  });

  it("takes its configuration from a file, levels included", async () => {
    const config = (name: string, content: object) => {
      writeFileSync(join(folder.root, name), JSON.stringify(content));
      return { path: pack, config: name };
    };
    const stack = new Cloud().stack();
    const lenient = config("lenient.json", { small: { limit: 50 }, tagged: "disabled" });
    const run = await stack.preview(things({ a: 9 }), {}, { policies: host(lenient) });
    expect(run.result).toBe("succeeded");
    expect(eventsOf(run, "policy-remediation")).toEqual([]);
    const advisory = config("advisory.json", { all: "advisory" });
    expect(said(await stack.preview(things({ a: 9 }), {}, { policies: host(advisory) }))).toEqual([
      "advisory small: values are small\ntoo big",
    ]);
    const unknown = config("unknown.json", { nobody: { x: 1 } });
    await expect(stack.preview(things({}), {}, { policies: host(unknown) })).rejects.toThrow(
      `configuring policy pack "rules" at ${JSON.stringify(pack)}: invalid enforcement level ""`,
    );
  });

  it("says what is wrong with its configuration, and begins nothing", async () => {
    writeFileSync(join(folder.root, "wrong.json"), '{"small":{"limit":"many"}}');
    const stack = new Cloud().stack();
    const policies = host({ path: "rules", config: "wrong.json" }, "rules");
    const kinds: string[] = [];
    const listener = ({ kind }: EngineEvent) => kinds.push(kind);
    await expect(stack.up(things({ a: 1 }), {}, { policies, listener })).rejects.toThrow(
      /^validating policy config$/,
    );
    expect(outputs).toContain(
      "validating policy config: rules 1.2.3  small: limit: Invalid type. Expected: integer, given: string\n",
    );
    expect(kinds).toEqual(["policy-load", "policy-load", "cancel"]);
    expect(stack.store.updates).toMatchObject([{ kind: "update", result: "failed", resourceChanges: {} }]);
    const missing = host({ path: "rules", config: "nowhere.json" });
    await expect(stack.preview(things({}), {}, { policies: missing })).rejects.toThrow(
      "open nowhere.json: no such file or directory",
    );
  });

  it("sees nothing of how the engine starts it, and maps its errors to their source", async () => {
    folder.javascript(
      "looking",
      `new PolicyPack("looking", { policies: [{
        name: "p", description: "d", enforcementLevel: "advisory",
        validateResource: ({ name }, report) => {
          if (name !== "a") return;
          const told = Object.keys(process.env).filter((name) => name.startsWith("PULUMI_EMBEDDED"));
          report(JSON.stringify([told, process.execArgv, new Error("here").stack.split("\\n")[1].trim()]));
        },
      }] });`,
    );
    const run = await new Cloud().stack().up(things({ a: 1 }), {}, { policies: host("looking") });
    const place = join(folder.root, "looking", "index.js");
    expect(said(run)).toEqual([expect.stringContaining(`[[],[],"at validateResource (${place}:7:`)]);
  });

  it("may be written in TypeScript", async () => {
    folder.write("typed", {
      "PulumiPolicy.yaml": "runtime:\n  name: nodejs\n  options: {nodeargs: ''}\n",
      "package.json": '{"name":"typed","version":"3.0.0"}',
      "index.ts": `
        import { PolicyPack } from "@pulumi/policy";
        const limit: number = 5;
        new PolicyPack("typed", { policies: [{
          name: "p", description: "d", enforcementLevel: "advisory",
          validateResource: (args, report) => { if (args.props.value > limit) report("big"); },
        }] });`,
    });
    const run = await new Cloud().stack().up(things({ a: 9 }), {}, { policies: host("typed") });
    expect(said(run)).toEqual(["advisory p: d\nbig"]);
    expect(eventsOf(run, "summary")[0]?.policyPacks).toEqual({ "typed|local|typed": "3.0.0" });
  });

  it.each<[string, { readonly [file: string]: string } | undefined, string]>([
    [
      "that is not there",
      undefined,
      'failed to load Pulumi policy project located at "X": open X/PulumiPolicy.yaml: no such file or directory',
    ],
    [
      "without a runtime",
      { "PulumiPolicy.yaml": "version: 1" },
      `failed to load Pulumi policy project located at "X": project is missing a 'runtime' attribute`,
    ],
    [
      "of another version of Pulumi",
      { "PulumiPolicy.yaml": 'runtime: nodejs\nrequiredPulumiVersion: "<1.0.0"' },
      `policy pack "/X" failed to start: Pulumi CLI version 3.260.0 does not satisfy the version range "<1.0.0"`,
    ],
    [
      "of another runtime",
      { "PulumiPolicy.yaml": "runtime: python" },
      `policy pack "/X" failed to start: the runtime 'python' is not supported`,
    ],
    [
      "with a syntax error",
      { "PulumiPolicy.yaml": "runtime: nodejs", "index.js": "const x = ;" },
      "policy pack not started: could not read policy pack port: EOF",
    ],
    [
      "that prints first",
      { "PulumiPolicy.yaml": "runtime: nodejs", "index.js": "console.log('hello')" },
      "policy pack not started: could not read policy pack port: expected integer",
    ],
  ])("%s is one clear error", async (title, files, message) => {
    const name = title.replaceAll(" ", "-");
    if (files !== undefined) folder.write(name, files);
    const expected = message.includes("located at")
      ? message.replaceAll("X", name)
      : message.replaceAll("/X", join(folder.root, name));
    await expect(new Cloud().stack().up(things({ a: 1 }), {}, { policies: host(name) })).rejects.toThrow(
      expected,
    );
  });

  it("that is not installed is told how to be", async () => {
    const lonely = mkdtempSync(join(tmpdir(), "lonely-"));
    writeFileSync(join(lonely, "PulumiPolicy.yaml"), "runtime: nodejs");
    await expect(new Cloud().stack().up(things({}), {}, { policies: host(lonely) })).rejects.toThrow(
      `Have you run npm install in ${lonely}?`,
    );
  });

  it("that crashes while it judges ends the update with one error", async () => {
    const crashing = `new PolicyPack("crashing", { policies: [{
      name: "p", description: "d", enforcementLevel: "advisory",
      validateResource: (args) => { if (args.name === "a") process.exit(1); },
    }] });`;
    folder.javascript("crashing", crashing);
    const cloud = new Cloud();
    const run = await cloud.stack().up(things({ a: 1 }), {}, { policies: host("crashing") });
    expect(run.told).toEqual(["failed to run policy: error reading from server: EOF"]);
    expect(cloud.calls).toEqual([]);
    const both = await cloud.stack().up(things({ a: 9 }), {}, { policies: host("crashing", "rules") });
    expect(both.told).toEqual(run.told);
    expect(said(both)).toEqual(["mandatory small: values are small\ntoo big"]);
  });

  it("whose policy throws ends the update with its message", async () => {
    const throwing = `new PolicyPack("throwing", { policies: [{
      name: "p", description: "d", enforcementLevel: "advisory",
      validateStack: () => { throw new Error("no idea"); },
    }] });`;
    folder.javascript("throwing", throwing);
    const run = await new Cloud().stack().up(things({ a: 1 }), {}, { policies: host("throwing") });
    expect(run.told).toEqual([expect.stringContaining("no idea")]);
    expect(run.result).toBe("failed");
  });

  it("that is a program of its own is started as it is", async () => {
    const runner = join(folder.root, "pack");
    const entry = `#!/bin/sh\nexec ${process.execPath} -e 'process.chdir(${JSON.stringify(pack)}); require(${JSON.stringify(pack)})'\n`;
    writeFileSync(runner, entry);
    chmodSync(runner, 0o755);
    const run = await new Cloud().stack().up(things({ a: 1 }), {}, { policies: host(runner) });
    expect(run.told).toEqual([]);
    expect(Object.keys(eventsOf(run, "summary")[0]?.policyPacks ?? {})).toEqual([`rules|local|${runner}`]);
  });
});
