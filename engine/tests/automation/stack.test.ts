import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  CommandError,
  type EngineEvent,
  type InlineProgramArgs,
  LocalWorkspace,
  Stack,
  StackAlreadyExistsError,
} from "@pulumi/pulumi/automation/index.js";
import * as random from "@pulumi/random";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestWorkspace, testWorkspace } from "./test-workspace.ts";

const source = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const config = new pulumi.Config();
const pet = new random.RandomPet("pet", { length: config.getNumber("length") ?? 2 });
const word = new random.RandomString("word", { length: 3 }, { protect: config.getBoolean("protect") });
exports.pet = pet.id;
exports.env = process.env.SEEN;
exports.key = pulumi.secret("hush");
console.log("hello from the program");
`;
const urn = (type: string, name: string) => `urn:pulumi:dev::local::random:index/${type}::${name}`;

describe("a Stack with a program on disk", () => {
  let workspace: TestWorkspace;
  let stack: Stack;
  let workDir = "";
  beforeAll(async () => {
    workspace = await testWorkspace();
    const options = workspace.program(source);
    workDir = options.workDir;
    const envVars = { ...options.envVars, SEEN: "by the program" };
    stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", workDir }, { ...options, envVars });
  });
  afterAll(() => workspace.remove());

  it("previews, tells events and output, and writes a file for imports", async () => {
    const events: EngineEvent[] = [];
    const importFile = join(workspace.folder, "import.json");
    const preview = await stack.preview({
      ...{ message: "look", diff: true, parallel: 2, color: "never", userAgent: "test", importFile },
      onEvent: (event) => events.push(event),
    });
    expect(preview.changeSummary).toEqual({ create: 3 });
    expect(events.at(-1)?.cancelEvent ?? events.at(-1)?.summaryEvent).toBeDefined();
    const { resources } = JSON.parse(readFileSync(importFile, "utf8")) as { resources: object[] };
    expect(resources).toEqual([
      expect.objectContaining({ type: "random:index/randomPet:RandomPet", name: "pet", id: "<PLACEHOLDER>" }),
      expect.objectContaining({ type: "random:index/randomString:RandomString", name: "word" }),
    ]);
  });

  it("updates with every option that a file backend has", async () => {
    const [output, errors, events]: [string[], string[], EngineEvent[]] = [[], [], []];
    const up = await stack.up({
      ...{ message: "first", parallel: 4, diff: false, continueOnError: true, suppressProgress: true },
      ...{ logToStdErr: true, logVerbosity: 1, debug: true, refresh: true, runProgram: true },
      onOutput: (text) => output.push(text),
      onError: (text) => errors.push(text),
      onEvent: (event) => events.push(event),
    });
    expect(up.summary).toMatchObject({ kind: "update", result: "succeeded", message: "first" });
    expect(up.outputs["env"]).toEqual({ value: "by the program", secret: false });
    expect(up.outputs["key"]).toEqual({ value: "hush", secret: true });
    expect(output.join("").trimEnd()).toBe(up.stdout.trimEnd());
    expect(errors.join("").trimEnd()).toBe(up.stderr.trimEnd());
    expect(events.some((event) => event.summaryEvent !== undefined)).toBe(true);
    const { pet } = await stack.outputs();
    expect(pet?.value).toBe(up.outputs["pet"]?.value);
  });

  it("updates only what is asked for", async () => {
    const pet = urn("randomPet:RandomPet", "pet");
    const replaced = await stack.up({ replace: [pet], target: [pet], targetDependents: true });
    expect(replaced.summary.resourceChanges).toMatchObject({ replace: 1 });
    const left = await stack.up({ exclude: [pet], excludeDependents: true, expectNoChanges: true });
    expect(left.summary.result).toBe("succeeded");
    await stack.setConfig("length", { value: "3" });
    expect((await stack.preview({ refresh: true, expectNoChanges: false })).changeSummary).toMatchObject({
      replace: 1,
    });
    const plan = join(workspace.folder, "plan.json");
    await stack.preview({ plan });
    expect((await stack.up({ plan })).summary.result).toBe("succeeded");
  });

  it("refreshes, or only looks", async () => {
    const looked = await stack.refresh({ previewOnly: true, onEvent: () => undefined });
    expect(looked.stdout).toContain("Previewing refresh");
    expect((await stack.previewRefresh({ message: "look" })).changeSummary).toEqual({ same: 3 });
    const refreshed = await stack.refresh({
      ...{
        message: "again",
        parallel: 2,
        clearPendingCreates: true,
        runProgram: true,
        expectNoChanges: true,
      },
      onEvent: () => undefined,
    });
    expect(refreshed.summary).toMatchObject({ kind: "refresh", message: "again" });
  });

  it("imports resources and gives their declarations", async () => {
    const imported = await stack.import({
      message: "taken in",
      resources: [{ type: "random:index/randomString:RandomString", name: "found", id: "abcdef" }],
    });
    expect(imported.summary).toMatchObject({ kind: "resource-import", message: "taken in" });
    expect(imported.generatedCode).toContain('const found = new random.RandomString("found", {\n');
    expect(imported.generatedCode).toContain("    protect: true,\n");
    const more = await stack.import({
      ...{ protect: false, generateCode: false },
      resources: [{ type: "random:index/randomString:RandomString", name: "more", id: "ghi" }],
    });
    expect(more.generatedCode).toBe("");
    const state = await stack.exportStack();
    expect(JSON.stringify(state)).toContain('"protect":true');
    const { resources } = state.deployment as { resources: { protect?: boolean }[] };
    for (const resource of resources) delete resource.protect;
    await stack.importStack(state);
  });

  it("tells its history, page by page", async () => {
    const all = await stack.history();
    expect(all[0]?.kind).toBe("resource-import");
    expect((await stack.history(2, 2)).map(({ version }) => version)).toEqual(
      all.slice(2, 4).map(({ version }) => version),
    );
    expect((await stack.info())?.version).toBe(all[0]?.version);
    expect((await stack.info(true))?.environment).toBeDefined();
  });

  it("reads and writes its own configuration and tags", async () => {
    await stack.setConfig("a.b", { value: "1" }, true);
    expect(await stack.getConfig("a.b", true)).toEqual({ value: "1", secret: false });
    await stack.setAllConfig({ c: { value: "2", secret: true } });
    await stack.setAllConfigJson('{"local:d":{"value":"3","secret":true}}');
    expect((await stack.getAllConfig())["local:d"]).toEqual({ value: "3", secret: true });
    await stack.removeConfig("a.b", true);
    await stack.removeAllConfig(["c", "d"]);
    await stack.refreshConfig();
    await stack.setTag("owner", "ann");
    expect(await stack.getTag("owner")).toBe("ann");
    expect(await stack.listTags()).toMatchObject({ owner: "ann" });
    await stack.removeTag("owner");
  });

  it("gets another name", async () => {
    const renamed = await stack.rename({ stackName: "prod" });
    expect(renamed.summary?.kind).toBe("resource-import");
    expect(stack.name).toBe("prod");
    expect((await stack.outputs())["key"]).toEqual({ value: "hush", secret: true });
    await stack.rename({ stackName: "dev" });
  });

  it("stops when its signal aborts, and says why", async () => {
    const controller = new AbortController();
    await expect(stack.up({ signal: controller.signal, onOutput: () => controller.abort() })).rejects.toThrow(
      CommandError,
    );
    await stack.cancel();
    expect((await stack.up()).summary.result).toBe("succeeded");
  });

  it("destroys what is not protected, or only looks, or everything with the stack", async () => {
    const looked = await stack.destroy({ previewOnly: true, onEvent: () => undefined });
    expect(looked.stdout).toContain("Previewing destroy");
    await stack.setConfig("protect", { value: "true" });
    await stack.up();
    expect((await stack.previewDestroy({ excludeProtected: true })).changeSummary).toMatchObject({
      delete: 1,
    });
    await expect(stack.destroy()).rejects.toThrow("cannot be deleted");
    await stack.up();
    const some = await stack.destroy({
      ...{ excludeProtected: true, continueOnError: true, parallel: 2, message: "some", runProgram: false },
      onEvent: () => undefined,
    });
    expect(some.stdout).toContain("All unprotected resources were destroyed");
    await stack.setConfig("protect", { value: "false" });
    await stack.up();
    const pet = urn("randomPet:RandomPet", "pet");
    expect((await stack.destroy({ target: [pet], refresh: true })).summary.resourceChanges).toMatchObject({
      delete: 1,
    });
    const all = await stack.destroy({ remove: true });
    expect(all.summary.kind).toBe("destroy");
    expect(await stack.workspace.listStacks()).toEqual([]);
  });
});

describe("a Stack with an inline program", () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await testWorkspace();
  });
  afterAll(() => workspace.remove());

  const args = (stackName: string): InlineProgramArgs => ({
    stackName,
    projectName: "inline",
    program: async () => {
      const word = new random.RandomString("word", { length: 3 });
      return { word: word.result, run: pulumi.getStack() };
    },
  });

  it("is made once, selected later, and lives with refresh and destroy that run the program", async () => {
    const stack = await Stack.create("dev", await LocalWorkspace.create(inlineOptions()));
    await expect(LocalWorkspace.createStack(args("dev"), workspace.inline)).rejects.toThrow(
      StackAlreadyExistsError,
    );
    const same = await Stack.select("dev", stack.workspace);
    expect((await same.up()).outputs["run"]?.value).toBe("dev");
    expect((await same.previewRefresh({ runProgram: true })).changeSummary).toEqual({ same: 2 });
    expect((await same.refresh({ runProgram: true })).summary.result).toBe("succeeded");
    expect((await same.preview({ runProgram: true, refresh: true })).changeSummary).toEqual({ same: 2 });
    expect((await same.previewDestroy({ runProgram: true })).changeSummary).toMatchObject({ delete: 2 });
    expect((await same.destroy({ runProgram: true })).summary.resourceChanges).toMatchObject({ delete: 2 });
  });

  function inlineOptions() {
    const workDir = join(workspace.folder, "inline");
    mkdirSync(workDir, { recursive: true });
    writeFileSync(join(workDir, "Pulumi.yaml"), "name: inline\nruntime: nodejs\n");
    return { ...workspace.inline, workDir, program: args("dev").program };
  }
});
