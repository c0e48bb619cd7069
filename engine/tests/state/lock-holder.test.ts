import { spawn, spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isHolderGone, type LockHolder, ownIdentity } from "../../src/state/lock-holder.ts";

const own = ownIdentity();
const later = () => new Date(Date.now() + 60_000).toISOString();

function holder(changes: Partial<LockHolder> = {}): LockHolder {
  return { pid: process.pid, username: "u", hostname: hostname(), timestamp: later(), ...changes };
}

describe("isHolderGone", () => {
  const { pid: dead } = spawnSync("true");

  it("believes in a process that runs, with and without a note of who it is", () => {
    expect(isHolderGone(holder(), undefined)).toBe(false);
    expect(isHolderGone(holder(), own)).toBe(false);
  });

  it("sees that a process has ended", () => {
    expect(isHolderGone(holder({ pid: dead }), undefined)).toBe(true);
    expect(isHolderGone(holder({ pid: dead }), own)).toBe(true);
  });

  it("knows nothing of other machines", () => {
    expect(isHolderGone(holder({ pid: dead, hostname: "elsewhere" }), undefined)).toBe(false);
  });

  it("is not deceived by a pid that is in use again", () => {
    expect(isHolderGone(holder({ timestamp: "2001-01-01T00:00:00Z" }), undefined)).toBe(true);
    expect(own).toBeDefined();
    if (own !== undefined) expect(isHolderGone(holder(), { ...own, started: "1" })).toBe(true);
  });

  it("takes a holder of another container for one that runs", () => {
    if (own === undefined) return;
    expect(isHolderGone(holder({ pid: dead }), { ...own, namespace: "pid:[1]" })).toBe(false);
  });

  it("takes a holder from before this machine's start for one that is gone, a younger one for another machine's", () => {
    if (own === undefined) return;
    const stranger = { ...own, boot: "another" };
    expect(isHolderGone(holder({ timestamp: "2001-01-01T00:00:00Z" }), stranger)).toBe(true);
    expect(isHolderGone(holder({ pid: dead }), stranger)).toBe(false);
  });
});

describe("isHolderGone of a process that was killed and not yet buried", () => {
  // The shell does not wait for its child: killed, it stays a zombie.
  const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec tail -f /dev/null"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let child = 0;
  beforeAll(async () => {
    for await (const text of parent.stdout) {
      child = Number(String(text));
      break;
    }
  });
  afterAll(() => {
    parent.kill("SIGKILL");
  });

  it("is true", async () => {
    expect(isHolderGone(holder({ pid: child }), undefined)).toBe(false);
    process.kill(child, "SIGKILL");
    const isGone = () => isHolderGone(holder({ pid: child }), undefined);
    await expect.poll(isGone, { timeout: 20_000 }).toBe(true);
  });
});
