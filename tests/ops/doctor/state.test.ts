import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok } from "../../../ops/bootstrap/doctor/check.ts";
import { driftFileCheck } from "../../../ops/doctor/drift-file.ts";
import { historyCheck, judgeHistory } from "../../../ops/doctor/history.ts";
import { judgeHolder, lockCheck } from "../../../ops/doctor/lock.ts";
import { programCheck } from "../../../ops/doctor/program.ts";
import { reachCheck } from "../../../ops/doctor/reach.ts";
import { runCheck, type StackCheck } from "../../../ops/doctor/stack-check.ts";
import { toSettings } from "../../../ops/doctor/stack-context.ts";
import { stateCheck, unfinishedCheck } from "../../../ops/doctor/state.ts";
import { main } from "../../../ops/main.ts";
import { FileReleaseStore } from "../../../ops/release/file-release-store.ts";
import { captureOutput } from "../output.ts";
import { contextOf } from "./stack-context.ts";

const urn = (name: string) => `urn:pulumi:dev::trials::docker:index/container:Container::${name}`;

describe("a check", () => {
  const check = (run: StackCheck["run"], patience?: number): StackCheck => ({
    name: "it",
    run,
    ...(patience !== undefined && { patience }),
  });

  it("has bounded time", async () => {
    const never = check(() => new Promise(() => undefined), 5);
    expect(await runCheck(never, contextOf())).toEqual({
      name: "it",
      state: "failed",
      detail: "no answer within 0.005 s",
      mend: "./infra doctor dev",
    });
  });

  it("that fails in an unforeseen way is a finding, and keeps no other from running", async () => {
    const broken = check(() => Promise.reject(new Error("the disk is on fire\n  at disk.ts")));
    expect(await runCheck(broken, contextOf())).toMatchObject({
      state: "failed",
      detail: "the disk is on fire",
    });
    expect(
      await runCheck(
        check(async () => ok("fine")),
        contextOf(),
      ),
    ).toEqual({ name: "it", ...ok("fine") });
  });
});

describe("the state", () => {
  it("is fine where it can be read", async () => {
    const resources = [{ urn: urn("a") }, { urn: urn("b"), parent: urn("a") }];
    expect(await stateCheck.run(contextOf({ deployment: { resources } }))).toEqual(
      ok("2 resources; their secrets can be opened"),
    );
  });

  it("is not there before the first update", async () => {
    expect(await stateCheck.run(contextOf())).toMatchObject({ state: "warning", mend: "./infra up dev" });
  });

  it("fails with what the engine says: a wrong passphrase, a resource without its parent", async () => {
    const failure = "code: 255\n stderr: error: incorrect passphrase\nerr?: x";
    expect(await stateCheck.run(contextOf({ failure }))).toEqual({
      state: "failed",
      detail: "cannot be read: incorrect passphrase",
      mend: "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE-WITH-THE-PASSPHRASE",
    });
    expect(await stateCheck.run(contextOf({ failure: "cut off" }))).toMatchObject({
      detail: "cannot be read: cut off",
      mend: "./infra history dev",
    });
    const resources = [{ urn: urn("b"), parent: urn("gone") }];
    expect(await stateCheck.run(contextOf({ deployment: { resources } }))).toMatchObject({
      state: "failed",
      detail: "b lacks its parent in the state",
    });
  });

  it("tells what an interrupted update left open", async () => {
    const pending_operations = [{ type: "creating", resource: { urn: urn("cache") } }];
    expect(await unfinishedCheck.run(contextOf({ deployment: { pending_operations } }))).toEqual({
      state: "warning",
      detail: "an interrupted update left open: creating cache",
      mend: "./infra refresh dev",
    });
    for (const told of [{}, { deployment: {} }, { failure: "no" }]) {
      expect(await unfinishedCheck.run(contextOf(told))).toEqual(ok("none"));
    }
  });
});

describe("the releases", () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-releases-"));
  const store = new FileReleaseStore({ folder, stack: "dev" });

  it("hold, or are none yet", async () => {
    expect(await historyCheck.run(contextOf())).toEqual(ok("none yet"));
    expect(await judgeHistory(store, "dev")).toEqual(ok("0 hold, with 0 checkpoints"));
  });

  it("tell what broke off before it was recorded", async () => {
    const at = "2026-01-01T00:00:00Z";
    const cause = { kind: "rollback", of: 3, to: 1 };
    const intents = async () => [{ at, by: { user: "ada", host: "desk" }, cause }] as never;
    const list = async () => [];
    const told = { list, intents, hasCheckpoint: async () => true, checkpoint: store.checkpoint };
    expect(await judgeHistory(told, "dev")).toMatchObject({
      state: "warning",
      detail: `not recorded to its end: rollback of ${at} by ada`,
    });
  });

  it("do not hold where a record was changed", async () => {
    writeFileSync(join(folder, "000001.json"), "{}");
    expect(await judgeHistory(store, "dev")).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/^release 1 does not hold: its record is not a release/),
      mend: "./infra history dev --verify",
    });
  });
});

describe("the lock", () => {
  const holder = {
    pid: process.pid,
    username: "ada",
    hostname: hostname(),
    timestamp: "2026-01-01T00:00:00Z",
  };

  it("is told with who holds it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "doctor-lock-"));
    const backend = pathToFileURL(folder).href;
    expect(await lockCheck.run(contextOf({ backend }))).toEqual(ok("nobody holds it"));
    const locks = join(folder, ".pulumi/locks/organization/trials/dev");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "1.json"), JSON.stringify(holder));
    expect(await lockCheck.run(contextOf({ backend }))).toMatchObject({
      state: "warning",
      detail: expect.stringContaining(`held by ada (pid ${process.pid} on ${hostname()}) since 2026-01-01`),
    });
    expect((await lockCheck.run(contextOf({ backend: "s3://states" }))).detail).toContain("s3://states");
  });

  it("of a process that has ended is to be taken away, one of another machine to be asked about", () => {
    const { pid } = spawnSync("true");
    expect(judgeHolder({ ...holder, pid }, "dev")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("which has ended"),
      mend: "./infra cancel dev",
    });
    expect(judgeHolder({ ...holder, hostname: "elsewhere" }, "dev")).toMatchObject({ state: "warning" });
    expect(judgeHolder({ ...holder, pid: 1 }, "dev")).toMatchObject({ state: "warning" });
  });
});

describe("settings", () => {
  it("are read with their objects", () => {
    const config = {
      "trials:logLevel": { value: "info" },
      "trials:gateway": { value: '{"port":8080}' },
      "trials:odd": { value: "{odd" },
    };
    expect(toSettings(config)).toEqual({ logLevel: "info", gateway: { port: 8080 }, odd: "{odd" });
  });

  it("that are no YAML are named, with the line", async () => {
    const root = mkdtempSync(join(tmpdir(), "doctor-settings-"));
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: [\n");
    expect(await programCheck.run(contextOf({ root }))).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/^Pulumi\.dev\.yaml: .* at line \d/),
    });
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: {}\n");
    expect(await programCheck.run(contextOf({ root }))).toMatchObject({ state: "warning" });
  });
});

describe("reachability", () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/broken" ? 503 : 404;
    response.end();
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const stateWith = (services: object) => ({
    deployment: {
      resources: [
        { type: "pulumi:pulumi:Stack", urn: urn("stack"), outputs: { gatewayUrl: origin, services } },
      ],
    },
  });

  it("asks every address once", async () => {
    const services = { node: { url: `${origin}/node` }, cache: {}, gateway: { url: origin } };
    expect(await reachCheck.run(contextOf(stateWith(services)))).toEqual(ok("2 addresses answer"));
  });

  it("names those that do not answer", async () => {
    const services = { node: { url: `${origin}/broken` }, python: { url: "http://127.0.0.1:1/" } };
    expect(await reachCheck.run(contextOf(stateWith(services)))).toMatchObject({
      state: "failed",
      detail: `no answer from ${origin}/broken, http://127.0.0.1:1/`,
    });
  });

  it("is not known of a stack that is not up", async () => {
    for (const told of [{}, { failure: "no" }, { deployment: {} }]) {
      expect((await reachCheck.run(contextOf(told))).state).toBe("warning");
    }
  });
});

describe("ignored drift", () => {
  const root = mkdtempSync(join(tmpdir(), "doctor-drift-"));
  mkdirSync(join(root, "drift"));
  const check = driftFileCheck(() => "2026-06-01");
  const ignored = (until: string) =>
    `ignored:\n  - { id: d-0a1b2c3d, what: memory, until: ${until}, reason: trial, owner: ada }\n`;
  const write = (text: string) => writeFileSync(join(root, "drift/ignored.dev.yaml"), text);

  it("is none, or holds", async () => {
    expect(await check.run(contextOf())).toEqual(ok("none"));
    write(ignored("2026-06-01"));
    expect(await check.run(contextOf({ root }))).toEqual(ok("1 in drift/ignored.dev.yaml"));
  });

  it("is past its day, or cannot be read", async () => {
    write(ignored("2026-05-31"));
    expect(await check.run(contextOf({ root }))).toMatchObject({
      state: "warning",
      detail: "past their day in drift/ignored.dev.yaml: d-0a1b2c3d (2026-05-31)",
    });
    write("ignored: [{}]\n");
    expect((await check.run(contextOf({ root }))).state).toBe("failed");
    expect((await driftFileCheck().run(contextOf({ root }))).state).toBe("failed");
  });
});

describe("./infra doctor STACK", () => {
  it("runs every check of a stack that was never brought up, and makes none", async () => {
    const output = captureOutput();
    const code = await main(["doctor", "cloud", "--engine", "embedded", "--json"], output);
    const { checks } = JSON.parse(output.out()) as {
      checks: { name: string; state: string; mend?: string }[];
    };
    expect(code).toBe(1);
    expect(checks.map(({ name }) => name)).toEqual([
      "engine",
      "passphrase",
      "state",
      "lock",
      "unfinished operations",
      "releases",
      "credentials of Kubernetes",
      "quota",
      "credentials of Atlas",
      "credentials of Aura",
      "settings and program",
      "reachability",
      "ignored drift",
    ]);
    expect(checks.filter(({ state, mend }) => state === "failed" && mend === undefined)).toEqual([]);
  });

  it("refuses a stack without settings", async () => {
    const output = captureOutput();
    expect(await main(["doctor", "nowhere"], output)).toBe(1);
    expect(output.err()).toContain("there is no stack called nowhere");
  });
});
