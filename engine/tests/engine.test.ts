import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../src/cli/main.ts";
import {
  Engine,
  type EngineOptions,
  memoryState,
  nodeProgram,
  openFileState,
  Secret,
  type UserError,
} from "../src/index.ts";
import { fakeHost, fakeProvider, functionProgram } from "../src/testing/index.ts";
import { testProcess } from "./cli/test-process.ts";

const name = { project: "shop", stack: "dev" };
const program = functionProgram(async ({ resource }) => {
  const { outputs } = await resource("fake:index:Thing", "a", { size: 3, key: new Secret("hush") });
  return { size: outputs["size"] ?? null };
});

function engineOf(options: Partial<EngineOptions> = {}): Engine {
  return new Engine({ ...name, program, providers: fakeHost({ fake: fakeProvider() }), ...options });
}

describe("Engine", () => {
  it("previews, updates, refreshes and destroys, telling typed events", async () => {
    const engine = engineOf();
    expect((await engine.preview()).changes).toEqual({ create: 2 });
    expect((await engine.snapshot()).resources).toEqual([]);
    const told: string[] = [];
    const up = await engine.up({
      message: "first",
      onEvent: (event) => {
        told.push(event.kind === "resource-pre" ? `${event.step.op} ${event.step.type}` : event.kind);
      },
    });
    expect(up).toMatchObject({ result: "succeeded", changes: { create: 2 }, outputs: { size: 3 } });
    expect(told[0]).toBe("prelude");
    expect(told).toContain("create fake:index:Thing");
    expect(told.at(-1)).toBe("cancel");
    expect((await engine.refresh()).changes).toEqual({ same: 2 });
    expect((await engine.destroy()).changes).toEqual({ delete: 2 });
    expect((await engine.snapshot()).resources).toEqual([]);
  });

  it("imports what exists", async () => {
    const engine = engineOf({ program: functionProgram(async () => undefined) });
    const where = { parent: undefined, provider: undefined, version: "", pluginDownloadURL: "" };
    const what = { properties: undefined, component: false, remote: false, protect: true };
    const imported = await engine.import([
      { type: "fake:index:Thing", name: "found", id: "f-1", ...where, ...what },
    ]);
    expect(imported.changes).toMatchObject({ import: 1 });
    expect((await engine.snapshot()).resources.at(-1)).toMatchObject({ id: "f-1", protect: true });
  });

  it("finishes what runs and starts nothing new when its signal aborts", async () => {
    const controller = new AbortController();
    const engine = engineOf({
      program: functionProgram(async ({ resource }) => {
        await resource("fake:index:Thing", "a");
        controller.abort();
        await resource("fake:index:Thing", "b");
      }),
    });
    expect((await engine.up({ signal: controller.signal })).result).toBe("canceled");
    expect((await engine.snapshot()).resources.map(({ id }) => id)).toContain("a-id");
    expect((await engine.snapshot()).resources.map(({ id }) => id)).not.toContain("b-id");
  });

  it("throws what keeps it from beginning", async () => {
    const state = memoryState(name);
    const lock = await state.store.lock();
    const error: unknown = await engineOf({ state })
      .up()
      .catch((cause: unknown) => cause);
    expect((error as UserError).code).toBe("stack-locked");
    await lock.release();
    expect((await engineOf({ state }).up()).result).toBe("succeeded");
  });

  it("reads other stacks, and takes clock and random from outside", async () => {
    let uuids = 0;
    const engine = engineOf({
      clock: { now: () => new Date(0) },
      random: { bytes: (count) => new Uint8Array(count), uuid: () => `uuid-${++uuids}` },
      readStack: async () => undefined,
    });
    await engine.up();
    const [provider, thing] = (await engine.snapshot()).resources.filter(({ custom }) => custom);
    expect(provider?.id).toBe("uuid-1");
    expect(thing?.created).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("Engine on a folder", () => {
  it("keeps what the command line goes on with, secrets encrypted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "engine-"));
    const open = () => openFileState({ ...name, folder, passphrase: "x" });
    await engineOf({ state: await open() }).up();
    expect(readFileSync(join(folder, ".pulumi/stacks/shop/dev.json"), "utf8")).not.toContain("hush");
    const again = engineOf({ state: await open() });
    expect((await again.preview()).changes).toEqual({ same: 2 });
    const env = {
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_HOME: folder,
    };
    const { process, stdout } = testProcess({ cwd: folder, env });
    expect(await main(["stack", "output", "--json", "--stack", "organization/shop/dev"], process)).toBe(0);
    expect(JSON.parse(stdout())).toEqual({ size: 3 });
    await expect(openFileState({ ...name, folder, passphrase: "y" })).rejects.toMatchObject({
      code: "wrong-passphrase",
    });
  });
});

describe("two engines in one process", () => {
  const before = { ...process.env };
  beforeEach(() => {
    vi.spyOn(process, "exit").mockImplementation(() => {
      throw new Error("the engine ended the process");
    });
  });
  afterEach(() => vi.restoreAllMocks());

  function nodeEngine(project: string): Engine {
    const folder = mkdtempSync(join(tmpdir(), `${project}-`));
    mkdirSync(join(folder, "program"));
    symlinkSync(resolve(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    writeFileSync(
      join(folder, "index.js"),
      `const pulumi = require("@pulumi/pulumi");
       const random = require("@pulumi/random");
       const config = new pulumi.Config();
       exports.word = new random.RandomString("word", { length: config.requireNumber("length") }).result;
       exports.who = process.env.WHO + " in " + pulumi.getProject();`,
    );
    const env = { PATH: process.env["PATH"], HOME: folder, WHO: project };
    return new Engine({
      ...{ project, stack: "dev", folder, env },
      program: nodeProgram({
        root: folder,
        directory: folder,
        entry: ".",
        runtimeOptions: { typescript: false },
        env,
      }),
      config: { values: { [`${project}:length`]: project === "one" ? "3" : "7" }, secretKeys: [] },
    });
  }

  it("run real programs at the same time and know nothing of each other", async () => {
    const engines = [nodeEngine("one"), nodeEngine("two")];
    const listeners = process.listenerCount("SIGINT");
    const ups = await Promise.all(engines.map((engine) => engine.up()));
    expect(ups.map(({ result }) => result)).toEqual(["succeeded", "succeeded"]);
    expect(ups.map(({ outputs }) => outputs["who"])).toEqual(["one in one", "two in two"]);
    expect(ups.map(({ outputs }) => String(outputs["word"]).length)).toEqual([3, 7]);
    const [first, second] = await Promise.all([engines[0]?.destroy(), engines[1]?.preview()]);
    expect(first?.changes).toEqual({ delete: 2 });
    expect(second?.changes).toEqual({ same: 2 });
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    expect({ ...process.env }).toEqual(before);
  });
});
