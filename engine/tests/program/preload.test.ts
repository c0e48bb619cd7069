import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { runProcess } from "../../src/program/child-process.ts";
import { type NodeProgram, nodeCommand } from "../../src/program/node-command.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import type { ProgramSource } from "../../src/program/program-source.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type Project, type RunOptions, run, writeProject } from "./run-program.ts";

/** Starts a program as the official language host does: without the engine's preloaded file. */
function bareProgram(program: NodeProgram): ProgramSource {
  return {
    async run(toRun) {
      const command = nodeCommand(program, toRun);
      const args = command.args.slice(command.args.indexOf("--require") + 2);
      const { code } = await runProcess({ ...command, args }, toRun, toRun);
      return code === 0 ? { kind: "succeeded" } : { kind: "failed", message: String(code) };
    },
  };
}

const THING = `
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("toy:index:Thing", name, { made: undefined, ...props }, opts); }
}`;

describe("the file that is loaded before a program", () => {
  let project: Project;
  afterEach(() => project.remove());

  async function start(files: { readonly [name: string]: string }, options: Partial<RunOptions> = {}) {
    project = await writeProject({ "package.json": '{"name":"shop"}', ...files });
    const deployment = new FakeDeployment();
    const result = await run({ deployment, directory: project.directory, ...options });
    return { deployment, ...result, text: result.said.map(({ message }) => message).join("") };
  }

  /** The same program once more, without the file. */
  async function startBare() {
    const { directory } = project;
    const deployment = new FakeDeployment();
    const options = { root: directory, directory, entry: ".", runtimeOptions: { typescript: false } };
    const program = bareProgram({ ...options, env: process.env });
    const result = await run({ deployment, directory, program });
    return { deployment, ...result, text: result.said.map(({ message }) => message).join("") };
  }

  it("leaves every source position and stack trace as the SDK says them", async () => {
    const index = `
      const pulumi = require("@pulumi/pulumi");
      ${THING}
      const make = (name) => new Thing(name, {});
      class Group extends pulumi.ComponentResource {
        constructor(name) { super("shop:index:Group", name); new Thing(name + "-child", {}, { parent: this }); }
      }
      for (let i = 0; i < 3; i++) make("looped" + i);
      ["x", "y"].forEach((name) => new Thing(name, {}));
      make("once"); new Group("g"); new Group("h");
      const a = make("a");
      a.made.apply(() => { make("in-apply"); });
      eval("make('in-eval')");
      (async () => { await null; make("late"); })();`;
    const { deployment, outcome } = await start({ "index.js": index });
    expect(outcome.kind).toBe("succeeded");
    const { deployment: bare, outcome: bareOutcome } = await startBare();
    expect(bareOutcome.kind).toBe("succeeded");

    const sources = ({ goals }: FakeDeployment) =>
      Object.fromEntries(
        goals.map(({ name, sourcePosition, stackTrace }) => [name, { sourcePosition, stackTrace }]),
      );
    expect(sources(deployment)).toEqual(sources(bare));
    expect(deployment.goal("looped1").sourcePosition).toMatch(/^project:\/\/\/index\.js#\d+,\d+$/);
    expect(deployment.goals).toHaveLength(16);
  });

  it("maps errors of a TypeScript program to its source", async () => {
    const index = `
      interface Size { readonly width: number }
      interface Box extends Size { readonly depth: number }
      function area({ width, depth }: Box): number {
        if (depth < 0) throw new Error("a box without depth");
        return width * depth;
      }
      export const size = area({ width: 1, depth: -1 });`;
    const { text, outcome } = await start({ "index.ts": index }, { runtimeOptions: { typescript: true } });
    expect(outcome).toEqual({ kind: "failed-silently" });
    expect(text).toContain("Error: a box without depth\n");
    expect(text).toMatch(/at area \(.*index\.ts:5:\d+\)/);
    expect(text).toMatch(/index\.ts:8:\d+\)/);
  });

  it("shows the stacks of leaked promises to who asks for them", async () => {
    const index = `
      const pulumi = require("@pulumi/pulumi");
      ${THING}
      new Thing("never", { x: new Promise(() => {}) }); process.exit(0);`;
    const { text } = await start({ "index.js": index }, { env: { PULUMI_DEBUG_PROMISE_LEAKS: "1" } });
    expect(text).toContain("Promise leak detected:");
    expect(text).toContain("STACK_TRACE:");
    expect(text).toMatch(/at new Thing \(.*index\.js:5:/);
  });

  it.each([
    [
      "promises that never settle",
      'const waits = new Thing("waits", { x: new Promise(() => {}) }); new Thing("follows", { y: waits.made });',
      "registrations could complete",
    ],
    [
      "failed promises",
      `new Thing("settles", { z: Promise.resolve(1) });
      new Thing("fails", { x: Promise.reject(new Error("no value")) });
      process.on("unhandledRejection", (error) => console.error(error.message, error.promise instanceof Promise));`,
      "no value true",
    ],
  ])("says of %s what the SDK says", async (_what, statements, expected) => {
    const index = `const pulumi = require("@pulumi/pulumi");${THING}\n${statements}`;
    const { text } = await start({ "index.js": index });
    expect(text).toContain(expected);
    // Without the file, errors have colours.
    expect(text).toBe(stripVTControlCharacters((await startBare()).text));
  });

  it("leaves processes that the program forks, and its threads, alone", async () => {
    const index = `
      const { fork } = require("node:child_process");
      const { Worker } = require("node:worker_threads");
      if (process.execArgv.includes("--require")) console.log("visible to the program");
      fork("./other.js").on("exit", () => new Worker("./other.js"));`;
    const other = `
      const told = Object.keys(process.env).filter((name) => name.startsWith("PULUMI_EMBEDDED"));
      console.log("told " + told.length, require("node:module")._extensions[".js"].name, process.execArgv.join());`;
    const { text } = await start(
      { "index.js": index, "other.js": other },
      { runtimeOptions: { nodeargs: "--no-deprecation" } },
    );
    expect(text.match(/^told .*$/gm)).toEqual(["told 0  --no-deprecation", "told 0  --no-deprecation"]);
    expect(text).not.toContain("visible");
  });

  it("loads what the user wants loaded first, before the program", async () => {
    const files = {
      "index.js": "console.log(globalThis.loaded.join());",
      "first.cjs": "(globalThis.loaded ??= []).push('required');",
      "second.mjs": "(globalThis.loaded ??= []).push('imported');",
      "third.cjs": "(globalThis.loaded ??= []).push('by NODE_OPTIONS');",
    };
    const { text } = await start(files, {
      runtimeOptions: { nodeargs: "--require ./first.cjs --import ./second.mjs" },
      env: { NODE_OPTIONS: "--require ./third.cjs" },
    });
    expect(text).toContain("by NODE_OPTIONS,required,imported");
  });

  it.each([
    ["is not there", "nope", "Cannot find package 'nope'"],
    ["is broken", "./broken.mjs", "no loader today"],
  ])("lets Node say that a loader %s", async (_what, loader, message) => {
    const files = { "index.js": "", "broken.mjs": 'throw new Error("no loader today");' };
    const { text } = await start(files, { runtimeOptions: { nodeargs: `--loader ${loader}` } });
    expect(text).toContain(message);
  });

  it.each([
    ["a script", '{"name":"shop"}', 'const pulumi = require("@pulumi/pulumi"); module.exports ='],
    [
      "a module",
      '{"name":"shop","type":"module"}',
      'import * as pulumi from "@pulumi/pulumi"; export default',
    ],
  ])("gives %s all that the SDK has", async (_kind, manifest, head) => {
    const index = `${head} async () => {
      const size = 4;
      const { text } = await pulumi.runtime.serializeFunction(() => size * 2);
      const paths = await pulumi.runtime.computeCodePaths();
      return {
        workspace: typeof pulumi.automation.LocalWorkspace.create,
        names: Object.keys(pulumi.automation).includes("Stack") && "Stack" in pulumi.automation,
        serialized: text.includes("size * 2"),
        paths: paths instanceof Map,
      };
    };`;
    const { deployment, text } = await start({ "package.json": manifest, "index.js": index });
    expect(text).toBe("");
    const outputs = { workspace: "function", names: true, serialized: true, paths: true };
    expect(deployment.outputsOf("shop-dev")).toEqual(outputs);
  });

  it("names functions that cannot be turned into code by the same places as the SDK", async () => {
    const index = `
      const pulumi = require("@pulumi/pulumi");
      const { resolve } = Promise.withResolvers();
      const make = () => resolve(4);
      const { hasErrors } = pulumi.log;
      const { serializeFunction } = pulumi.runtime;
      for (const sdk of [hasErrors, serializeFunction]) sdk.broken = resolve;
      const messageOf = (fn) => pulumi.runtime.serializeFunction(fn).catch((error) => error.message);
      module.exports = async () => ({
        ofProgram: await messageOf(() => make()),
        ofSdk: [await messageOf(hasErrors), await messageOf(serializeFunction)],
      });`;
    const { deployment } = await start({ "index.js": index });
    const outputs = deployment.outputsOf("shop-dev");
    expect(outputs).toEqual((await startBare()).deployment.outputsOf("shop-dev"));
    expect(outputs).toMatchObject({ ofProgram: expect.stringContaining("'() => resolve(4)': index.js(4,") });
  });

  it("keeps compiled code where that is possible, and does without where not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cache-"));
    const file = join(folder, "file");
    await writeFile(file, "");
    await chmod(folder, 0o500);
    const index = `console.log("cached in " + require("node:module").getCompileCacheDir?.());`;
    try {
      const { text } = await start(
        { "index.js": index },
        { env: { XDG_CACHE_HOME: file, NODE_COMPILE_CACHE: "" } },
      );
      expect(text).toContain("cached in undefined");
    } finally {
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true });
    }
  });
});

describe("debug messages of a program", () => {
  it.each([true, false])("are sent where somebody reads them: %s", async (debugMessages) => {
    const project = await writeProject({
      "package.json": '{"name":"shop"}',
      "index.js": `require("@pulumi/pulumi").log.debug("details").then(() => console.log("went on"));`,
    });
    const { directory } = project;
    const options = { root: directory, directory, entry: ".", runtimeOptions: { typescript: false } };
    const program = nodeProgram({ ...options, env: process.env });
    const told: string[] = [];
    try {
      const { said } = await run({
        deployment: new FakeDeployment(),
        directory,
        program: { run: (toRun) => program.run({ ...toRun, debugMessages }) },
        onDebug: (message) => told.push(message),
      });
      expect(said.map(({ message }) => message)).toEqual(["went on\n\n"]);
      expect(told.includes("details\n")).toBe(debugMessages);
    } finally {
      await project.remove();
    }
  });
});
