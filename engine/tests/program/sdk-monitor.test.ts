import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeProgram } from "../../src/program/node-program.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { fakeHost, fakeProvider, type TestRun, TestStack } from "../../src/testing/index.ts";
import { type Project, writeProject } from "./run-program.ts";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const runtime = require("@pulumi/pulumi/runtime/resource");
const step = process.env.STEP;
const value = process.env.VALUE;
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("fake:index:Thing", name, props || {}, opts); }
}
if (step === "exists") {
  const exists = (id, props, opts) => runtime.existsResource("fake:index:Thing", id, props, opts || {});
  module.exports = { here: exists("here", { region: "moon" }), gone: exists("gone"), later: exists(new Thing("a").id) };
}
if (step === "broken") module.exports = { broken: runtime.existsResource("fake:index:Thing", "broken", {}, {}) };
if (step === "stash") {
  const stash = new pulumi.Stash("s", { input: pulumi.secret(value) });
  module.exports = { input: stash.input, output: stash.output };
}
`;

describe("what a program asks of the engine through its SDK", () => {
  let project: Project;
  beforeAll(async () => {
    const manifest = '{"name":"shop","main":"index.js"}';
    project = await writeProject({ "index.js": PROGRAM, "package.json": manifest });
  });
  afterAll(() => project.remove());

  const at = (STEP: string, VALUE = "") => {
    const { directory } = project;
    const env = { ...process.env, STEP, VALUE };
    return nodeProgram({
      root: directory,
      directory,
      entry: ".",
      runtimeOptions: { typescript: false },
      env,
    });
  };
  const asked: unknown[] = [];
  const provider = fakeProvider({
    read: async ({ id, type, inputs }) => {
      asked.push([type, id, inputs]);
      if (id === "broken") throw new Error("the cloud is down");
      return id === "gone" ? undefined : { id, inputs, outputs: inputs };
    },
  });
  const newStack = () => new TestStack({ providers: fakeHost({ fake: () => provider }) });
  const outputs = ({ snapshot }: TestRun) => snapshot.resources.find(({ parent }) => parent === "")?.outputs;

  it("tells whether an object exists, and records nothing of it", async () => {
    const stack = newStack();
    const preview = await stack.preview(at("exists"));
    expect(preview.told).toEqual([]);
    const run = await stack.up(at("exists"));
    expect(run.told).toEqual([]);
    expect(outputs(run)).toEqual({ here: true, gone: false, later: true });
    expect(asked).toContainEqual(["fake:index:Thing", "here", { region: "moon" }]);
    expect(run.snapshot.resources.filter(({ external }) => external)).toEqual([]);
  });

  it("cannot tell where the provider cannot", async () => {
    const run = await newStack().up(at("broken"));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain("the cloud is down");
  });

  it("stashes a value: the first stays the output", async () => {
    const stack = newStack();
    const preview = await stack.preview(at("stash", "one"));
    expect(preview.steps).toEqual(["create proj-test", "create default", "create s"]);
    await stack.up(at("stash", "one"));
    const run = await stack.up(at("stash", "two"));
    expect(run.told).toEqual([]);
    expect(run.steps).toContain("update s");
    expect(outputs(run)).toEqual({ input: new Secret("two"), output: new Secret("one") });
    const again = await stack.up(at("stash", "two"));
    expect(again.steps).toContain("same s");
  });
});
