import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  StackAlreadyExistsError,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type TestWorkspace, testWorkspace } from "./test-workspace.ts";

const source = `
const pulumi = require("@pulumi/pulumi");
class Group extends pulumi.ComponentResource {
  constructor(name, opts) { super("local:index:Group", name, {}, opts); this.registerOutputs({}); }
}
const one = new Group("one");
new Group("two", { parent: one });
exports.dir = process.cwd();
exports.answer = 42;
`;

const debuggerPlace = z.object({ processId: z.int(), port: z.int() });
const debuggerTargets = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]);

/** Attaches as a debugger does, lets the program run, and leaves it. Gives where it waited. */
async function letRun(config: unknown): Promise<unknown> {
  const { port } = debuggerPlace.parse(config);
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [{ webSocketDebuggerUrl }] = debuggerTargets.parse(await listed.json());
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, "open");
  socket.send(JSON.stringify({ id: 1, method: "Runtime.runIfWaitingForDebugger" }));
  await once(socket, "message");
  socket.close();
  return config;
}

describe("the Automation API with a program on disk", () => {
  let workspace: TestWorkspace;
  beforeEach(async () => {
    workspace = await testWorkspace("as process");
  });
  afterEach(() => workspace.remove());

  function lock() {
    const folder = join(workspace.folder, "state/.pulumi/locks/organization/local/dev");
    mkdirSync(folder, { recursive: true });
    const holder = { pid: 1, username: "ann", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(folder, "6b1b2c9e-0000-4000-8000-000000000000.json"), JSON.stringify(holder));
  }

  it("updates, shows outputs and destroys", async () => {
    const options = workspace.program(source);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "dev", workDir: options.workDir },
      options,
    );
    const lines: string[] = [];
    const up = await stack.up({ onOutput: (text) => lines.push(text), message: "first" });
    expect(up.summary.message).toBe("first");
    expect(up.summary.resourceChanges).toEqual({ create: 3 });
    expect(up.outputs["dir"]?.value).toBe(options.workDir);
    expect(lines.join("")).toContain("Updating (dev):");
    const target = `urn:pulumi:dev::local::local:index:Group::one`;
    expect((await stack.preview({ target: [target], targetDependents: true })).changeSummary).toEqual({
      same: 3,
    });
    const previewed = await stack.destroy({ previewOnly: true });
    expect(previewed.stdout).toContain("Previewing destroy");
    expect((await stack.destroy({ remove: true })).summary.resourceChanges).toEqual({ delete: 3 });
    await expect(
      LocalWorkspace.selectStack({ stackName: "dev", workDir: options.workDir }, options),
    ).rejects.toThrow(StackNotFoundError);
  });

  it("lets policy packs judge, with a configuration for each", async () => {
    const options = workspace.program(source);
    const pack = join(workspace.folder, "pack");
    mkdirSync(pack);
    writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(join(pack, "package.json"), '{"name":"pack","version":"1.0.0"}');
    const policy = `{ name: "no-two", description: "there is no two", enforcementLevel: "mandatory",
      validateResource: (args, report) => { if (args.name === "two") report("two"); } }`;
    writeFileSync(
      join(pack, "index.js"),
      `new (require("@pulumi/policy").PolicyPack)("rules", { policies: [${policy}] });`,
    );
    const stack = await LocalWorkspace.createStack({ stackName: "dev", workDir: options.workDir }, options);
    const told: unknown[] = [];
    const onEvent = (event: EngineEvent) => {
      if (event.policyEvent !== undefined) told.push(event.policyEvent.policyName);
      if (event.summaryEvent !== undefined) told.push(event.summaryEvent);
    };
    await expect(stack.up({ policyPacks: [pack], onEvent })).rejects.toThrow("there is no two");
    expect(told[0]).toBe("no-two");
    const config = join(workspace.folder, "config.json");
    writeFileSync(config, '{"no-two":"disabled"}');
    await stack.up({ policyPacks: [pack], policyPackConfigs: [config], onEvent });
    expect(told.at(-1)).toMatchObject({ PolicyPacks: { [`rules|local|${pack}`]: "1.0.0" } });
  });

  it("classifies errors by what the executable prints", async () => {
    const options = workspace.program(source);
    const args = { stackName: "dev", workDir: options.workDir };
    await expect(LocalWorkspace.selectStack(args, options)).rejects.toThrow(StackNotFoundError);
    const stack = await LocalWorkspace.createStack(args, options);
    await expect(LocalWorkspace.createStack(args, options)).rejects.toThrow(StackAlreadyExistsError);
    lock();
    await expect(stack.up()).rejects.toThrow(ConcurrentUpdateError);
    await stack.cancel();
    expect((await stack.up()).outputs["answer"]?.value).toBe(42);
  });

  it("waits for a debugger before it runs anything, and says where", async () => {
    const options = workspace.program(source);
    const stack = await LocalWorkspace.createStack({ stackName: "dev", workDir: options.workDir }, options);
    const attached: Promise<unknown>[] = [];
    const onEvent = ({ startDebuggingEvent }: EngineEvent) => {
      if (startDebuggingEvent !== undefined) attached.push(letRun(startDebuggingEvent.config));
    };
    const { outputs, stdout } = await stack.up({ attachDebugger: true, onEvent });
    expect(outputs["answer"]?.value).toBe(42);
    expect(attached).toHaveLength(1);
    const { processId, port } = debuggerPlace.parse(await attached[0]);
    expect(stdout).toContain(
      `Waiting for debugger to attach (process id ${processId}, 127.0.0.1:${port})...`,
    );
  });
});
