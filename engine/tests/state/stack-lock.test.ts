import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import type { LockPolicy } from "../../src/state/await-lock.ts";
import { realFileSystem } from "../../src/state/durable-file.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
const now = new Date("2026-01-02T03:04:05.678Z");
const deadPid = spawnSync("true").pid;
let folder = "";
let locks = "";
let store: FileStackStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  locks = join(folder, ".pulumi/locks/organization/p/dev");
  const backend = await openFileBackend({ root: folder, env: {}, now: () => now });
  store = await backend.create(reference, base64Secrets);
});

async function lockFailure(): Promise<UserError> {
  return (await store.lock().catch((error: unknown) => error)) as UserError;
}

function leaveLock(name: string, content: string): string {
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, name), content);
  return join(locks, name);
}

/** The lock of a process that ran on this machine. */
const ended = () => ({
  pid: deadPid,
  username: "u",
  hostname: hostname(),
  timestamp: "2026-01-01T00:00:00Z",
});

async function patientStore(locking: LockPolicy): Promise<FileStackStore> {
  const backend = await openFileBackend({ root: folder, env: {}, now: () => now, locking });
  return backend.stack(reference, base64Secrets);
}

const files = () => readdirSync(locks).filter((name) => !name.endsWith(".attrs"));

describe("the lock of a stack", () => {
  it("is a file that says who holds it, and is gone when released", async () => {
    const lock = await store.lock();
    const [file] = files();
    expect(JSON.parse(readFileSync(join(locks, file ?? ""), "utf8"))).toEqual({
      pid: process.pid,
      username: userInfo().username,
      hostname: hostname(),
      timestamp: now.toISOString(),
    });
    await lock.release();
    expect(readdirSync(locks)).toEqual([]);
  });

  it("is refused while another holds it, saying who and since when", async () => {
    await store.lock();
    const error = await lockFailure();
    const [file] = files();
    expect(error.code).toBe("stack-locked");
    expect(error.help).toBeUndefined();
    expect(error.message).toBe(
      "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
        `file with \`pulumi cancel\`.\n  file://${join(locks, file ?? "")}: created by ` +
        `${userInfo().username}@${hostname()} (pid ${process.pid}) at 2026-01-02T03:04:05Z`,
    );
    expect(files()).toHaveLength(1);
  });

  it("whose holder has ended is taken over, with a notice", async () => {
    const dead = leaveLock("dead.json", JSON.stringify(ended()));
    const notices: string[] = [];
    await (await patientStore({ notice: (text) => notices.push(text) })).lock();
    expect(files()).toHaveLength(1);
    expect(existsSync(dead)).toBe(false);
    expect(notices).toEqual([
      "warning: the lock of a process that has ended is taken over:\n" +
        `  file://${dead}: created by u@${hostname()} (pid ${ended().pid}) at 2026-01-01T00:00:00Z\n`,
    ]);
  });

  it("whose holder has ended is left to people where they want it so", async () => {
    leaveLock("dead.json", JSON.stringify(ended()));
    const error = (await (
      await patientStore({ takeOver: false })
    )
      .lock()
      .catch((cause: unknown) => cause)) as UserError;
    expect(error.message).toContain("the stack is currently locked by 1 lock(s)");
    expect(error.help).toContain("`pulumi cancel` is safe");
    expect(files()).toEqual(["dead.json"]);
  });

  it("whose holder has ended stays while another holds one too", async () => {
    leaveLock("dead.json", JSON.stringify(ended()));
    leaveLock("elsewhere.json", JSON.stringify({ ...ended(), hostname: "elsewhere" }));
    const { message, help } = await lockFailure();
    expect(message).toContain("locked by 2 lock(s)");
    expect(help).toBeUndefined();
    expect(files()).toEqual(["dead.json", "elsewhere.json"]);
  });

  it("is waited for, telling who holds it, until it is free", async () => {
    const held = await store.lock();
    const notices: string[] = [];
    const waiting = (await patientStore({ timeout: 60_000, notice: (text) => notices.push(text) })).lock();
    await expect.poll(() => notices.length, { timeout: 20_000 }).toBe(1);
    expect(notices[0]).toContain("waiting for the lock of the stack, for at most 60s:\n  file://");
    expect(notices[0]).toContain(`(pid ${process.pid})`);
    await held.release();
    await (await waiting).release();
    expect(readdirSync(locks)).toEqual([]);
  });

  it("is waited for no longer than allowed, then refused with the same words", async () => {
    await store.lock();
    const expected = await lockFailure();
    const patient = await patientStore({ timeout: 50 });
    await expect(patient.lock()).rejects.toMatchObject({ code: "stack-locked", message: expected.message });
  });

  it("is no longer waited for when the waiting is interrupted", async () => {
    await store.lock();
    const interrupt = new AbortController();
    const patient = await patientStore({
      timeout: 600_000,
      signal: interrupt.signal,
      notice: () => interrupt.abort(),
    });
    await expect(patient.lock()).rejects.toMatchObject({ code: "stack-locked" });
  });

  it("is taken over when its holder dies while it is waited for", async () => {
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const lock = { ...ended(), pid: holder.pid, timestamp: new Date().toISOString() };
    leaveLock("dying.json", JSON.stringify(lock));
    const patient = await patientStore({ timeout: 60_000, notice: () => holder.kill("SIGKILL") });
    await (await patient.lock()).release();
    expect(readdirSync(locks)).toEqual([]);
  });

  it("that cannot be read still counts", async () => {
    leaveLock("torn.json", '{"pid":');
    leaveLock("null.json", "null");
    const { message } = await lockFailure();
    expect(message).toContain("locked by 2 lock(s)");
    expect(message).toContain("torn.json: created by an unknown process");
  });

  it("is broken by cancel, whoever holds it", async () => {
    await store.lock();
    leaveLock("other.json", "{}");
    await store.breakLocks();
    expect(readdirSync(locks)).toEqual([]);
    await (await store.lock()).release();
    await store.breakLocks();
  });

  it("is given up by whoever finds a rival after writing its own", async () => {
    const fileSystem: typeof realFileSystem = {
      ...realFileSystem,
      async rename(from, to) {
        await realFileSystem.rename(from, to);
        if (String(to).endsWith(".json")) leaveLock("rival.json", "{}");
      },
    };
    const backend = await openFileBackend({ root: folder, env: {}, fileSystem, now: () => now });
    const error: unknown = await backend
      .stack(reference, base64Secrets)
      .lock()
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "stack-locked" });
    expect(files()).toEqual(["rival.json"]);
  });

  it("clears away what a killed write left behind", async () => {
    const left = join(folder, ".pulumi/stacks/p", `.dev.json.${crypto.randomUUID()}.tmp`);
    writeFileSync(left, "half");
    await (await store.lock()).release();
    expect(existsSync(left)).toBe(false);
  });
});
