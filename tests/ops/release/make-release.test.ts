import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ParityVerdict } from "../../../contracts/release.ts";
import { type TestWorkspace, testWorkspace } from "../../../engine/tests/automation/test-workspace.ts";
import type { UserError } from "../../../ops/errors.ts";
import { thisCheckout } from "../../../ops/paths.ts";
import { FileReleaseStore } from "../../../ops/release/file-release-store.ts";
import { reportReleases, reportVerification } from "../../../ops/release/history-report.ts";
import type { Intent } from "../../../ops/release/intent.ts";
import { makeRelease } from "../../../ops/release/make-release.ts";
import { openReleaseStore } from "../../../ops/release/open-release-store.ts";
import { recordBelatedly } from "../../../ops/release/recover-release.ts";
import type { ReleaseStore } from "../../../ops/release/release-store.ts";
import { renderSections, renderSectionsPage } from "../../../ops/report/sections.ts";
import type { OpenStack } from "../../../ops/stack.ts";
import { captureOutput } from "../output.ts";

/** A program with the outputs of an environment, a setting that is a resource's, and a secret one. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { RandomPet } = require("@pulumi/random");
const config = new pulumi.Config();
const pet = new RandomPet("pet", { prefix: config.require("prefix") });
const hidden = new RandomPet("hidden", { keepers: { token: config.requireSecret("token") } });
if (config.get("fails")) throw new pulumi.RunError("it fails as it was told to");
module.exports = {
  environment: "dev",
  gatewayUrl: "http://127.0.0.1:1",
  pythonWeight: 10,
  services: { gateway: { name: "no-such-container-of-trials", imageId: "sha256:1", ports: {} } },
  administrator: { email: "admin@trials.example", password: pulumi.secret("pa55word-of-admin") },
};`;

const TOKEN = "t0ken-that-nobody-may-see";
let workspace: TestWorkspace;
let opened: OpenStack;
let store: ReleaseStore;
beforeAll(async () => {
  workspace = await testWorkspace();
  const { workDir, ...options } = workspace.program(PROGRAM);
  const stack = await LocalWorkspace.createStack({ stackName: "dev", workDir }, options);
  await stack.setConfig("prefix", { value: "one" });
  await stack.setConfig("token", { value: TOKEN, secret: true });
  const command = stack.workspace.pulumiCommand;
  const engine = { kind: "embedded", command, version: "v3.260.0", description: "" } as const;
  opened = { name: "dev", project: "local", stack, engine, checkout: thisCheckout };
  store = openReleaseStore(opened);
});
afterAll(() => workspace.remove());

const quietly = () => undefined;

function release(message: string) {
  const request = { cause: { kind: "up" }, message, patienceMilliseconds: 0 } as const;
  const site = { opened, store, request, output: captureOutput() };
  return makeRelease(site, () => opened.stack.up({ message }));
}

describe("releases of a stack", () => {
  it("are none before the first update", async () => {
    const asked = { opened, store, numbers: [], say: quietly };
    await expect(reportReleases(asked)).rejects.toThrow("stack dev has no releases yet");
  });

  it("tell what was deployed, by whom and how well it does, and keep no secret in clear", async () => {
    const made = await release("the first");
    expect(made.release).toMatchObject({
      number: 1,
      message: "the first",
      cause: { kind: "up" },
      by: { host: hostname() },
      engine: { kind: "embedded" },
      images: { gateway: "sha256:1" },
      health: { verdict: "unhealthy", services: { gateway: { state: "down" } } },
      parity: { verdict: "not measured" },
      changes: { create: 3 },
      settings: {
        values: { "local:prefix": { value: "one" }, "local:token": { secret: expect.any(String) } },
      },
    });
    expect(made.release.git?.commit).toMatch(/^[0-9a-f]{40}$/);
    const files = readdirSync(store.location, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const written = files
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"))
      .join("");
    expect(written).toContain("ciphertext");
    expect(written).not.toContain(TOKEN);
    expect(written).not.toContain("pa55word-of-admin");
    expect(await store.intents()).toEqual([]);
  });

  it("are not made of an update that fails: the state is newer than the record, and history says so", async () => {
    await opened.stack.setConfig("fails", { value: "true" });
    await opened.stack.setConfig("prefix", { value: "two" });
    await expect(release("never")).rejects.toThrow("it fails as it was told to");
    await opened.stack.removeConfig("fails");
    expect(await store.intents()).toEqual([]);
    const { sections, json } = await reportReleases({ opened, store, numbers: [], say: quietly });
    expect(json).toMatchObject({ current: null, standing: "disturbed" });
    expect(renderSections(sections)).toContain("the state is newer than release 1");
  });

  it("are recorded later where an update went past them, with what the engine knows", async () => {
    await opened.stack.up({ message: "by hand" });
    const said: string[] = [];
    const { recovered } = await recordBelatedly(opened, (line) => said.push(line));
    expect(recovered).toMatchObject({
      number: 2,
      message: "by hand",
      cause: { kind: "recovered" },
      by: { host: "unknown" },
      health: { verdict: "unknown" },
    });
    expect(said).toEqual([expect.stringContaining("release 2 is recorded now")]);
    expect((await recordBelatedly(opened, quietly)).recovered).toBeUndefined();
  });

  it("are recorded later with what was intended, where their maker was killed; a living one is left to it", async () => {
    const intent: Intent = {
      id: randomUUID(),
      pid: process.pid,
      at: new Date().toISOString(),
      by: { user: "Test", host: hostname() },
      message: "what was meant",
      engine: { kind: "embedded", version: "v3.260.0" },
      cause: { kind: "rollback", of: 2, to: 1 },
      dataSnapshots: [],
    };
    await opened.stack.setConfig("prefix", { value: "three" });
    await store.writeIntent(intent);
    await opened.stack.up({ message: "cut off" });
    expect((await recordBelatedly(opened, quietly)).standing.kind).toBe("unrecorded");
    await store.writeIntent({ ...intent, pid: 2 ** 22 + 1 });
    expect((await recordBelatedly(opened, quietly)).recovered).toMatchObject({
      number: 3,
      message: "what was meant",
      by: { user: "Test" },
      cause: { kind: "recovered", intended: "rollback" },
    });
    expect(await store.intents()).toEqual([]);
    await store.writeIntent({ ...intent, pid: 2 ** 22 + 1, message: "never made" });
    await recordBelatedly(opened, quietly);
    expect(await store.intents()).toEqual([]);
  });

  it("can be compared by what is secret too, without its being shown", async () => {
    await opened.stack.setConfig("token", { value: `${TOKEN}-changed`, secret: true });
    await release("another token");
    const { sections, json, title } = await reportReleases({ opened, store, numbers: [3, 4], say: quietly });
    expect(json).toMatchObject({
      secretsCompared: true,
      settings: [{ path: "local:token", before: "[secret]", after: "[secret]" }],
      resources: [{ name: "hidden", change: "changed", properties: [{ before: "[secret]" }] }],
    });
    const shown = renderSections(sections) + renderSectionsPage(title, sections) + JSON.stringify(json);
    expect(shown).not.toContain(TOKEN);
    expect(existsSync(join(store.location, "000004.json"))).toBe(true);
  });

  it("are told each in full, and all at a glance", async () => {
    const one = await reportReleases({ opened, store, numbers: [3], say: quietly });
    expect(renderSections(one.sections)).toMatch(/why +rollback \(recovered\)/);
    const all = renderSections((await reportReleases({ opened, store, numbers: [], say: quietly })).sections);
    expect(all).toMatch(/^\* +4 .*another token$/m);
    expect(all).toContain("* release 4 is current");
    expect(await reportVerification("dev", store)).toMatchObject({ failed: false });
  });

  it("that cannot be recorded are said to be missing", async () => {
    class FullStore extends FileReleaseStore {
      override append(): Promise<never> {
        return Promise.reject(new Error("no space left on device"));
      }
    }
    const full = new FullStore({ folder: store.location, stack: "dev" });
    const request = { cause: { kind: "up" }, patienceMilliseconds: 0 } as const;
    const site = { opened, store: full, request, output: captureOutput() };
    const failure = await makeRelease(site, async () => undefined).catch((error: UserError) => error);
    expect(failure).toMatchObject({
      code: "release-not-recorded",
      message: expect.stringContaining("no space left"),
    });
  });

  it("tell whether both backends answered alike; where that cannot be measured, they say so and are made", async () => {
    const output = captureOutput();
    const make = async (parity: () => Promise<ParityVerdict>) => {
      const request = { cause: { kind: "up" }, patienceMilliseconds: 0, parity } as const;
      const update = () => opened.stack.up();
      return (await makeRelease({ opened, store, request, output }, update)).release.number;
    };
    const told = await make(async () => ({ verdict: "failed", compared: 24, mismatched: 3 }));
    const untold = await make(() => Promise.reject(new Error("the comparator is away")));
    const show = async (number: number) =>
      renderSections((await reportReleases({ opened, store, numbers: [number], say: quietly })).sections);
    expect(await show(told)).toMatch(/parity +failed: 3 of 24 answers differ/);
    expect(await show(untold)).toMatch(/parity +not measured/);
    expect(output.err()).toContain("was not measured: the comparator is away");
  });

  it("are of a stack that was destroyed since: none is current", async () => {
    await opened.stack.destroy();
    const { sections } = await reportReleases({ opened, store, numbers: [], say: quietly });
    expect(renderSections(sections)).toContain("dev was destroyed after release 6: none is current");
  });
});
