import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Release } from "../../../contracts/release.ts";
import { type TestWorkspace, testWorkspace } from "../../../engine/tests/automation/test-workspace.ts";
import { thisCheckout } from "../../../ops/paths.ts";
import { carryOut } from "../../../ops/rollback/carry-out.ts";
import { RollbackJournal } from "../../../ops/rollback/journal.ts";
import type { RollbackParts } from "../../../ops/rollback/parts.ts";
import { prepareRollback, refuseImpossible } from "../../../ops/rollback/prepare.ts";
import { renderEnd, renderUndo } from "../../../ops/rollback/render.ts";
import { stackDeeds } from "../../../ops/rollback/stack-deeds.ts";
import type { Output } from "../../../ops/verb.ts";
import { type TestReleases, testReleases } from "./test-releases.ts";

const PROGRAM = (size: string, extra = "") => `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
class Group extends pulumi.ComponentResource {
  constructor(name) {
    super("trials:components:Group", name);
    const password = new random.RandomPassword(name + "-password", { length: 20 }, { parent: this });
    const pet = new random.RandomPet(name + "-pet", { keepers: { size: "${size}", of: password.result } }, { parent: this });
    this.pet = pet.id;
    this.registerOutputs({ pet: pet.id });
  }
}
const group = new Group("group");
${extra}
exports.pet = group.pet;
exports.size = "${size}";
`;

describe("a rollback on an engine", () => {
  let workspace: TestWorkspace;
  let stack: Stack;
  let releases: TestReleases;
  let folder: string;
  const said: string[] = [];
  const health = { verdict: "healthy" as Release["health"]["verdict"] };
  const output: Output = {
    stdout: { write: () => true },
    stderr: { write: (text) => said.push(text) },
    signal: new AbortController().signal,
  };

  const up = async (source: string) => {
    const { workDir, ...options } = workspace.program(source);
    stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", workDir }, options);
    await stack.up();
    await releases.record(stack, { kind: "up" });
  };
  const parts = (): RollbackParts => ({
    opened: {
      name: "dev",
      project: "local",
      stack,
      engine: { kind: "embedded", command: stack.workspace.pulumiCommand, version: "", description: "" },
      checkout: thisCheckout,
    },
    output,
    store: releases.store,
    data: { takeSnapshot: async () => [], restore: async () => undefined },
    schema: { status: async () => ({ versions: {}, migrations: [] }), migrate: async () => undefined },
    health: async () => ({
      verdict: health.verdict,
      services: { gateway: { state: health.verdict === "unhealthy" ? "down" : "up", reason: "answers 502" } },
    }),
    releases: {
      update: (_, update) => update(),
      record: ({ cause, message }) => releases.record(stack, cause, message),
    },
    rebuild: false,
  });
  const wish = { withData: false, discard: false };
  const rollBack = async (to?: number, more: object = {}) => {
    const prepared = await prepareRollback(parts(), { ...wish, ...(to !== undefined && { to }), ...more });
    const end = await carryOut(prepared.entry, {
      journal: new RollbackJournal(folder, "dev"),
      deeds: stackDeeds(parts(), prepared.entry),
      say: (line) => said.push(line),
      signal: output.signal,
    });
    return { prepared, end };
  };
  const outputs = async () => {
    const all = await stack.outputs();
    return Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value as unknown]));
  };

  beforeAll(async () => {
    workspace = await testWorkspace();
    folder = mkdtempSync(join(tmpdir(), "rollback-"));
    releases = testReleases(folder);
    await up(PROGRAM("small"));
    await up(PROGRAM("large"));
  });
  afterAll(() => {
    workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the undo before it does it, and changes nothing by that", async () => {
    const before = await outputs();
    const prepared = await prepareRollback(parts(), wish);
    expect(prepared).toMatchObject({ current: { number: 2 }, target: { number: 1 } });
    expect(prepared.changes.map(({ op, name, reversibility }) => [op, name, reversibility])).toEqual([
      ["replace", "group-pet", "safe"],
    ]);
    expect(renderUndo(prepared)).toMatch(/safe +replace +group-pet +is made again; it holds no data/);
    expect(renderUndo(prepared)).toMatch(/1 safe, 0 lossy, 0 impossible: the whole is safe/);
    expect(renderUndo({ ...prepared, changes: [] })).toMatch(/^release 2 -> release 1 \(.*\): no changes$/);
    expect(() => refuseImpossible(prepared)).not.toThrow();
    expect(await outputs()).toEqual(before);
  });

  it("goes back although the program does not compile, records it, and goes forward again the same way", async () => {
    workspace.program("this is no JavaScript");
    const { end } = await rollBack();
    expect(end).toMatchObject({ kind: "done", release: 1 });
    expect(renderEnd(end)).toMatch(/^release 1 is current again: .*update /);
    expect(await outputs()).toMatchObject({ size: "small" });
    const stored = await releases.store.get(3);
    expect(stored).toMatchObject({
      cause: { kind: "rollback", of: 2, to: 1 },
      message: "rollback to release 1",
    });
    await rollBack(2);
    expect(await outputs()).toMatchObject({ size: "large" });
    workspace.program(PROGRAM("large"));
    expect((await stack.preview()).changeSummary).toEqual({ same: 4 });
  });

  it("goes back to where it was when health fails, and says so in the record", async () => {
    health.verdict = "unhealthy";
    const returned = rollBack(1).catch((error: unknown) => error);
    // The way back meets the same trouble: the journal stays for --continue.
    expect(await returned).toMatchObject({ code: "rollback-stuck" });
    health.verdict = "healthy";
    const left = new RollbackJournal(folder, "dev").read();
    expect(left).toMatchObject({ direction: "back", phase: "health", failure: { phase: "health" } });
    if (left === undefined) return;
    const end = await carryOut(left, {
      journal: new RollbackJournal(folder, "dev"),
      deeds: stackDeeds(parts(), left),
      say: () => undefined,
      signal: output.signal,
    });
    expect(renderEnd(end)).toMatch(
      /^the rollback failed in its phase health \(gateway is down: answers 502\)/,
    );
    expect(await outputs()).toMatchObject({ size: "large" });
    const newest = await releases.store.newest();
    expect(newest?.message).toMatch(/failed in its phase health .* everything is as in release 4/);
  });

  it("refuses what it cannot do, each with one clear error, and changes nothing", async () => {
    const before = await outputs();
    const refused = (to?: number, more: object = {}) =>
      prepareRollback(parts(), { ...wish, ...(to !== undefined && { to }), ...more }).catch(
        (error: unknown) => error,
      );
    expect(await refused(99)).toMatchObject({ code: "release-unknown" });
    expect(await refused(5)).toMatchObject({ code: "release-current" });
    expect(await refused(1, { withData: true })).toMatchObject({ code: "snapshot-missing" });
    const record = join(folder, "releases", "000002.json");
    const text = readFileSync(record, "utf8");
    writeFileSync(record, text.replace("a change", "another change"));
    expect(await refused(2)).toMatchObject({ code: "release-damaged" });
    writeFileSync(record, text);
    const lost = { ...parts(), store: { ...releases.store, list: async () => [] } };
    expect(await prepareRollback(lost, wish).catch((error: unknown) => error)).toMatchObject({
      code: "no-history",
    });
    expect(await outputs()).toEqual(before);
  });

  it("refuses where an update is in no release, and gives it up when told to", async () => {
    workspace.program(PROGRAM("huge", 'new random.RandomPet("more");'));
    await stack.up();
    await expect(prepareRollback(parts(), wish)).rejects.toMatchObject({
      code: "state-unrecorded",
      message: expect.stringMatching(/2 resources differ from release 5 \((group-pet|more)/),
    });
    const { prepared, end } = await rollBack(undefined, { discard: true });
    expect(prepared.entry.from).toBeUndefined();
    expect(end).toMatchObject({ kind: "done", release: 5 });
    expect(await outputs()).toMatchObject({ size: "large" });
  });

  it("classes what is protected as impossible", async () => {
    await up(PROGRAM("large", 'new random.RandomPet("kept", {}, { protect: true });'));
    const prepared = await prepareRollback(parts(), { ...wish, to: 1 });
    expect(() => refuseImpossible(prepared)).toThrow(
      /release 1 cannot be made current again: kept: it is protected/,
    );
  });

  it("says so where the passphrase is another one", async () => {
    const { stack: real, ...opened } = parts().opened;
    const wrong = await LocalWorkspace.selectStack(
      { stackName: "dev", workDir: real.workspace.workDir },
      { ...workspace.inline, envVars: { ...workspace.inline.envVars, PULUMI_CONFIG_PASSPHRASE: "wrong" } },
    );
    const others = { ...parts(), opened: { ...opened, stack: wrong } };
    await expect(prepareRollback(others, { ...wish, to: 1 })).rejects.toMatchObject({
      code: "secrets-unreadable",
    });
  });
});
