import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeProgram } from "../../src/program/node-program.ts";
import { fakeHost, fakeProvider, TestStack } from "../../src/testing/index.ts";
import { type Project, writeProject } from "./run-program.ts";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const step = process.env.STEP;
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("fake:index:Thing", name, props || {}, opts); }
}
const never = new Promise(() => {});
if (step === "whole") { new Thing("a"); new Thing("b"); }
if (step === "unsettled") module.exports = async () => { new Thing("a"); await never; new Thing("b"); };
if (step === "dangling") { new Thing("a"); never.then(() => new Thing("b")); }
if (step === "stuck") { new Thing("a"); new Thing("b", { x: never }); }
if (step === "output") { const a = new Thing("a"); pulumi.output(never).apply(() => new Thing("b")); }
if (step === "exit") { new Thing("a"); setTimeout(() => process.exit(0), 1500); }
if (step === "exits at once") { new Thing("a"); new Thing("b"); setImmediate(() => process.exit(0)); }
`;

describe("probe", () => {
  let project: Project;
  beforeAll(async () => {
    project = await writeProject({ "index.js": PROGRAM, "package.json": '{"name":"shop","main":"index.js"}' });
  });
  afterAll(() => project.remove());
  const at = (STEP: string) => {
    const { directory } = project;
    const runtimeOptions = { typescript: false };
    return nodeProgram({ root: directory, directory, entry: ".", runtimeOptions, env: { ...process.env, STEP } });
  };
  it.each(["unsettled", "dangling", "stuck", "output", "exit", "exits at once"])("%s", async (step) => {
    const deleted: string[] = [];
    const provider = fakeProvider({ delete: async ({ name }) => void deleted.push(name) });
    const stack = new TestStack({ providers: fakeHost({ fake: () => provider }) });
    await stack.up(at("whole"));
    const run = await stack.up(at(step));
    console.log(step, run.result, deleted, run.told, run.steps, run.changes);
  });
});
