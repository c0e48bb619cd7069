import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { realFileSystem } from "../../src/state/durable-file.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
const now = new Date("2026-01-02T03:04:05.678Z");
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

  it("whose holder has ended is said to be safe to cancel", async () => {
    const { pid } = spawnSync("true");
    const holder = { pid, username: "u", hostname: hostname(), timestamp: "2026-01-01T00:00:00Z" };
    leaveLock("dead.json", JSON.stringify(holder));
    expect((await lockFailure()).help).toContain("`pulumi cancel` is safe");
    leaveLock("elsewhere.json", JSON.stringify({ ...holder, hostname: "elsewhere" }));
    expect((await lockFailure()).help).toBeUndefined();
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
