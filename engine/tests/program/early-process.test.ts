import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EarlyProcess, startEarly } from "../../src/program/early-process.ts";
import { waitingCommand } from "../../src/program/node-command.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type Project, run, writeProject } from "./run-program.ts";

/** Says what a program can see of how it was started. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { readdirSync } = require("node:fs");
const config = new pulumi.Config();
console.log(JSON.stringify({
  token: config.requireSecret("token") instanceof Promise, count: config.requireNumber("count"),
  stack: pulumi.getStack(), project: pulumi.getProject(), dryRun: pulumi.runtime.isDryRun(),
  argv: process.argv.slice(1), execArgv: process.execArgv,
  variables: Object.keys(process.env).filter((name) => name.startsWith("PULUMI_")).sort(),
}));
`;

/** Ends a process once it has said which it is. */
const END = 'require("node:fs").writeFileSync("ended", String(process.pid)); process.exit();';

const config = { values: { "shop:token": "s3cret!", "shop:count": "4" }, secretKeys: ["shop:token"] };

describe("a process that is started early", () => {
  let project: Project;
  beforeAll(async () => {
    project = await writeProject({
      "index.js": PROGRAM,
      "package.json": '{"name":"shop","main":"index.js"}',
      "end.cjs": END,
    });
  });
  afterAll(() => project.remove());

  const programAt = (options: { env?: NodeJS.ProcessEnv; nodeargs?: string } = {}) => ({
    root: project.directory,
    directory: project.directory,
    entry: ".",
    runtimeOptions: { typescript: false, ...(options.nodeargs && { nodeargs: options.nodeargs }) },
    env: { ...process.env, ...options.env },
  });

  async function said(early?: EarlyProcess): Promise<string> {
    const program = nodeProgram(programAt(), { early });
    const deployment = new FakeDeployment();
    const result = await run({ deployment, program, directory: project.directory, config });
    expect(result.outcome).toEqual({ kind: "succeeded" });
    return result.said.map(({ message }) => message).join("");
  }

  it("becomes a program that sees what every program sees", async () => {
    const early = startEarly(programAt, true);
    expect(early).toBeDefined();
    const seen = await said(early);
    expect(seen).toContain('"count":4');
    expect(seen.replace(PORTS, "")).toBe((await said()).replace(PORTS, ""));
  });

  it("becomes a program once: the next is started", async () => {
    const early = startEarly(programAt, true);
    await said(early);
    expect(await said(early)).toContain('"count":4');
  });

  it("is replaced where it has ended before its run came", async () => {
    const early = startEarly(() => programAt({ env: { NODE_OPTIONS: "--require ./end.cjs" } }), true);
    await vi.waitFor(() => expect(hasEnded(join(project.directory, "ended"))).toBe(true), {
      timeout: 30_000,
    });
    expect(await said(early)).toContain('"count":4');
  });

  it("ends without a word where there is no run", async () => {
    const command = waitingCommand(programAt(), true);
    const { executable = "", args = [], env, cwd } = command ?? {};
    const child = spawn(executable, args, {
      env: env as NodeJS.ProcessEnv,
      cwd,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => output.push(String(text)));
    (child.stdio[3] as Writable).end();
    const [code] = await once(child, "close");
    expect({ code, output }).toEqual({ code: 1, output: [] });
  });

  it.each([
    ["a person has files loaded before the SDK", { nodeargs: "--require ./setup.cjs" }],
    ["the runner is another", { env: { PULUMI_LANGUAGE_NODEJS_RUN_PATH: "run.js" } }],
    ["calls are traced", { env: { TRACEPARENT: "00-1-1-01" } }],
  ])("is left out where %s", (_when, options) => {
    expect(startEarly(() => programAt(options), true)).toBeUndefined();
  });

  it("is left out where there is no SDK", () => {
    expect(startEarly(() => ({ ...programAt(), directory: "/" }), true)).toBeUndefined();
  });
});

/** True once the process that wrote its number into a file is gone. */
function hasEnded(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

const PORTS = /127\.0\.0\.1:\d+/g;
