import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clear, PluginWorkspace } from "./plugin-workspace.ts";

const PROVIDER = resolve(import.meta.dirname, "providers/viewer.ts");
const OWNER = "urn:pulumi:dev::shop::viewer:index:Thing::a";
const PART = "urn:pulumi:dev::shop::viewer:index:Thing$viewer:index:Part::a-part";

const thing = (props: string) => `$res("viewer:index:Thing", "a", ${props}, { version: "1.0.0" });`;

/** The lines about the thing and its part, without the time that they took. */
const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trimEnd().replace(/ \(\d+(\.\d+)?s\)/, ""))
    .filter((line) => /viewer:index|input|result/.test(line));

describe("a plugin that tells of views", () => {
  const workspace = new PluginWorkspace();
  const recorded = async () => clear((await workspace.exported())["a-part"]);
  const program = (props: string) => workspace.program(thing(props));

  beforeAll(async () => {
    workspace.install("viewer", "1.0.0", PROVIDER);
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());

  it("makes one, which shows as the official CLI shows it", async () => {
    program('{ value: "x" }');
    const preview = await workspace.run("preview --diff --non-interactive");
    expect(lines(preview.stdout)).toEqual([
      "    + viewer:index:Thing: (create)",
      `        [urn=${OWNER}]`,
      "        + viewer:index:Part: (create)",
      `            [urn=${PART}]`,
      '            result: "x"',
    ]);
    const { stdout } = await workspace.up();
    expect(lines(stdout)).toEqual([
      " +  viewer:index:Thing a creating",
      " +  viewer:index:Part a-part creating",
      " +  viewer:index:Thing a created",
    ]);
    expect(stdout).toContain("+ 3 created");
    expect(await recorded()).toEqual({
      ...{ urn: PART, type: "viewer:index:Part", custom: false, parent: OWNER, viewOf: OWNER },
      ...{ inputs: { input: "x" }, outputs: { result: "x" } },
    });
  });

  it("changes it: progress, details, event log and JSON tell of it", async () => {
    program('{ value: "y" }');
    const { stdout: json } = await workspace.run("preview --json --non-interactive");
    const { steps } = JSON.parse(json) as { steps: { op: string; urn: string; newState?: object }[] };
    expect(steps.find(({ urn }) => urn === PART)).toMatchObject({
      op: "update",
      newState: { viewOf: OWNER, parent: OWNER, inputs: { input: "y" } },
    });
    const log = workspace.path("events.json");
    const { stdout } = await workspace.run(`up --yes --skip-preview --non-interactive --event-log ${log}`);
    expect(lines(stdout)).toEqual([
      " ~  viewer:index:Thing a updating [diff: ~value]",
      " ~  viewer:index:Part a-part updating [diff: ~input]",
      " ~  viewer:index:Thing a updated [diff: ~value]",
    ]);
    const events = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { [kind: string]: { metadata?: { urn: string; op: string } } })
      .flatMap((event) => Object.entries(event))
      .flatMap(([kind, { metadata }]) => (metadata?.urn === PART ? [`${kind} ${metadata.op}`] : []));
    expect(events).toEqual(["resourcePreEvent update", "resOutputsEvent update"]);
  });

  it("shows in detail what was changed, as the official CLI does", async () => {
    program('{ value: "z" }');
    const { stdout } = await workspace.run("up --yes --skip-preview --non-interactive --diff");
    expect(lines(stdout)).toEqual([
      "    ~ viewer:index:Thing: (update)",
      `        [urn=${OWNER}]`,
      "        ~ viewer:index:Part: (update)",
      `            [urn=${PART}]`,
      '          ~ result: "y" => "z"',
      '          ~ result: "y" => "z"',
    ]);
  });

  it("keeps it where nothing changes, and finds it changed in a refresh", async () => {
    expect((await workspace.up()).stdout).toContain("3 unchanged");
    const { stdout } = await workspace.run("refresh --yes --skip-preview --non-interactive --diff");
    expect(stdout).toContain("~ 1 updated");
    expect(await recorded()).toMatchObject({ outputs: { result: "drifted" } });
  });

  it("replaces the object with it", async () => {
    program('{ value: "y", zone: "b" }');
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode, stdout).toBe(0);
    expect(await recorded()).toMatchObject({ outputs: { result: "y" } });
    expect(workspace.deployment().resources?.filter(({ urn }) => urn === PART)).toHaveLength(1);
  });

  it("is told why it may not say something, and nothing of it counts", async () => {
    const refusals = {
      "wrong token": /^2: token [-0-9a-f]{36} not found$/,
      "unknown old": `3: 'x' of type viewer:index:Part is not a recorded view of ${OWNER}`,
      "no operation": "3: unknown operation 0 of a view's step",
      "no name": "3: a view needs a type and a name",
    };
    for (const [say, refusal] of Object.entries(refusals)) {
      program(`{ value: "z", zone: "b", say: "${say}" }`);
      const { exitCode } = await workspace.up();
      expect(exitCode).toBe(0);
      const { a } = await workspace.exported();
      expect(a?.outputs?.["refusal"]).toEqual(
        typeof refusal === "string" ? refusal : expect.stringMatching(refusal),
      );
      expect(await recorded()).toMatchObject({ outputs: { result: "y" } });
    }
  });

  it("that fails with its part fails the run", async () => {
    program('{ value: "z", zone: "b", say: "part fails" }');
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("viewer:index:Part a-part **updating failed**");
    expect(stdout).toContain("error: the part is broken");
    expect(await recorded()).toMatchObject({ outputs: { result: "y" } });
  });

  it("dies in between: what it told counts, and the next run goes on", async () => {
    program('{ value: "told", zone: "b", say: "die" }');
    const { exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(await recorded()).toMatchObject({ outputs: { result: "told" } });
    program('{ value: "alive", zone: "b" }');
    const { stdout, exitCode: next } = await workspace.up();
    expect(next, stdout).toBe(0);
    expect(await recorded()).toMatchObject({ outputs: { result: "alive" } });
  });

  it("keeps what is secret so, in state and displays", async () => {
    program('{ value: pulumi.secret("hush-hush"), zone: "b" }');
    const { stdout } = await workspace.run("up --yes --skip-preview --non-interactive --diff");
    expect(stdout).toContain("a-part");
    expect(stdout).not.toContain("hush-hush");
    expect(JSON.stringify(workspace.deployment())).not.toContain("hush-hush");
    expect(await recorded()).toMatchObject({ outputs: { result: { secret: "hush-hush" } } });
  });

  it("is deleted by hand only with its view, and goes with it in the end", async () => {
    const alone = await workspace.run(`state delete ${OWNER} --yes`);
    expect(alone.exitCode).not.toBe(0);
    expect(alone.stderr).toContain("a-part");
    const { stdout, exitCode } = await workspace.run("destroy --yes --skip-preview --non-interactive");
    expect(exitCode, stdout).toBe(0);
    expect(lines(stdout)).toEqual([
      " -  viewer:index:Thing a deleting",
      " -  viewer:index:Part a-part deleting",
      " -  viewer:index:Thing a deleted",
    ]);
    expect(workspace.deployment().resources ?? []).toEqual([]);
  });
});

describe("a plugin that dies while it makes an object", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.install("viewer", "1.0.0", PROVIDER);
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());

  it("leaves no view without its object", async () => {
    workspace.program(thing('{ value: "x", say: "die" }'));
    expect((await workspace.up()).exitCode).toBe(1);
    const { resources = [], pending_operations = [] } = workspace.deployment();
    expect(resources.map(({ urn }) => urn)).not.toContain(PART);
    expect(pending_operations.map(({ resource }) => resource.urn)).not.toContain(PART);
    workspace.program(thing('{ value: "x" }'));
    const { stdout, exitCode } = await workspace.run("up --yes --skip-preview --non-interactive");
    expect(exitCode, stdout).toBe(0);
    expect(workspace.deployment().resources?.map(({ urn }) => urn)).toContain(PART);
  });
});

describe("a plugin that keeps no secrets", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.env["VIEWER_SECRETS"] = "no";
    workspace.install("viewer", "1.0.0", PROVIDER);
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());

  it("has what was secret of a view before marked again", async () => {
    workspace.program(thing('{ input: pulumi.secret("hush-hush"), value: "x" }'));
    await workspace.up();
    workspace.program(thing('{ input: pulumi.secret("hush-hush"), value: "hush-hush" }'));
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode, stdout).toBe(0);
    const part = clear((await workspace.exported())["a-part"]);
    expect(part?.inputs).toEqual({ input: { secret: "hush-hush" } });
  });
});
