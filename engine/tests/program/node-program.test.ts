import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type Project, run, writeProject } from "./run-program.ts";

/** The program does what STEP says: one project serves all cases. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const step = process.env.STEP;
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("toy:index:Thing", name, { made: undefined, ...props }, opts); }
}
class Group extends pulumi.ComponentResource {
  constructor(name) {
    super("shop:index:Group", name);
    this.child = new Thing(name + "-child", { colour: "red" }, { parent: this });
    this.registerOutputs({ colour: this.child.colour });
  }
}
if (step === "outputs") {
  const config = new pulumi.Config();
  const group = new Group("g");
  const a = new Thing("a", { size: 1, password: pulumi.secret("tiger") }, { version: "1.2.3" });
  const b = new Thing("b", { of: a.made }, { dependsOn: group });
  module.exports = { plain: b.made, secret: config.requireSecret("token"), id: a.id, count: config.requireNumber("count") };
}
if (step === "throws") throw new Error("broken on purpose");
if (step === "exits") process.exit(3);
if (step === "killed") process.kill(process.pid, "SIGKILL");
if (step === "leaks") { new Thing("never", { x: new Promise(() => {}) }); process.exit(0); }
if (step === "prints") {
  console.log("to stdout"); console.error("to stderr"); console.log(""); process.stdout.write("no newline");
  pulumi.log.info("an info line"); pulumi.log.warn("a warning", undefined, 7, true); pulumi.log.error("an error");
  pulumi.log.info("the token is s3cret!");
}
if (step === "fails late") { process.on("exit", () => { process.exitCode = 9; }); }
if (step === "waits") { const t = new Thing("t", {}); setInterval(() => {}, 1000); }
`;

describe("nodeProgram", () => {
  let project: Project;
  beforeAll(async () => {
    project = await writeProject({
      "index.js": PROGRAM,
      "package.json": '{"name":"shop","main":"index.js"}',
    });
  });
  afterAll(() => project.remove());

  const config = {
    values: { "shop:token": "s3cret!", "shop:count": "4", "toy:region": "north" },
    secretKeys: ["shop:token"],
  };
  const at = (STEP: string) => ({ directory: project.directory, config, env: { STEP } });

  it("registers resources, components and outputs of an unmodified program", async () => {
    const deployment = new FakeDeployment();
    const result = await run({ deployment, ...at("outputs") });

    expect(result.said).toEqual([]);
    expect(result).toMatchObject({ finished: { kind: "succeeded" }, outcome: { kind: "succeeded" } });
    expect(deployment.goal("a")).toMatchObject({
      type: "toy:index:Thing",
      custom: true,
      parent: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
      inputs: { size: 1, password: new Secret("tiger") },
      provider: "urn:pulumi:dev::shop::pulumi:providers:toy::default_1_2_3::default_1_2_3-id",
      propertyDependencies: { size: [], password: [] },
    });
    expect(deployment.goal("a").sourcePosition).toMatch(/^project:\/\/\/index\.js#\d+,\d+$/);
    expect(deployment.goal("b")).toMatchObject({
      inputs: { of: "made a" },
      propertyDependencies: { of: ["urn:pulumi:dev::shop::toy:index:Thing::a"] },
    });
    expect(deployment.goal("g-child").parent).toBe("urn:pulumi:dev::shop::shop:index:Group::g");
    expect(deployment.outputsOf("g")).toEqual({ colour: "red" });
    expect(deployment.outputsOf("shop-dev")).toEqual({
      plain: "made b",
      secret: new Secret("s3cret!"),
      id: "a-id",
      count: 4,
    });
  });

  it("hands unknowns to the program in a preview", async () => {
    const deployment = new FakeDeployment({ preview: true });
    const result = await run({ deployment, ...at("outputs") });

    expect(result.outcome).toEqual({ kind: "succeeded" });
    expect(deployment.goal("b").inputs).toEqual({ of: computed });
    expect(deployment.outputsOf("shop-dev")).toMatchObject({ plain: computed, id: computed, count: 4 });
  });

  it("fails silently where the program told its errors itself", async () => {
    const deployment = new FakeDeployment();
    const result = await run({ deployment, ...at("throws") });

    expect(result.outcome).toEqual({ kind: "failed-silently" });
    expect(result.said).toHaveLength(1);
    expect(result.said[0]).toMatchObject({ severity: "error", prefix: "error: ", urn: "" });
    expect(result.said[0]?.message).toContain("broken on purpose\n    at");
  });

  it.each([
    ["exits", 3],
    ["killed", -1],
    ["leaks", 1],
  ])("tells the exit code of a program that %s", async (step, code) => {
    const { outcome } = await run({ deployment: new FakeDeployment(), ...at(step) });
    const message = `an unhandled error occurred: Program exited with non-zero exit code: ${code}`;
    expect(outcome).toEqual({ kind: "failed", message });
  });

  it("fails a program that said it was done and then ends with an error", async () => {
    const { finished, outcome } = await run({ deployment: new FakeDeployment(), ...at("fails late") });
    expect(finished).toEqual({ kind: "succeeded" });
    expect(outcome).toMatchObject({ kind: "failed" });
  });

  it("forwards what the program prints and logs, line by line, without its secrets", async () => {
    const { said, outcome } = await run({ deployment: new FakeDeployment(), ...at("prints") });
    expect(outcome.kind).toBe("succeeded");
    const told = said.map(({ severity, prefix, message, ephemeral, urn }) => {
      return { severity, prefix, message, ephemeral, urn };
    });
    const line = { prefix: "", ephemeral: false, urn: "" };
    expect(told).toContainEqual({ ...line, severity: "info", message: "to stdout\n\n" });
    expect(told).toContainEqual({ ...line, severity: "info#err", message: "to stderr\n\n" });
    expect(told).toContainEqual({ ...line, severity: "info", message: "no newline\n" });
    expect(told).toContainEqual({ ...line, severity: "info", message: "an info line\n" });
    expect(told).toContainEqual({ ...line, severity: "error", prefix: "error: ", message: "an error\n" });
    expect(told).toContainEqual({ ...line, severity: "info", message: "the token is [secret]\n" });
    const warning = { severity: "warning", prefix: "warning: ", message: "a warning\n" };
    expect(told).toContainEqual({ ...line, ...warning, ephemeral: true });
    expect(told).toHaveLength(7);
  });
});

describe("a TypeScript program", () => {
  it("runs as a module whose types Node strips", async () => {
    const source = `
      import * as pulumi from "@pulumi/pulumi";
      import { size } from "./size.ts";
      const group: pulumi.ComponentResource = new pulumi.ComponentResource("shop:index:Group", "g");
      export const urn: pulumi.Output<string> = group.urn;
      export const doubled = await Promise.resolve(size * 2);`;
    const project = await writeProject({
      "index.ts": source,
      "size.ts": "export const size: number = 21;",
      "package.json": '{"name":"shop","type":"module","main":"index.ts"}',
    });
    try {
      const deployment = new FakeDeployment();
      const { said, outcome } = await run({ deployment, directory: project.directory });
      expect(said).toEqual([]);
      expect(outcome).toEqual({ kind: "succeeded" });
      const urn = "urn:pulumi:dev::shop::shop:index:Group::g";
      expect(deployment.outputsOf("shop-dev")).toEqual({ urn, doubled: 42 });
    } finally {
      await project.remove();
    }
  });
});
