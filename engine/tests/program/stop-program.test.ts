import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runProcess } from "../../src/program/child-process.ts";
import { heapFlags } from "../../src/program/heap-flags.ts";
import { type NodeProgram, nodeCommand } from "../../src/program/node-command.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import type { ProgramRun } from "../../src/program/program-source.ts";
import { isAlive } from "../is-alive.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type Project, startRun, writeProject } from "./run-program.ts";

const PRELOAD = fileURLToPath(new URL("../../src/preload/index.cjs", import.meta.url));

/** Resolves with the first text that a process prints. */
function firstOutput() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { first: promise, output: { stdout: (text: string) => resolve(text), stderr: () => undefined } };
}

function script(source: string) {
  return { executable: process.execPath, args: ["-e", source], env: process.env, cwd: process.cwd() };
}

async function untilGone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 50 });
}

describe("stopping a process", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("interrupts it and whatever it started", async () => {
    const stop = new AbortController();
    const { first, output } = firstOutput();
    const source = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      console.log(child.pid); setInterval(() => {}, 1000);`;
    const ended = runProcess(script(source), output, stop);
    const pid = Number(await first);
    stop.abort();
    expect(await ended).toEqual({ code: -1, stopped: true });
    await untilGone(pid);
  });

  it("kills it five seconds after it refused to stop", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const stop = new AbortController();
    const { first, output } = firstOutput();
    const source = `process.on("SIGINT", () => {}); console.log("deaf"); setInterval(() => {}, 1000);`;
    const ended = runProcess(script(source), output, stop);
    await first;
    stop.abort();
    await vi.advanceTimersByTimeAsync(4999);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual({ code: -1, stopped: true });
  });

  it("does not wait for output that a child of the process holds open", async () => {
    const source = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"],
      { stdio: ["ignore", 1, 2] }).unref(); process.exit(7);`;
    const { output } = firstOutput();
    expect(await runProcess(script(source), output, new AbortController())).toEqual({
      code: 7,
      stopped: false,
    });
  });

  it("does not start one that is to be stopped already", async () => {
    const { output } = firstOutput();
    expect(await runProcess(script("1"), output, { signal: AbortSignal.abort() })).toEqual({
      code: -1,
      stopped: true,
    });
  });

  it("says that Node cannot be run", async () => {
    const { output } = firstOutput();
    const command = { ...script("1"), executable: "/nowhere/node" };
    await expect(runProcess(command, output, new AbortController())).rejects.toMatchObject({
      code: "node-not-found",
      message: expect.stringContaining("/nowhere/node"),
    });
  });
});

describe("a program that is stopped", () => {
  let project: Project | undefined;
  afterEach(() => project?.remove());

  it("fails silently", async () => {
    const index = `
      const pulumi = require("@pulumi/pulumi");
      new pulumi.ComponentResource("shop:index:Group", "g").urn.apply(() => console.log("waiting"));
      setInterval(() => {}, 1000);`;
    project = await writeProject({ "index.js": index, "package.json": "{}" });
    const deployment = new FakeDeployment();
    const started = startRun({ deployment, directory: project.directory });
    await vi.waitFor(() => expect(started.said()).not.toEqual([]), { timeout: 20_000 });
    expect(await started.release()).toEqual({ kind: "failed-silently" });
    expect(await started.finished).toEqual({ kind: "failed-silently" });
  });

  it("ends when the engine is killed", async () => {
    project = await writeProject({ "runner.cjs": "setInterval(() => {}, 1000)" });
    const args = ["--require", PRELOAD, `${project.directory}/runner.cjs`];
    const source = `
      const env = { ...process.env, PULUMI_EMBEDDED_ENGINE_PID: String(process.pid) };
      const program = require("node:child_process").spawn(process.execPath, ${JSON.stringify(args)}, { detached: true, env });
      console.log(program.pid);
      setInterval(() => {}, 1000);`;
    const engine = spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "ignore"] });
    const [text] = (await once(engine.stdout, "data")) as [Buffer];
    const pid = Number(text.toString());
    try {
      expect(isAlive(pid)).toBe(true);
      engine.kill("SIGKILL");
      await untilGone(pid);
    } finally {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
});

describe("the command of a program", () => {
  const RUN: ProgramRun = {
    monitorAddress: "127.0.0.1:1",
    engineAddress: "127.0.0.1:2",
    organization: "organization",
    project: "shop",
    stack: "dev",
    config: { "shop:size": "4", "toy:a:b": "c" },
    configSecretKeys: ["shop:size"],
    dryRun: false,
    debugMessages: true,
    parallel: 3,
    stdout: () => undefined,
    stderr: () => undefined,
    signal: new AbortController().signal,
  };
  const directory = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
  const program: NodeProgram = {
    root: "/project",
    directory,
    entry: "main.ts",
    runtimeOptions: {},
    env: { HOME: "/h", XDG_CACHE_HOME: "/cache" },
  };

  it("lets the heap grow before anything is collected, unless a person says how large it is or memory is short", () => {
    const gigabytes = (count: number) => count * 2 ** 30;
    expect(heapFlags(["--no-warnings"], "--enable-source-maps", gigabytes(4))).toEqual([
      "--initial-heap-size=256",
    ]);
    expect(heapFlags([], undefined, gigabytes(1))).toEqual([]);
    expect(heapFlags(["--max-old-space-size=100"], undefined, gigabytes(4))).toEqual([]);
    expect(heapFlags([], "--max_semi_space_size=2", gigabytes(4))).toEqual([]);
  });

  it("gives the SDK's runner its flags before the program", () => {
    const { executable, args, cwd } = nodeCommand(program, RUN);
    expect(executable).toBe(process.execPath);
    expect(cwd).toBe(directory);
    expect(args.slice(0, 2)).toEqual(["--require", PRELOAD]);
    const runner = args.findIndex((arg) => /@pulumi\/pulumi\/cmd\/run\/index\.js$/.test(arg));
    expect(args.slice(2, runner)).toEqual(heapFlags([], undefined));
    expect(args.slice(runner + 1)).toEqual([
      ...["--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2", "--organization", "organization"],
      ...["--project", "shop", "--root-directory", "/project", "--stack", "dev", "--pwd", directory],
      ...["--parallel", "3", "main.ts"],
    ]);
  });

  it("tells the program its configuration in the environment", () => {
    expect(nodeCommand(program, RUN).env).toEqual({
      HOME: "/h",
      XDG_CACHE_HOME: "/cache",
      PULUMI_CONFIG: '{"shop:config:size":"4","toy:config:a:b":"c"}',
      PULUMI_CONFIG_SECRET_KEYS: '["shop:size"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_EMBEDDED_ENGINE_PID: String(process.pid),
      PULUMI_EMBEDDED_COMPILE_CACHE: "/cache/pulumi-embedded-engine",
      PULUMI_EMBEDDED_DEBUG_MESSAGES: "true",
    });
  });

  it("follows the runtime options of the project", () => {
    const runtimeOptions = {
      nodeargs: "--a '--b=c d'",
      node: "/opt/node",
      typescript: false,
      tsconfig: "ts.json",
    };
    const { executable, args, env } = nodeCommand({ ...program, runtimeOptions }, { ...RUN, dryRun: true });
    expect(executable).toBe("/opt/node");
    expect(args.slice(0, 3)).toEqual(["--a", "--b=c d", "--require"]);
    expect(args).toContain("--dry-run");
    expect(env).toMatchObject({ PULUMI_NODEJS_TYPESCRIPT: "false", PULUMI_NODEJS_TSCONFIG_PATH: "ts.json" });
  });

  it.each([
    [{ typescript: "yes" }, "'typescript' in Pulumi.yaml must be true or false"],
    [{ nodeargs: 1 }, "'nodeargs' in Pulumi.yaml must be a string"],
  ])("refuses %j", (runtimeOptions, message) => {
    expect(() => nodeCommand({ ...program, runtimeOptions }, RUN)).toThrow(message);
  });

  it("says how to install a missing SDK", async () => {
    const lost = nodeProgram({ ...program, directory: "/" });
    await expect(lost.run(RUN)).rejects.toMatchObject({
      code: "sdk-not-installed",
      help: "Run: npm install",
    });
  });

  it("runs another runner where the environment names one, and explains a lack of memory", async () => {
    const env = { ...process.env, PULUMI_LANGUAGE_NODEJS_RUN_PATH: "runner.cjs" };
    const source = 'console.error("<--- Last few GCs --->"); process.exit(134);';
    const problem = "exit code: 134. Detected a possible out of memory error.";
    const project = await writeProject({ "runner.cjs": source });
    try {
      const outcome = await nodeProgram({ ...program, directory: project.directory, env }).run(RUN);
      expect(outcome).toMatchObject({
        kind: "failed",
        message: expect.stringContaining(problem),
      });
    } finally {
      await project.remove();
    }
  });
});
