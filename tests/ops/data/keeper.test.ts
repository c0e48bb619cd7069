import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DataSnapshot, Release } from "../../../contracts/release.ts";
import { requireSpace } from "../../../ops/data/docker/disk-space.ts";
import { stillnessOf } from "../../../ops/data/docker/stores.ts";
import { withLock } from "../../../ops/data/lock.ts";
import { findUnneeded } from "../../../ops/data/prune.ts";
import { dataProgressPrinter } from "../../../ops/data/show-progress.ts";
import { newSnapshotId } from "../../../ops/data/snapshot-id.ts";
import { chooseSnapshots } from "../../../ops/data.ts";
import type { StoredRelease } from "../../../ops/release/release-store.ts";
import { captureOutput } from "../output.ts";

const snapshot = (id: string, store = "graph-store"): DataSnapshot => ({
  store,
  kind: "docker-volume",
  id,
  at: "2026-11-26T10:00:00.000Z",
});

describe("findUnneeded", () => {
  const keeper = { list: async () => [snapshot("a"), snapshot("a", "one-documents"), snapshot("b")] };
  const release = (number: number, dataSnapshots: DataSnapshot[]): StoredRelease => ({
    number,
    release: { number, dataSnapshots } as unknown as Release,
  });

  it("gives those that no release names which can be rolled back to", async () => {
    const releases = {
      list: async () => [release(1, [snapshot("b")]), release(2, [snapshot("a")])],
      hasCheckpoint: async ({ number }: Release) => number === 2,
    };
    expect(await findUnneeded(keeper, releases)).toEqual([snapshot("a", "one-documents"), snapshot("b")]);
  });

  it("gives none where a record is damaged", async () => {
    const releases = {
      list: async () => [{ number: 3, damage: "its hash is wrong" }],
      hasCheckpoint: async () => true,
    };
    await expect(findUnneeded(keeper, releases)).rejects.toThrow(
      "release 3 does not tell its data snapshots",
    );
  });
});

describe("chooseSnapshots", () => {
  const all = [snapshot("a"), snapshot("a", "one-documents"), snapshot("b")];

  it("takes every store's of one id", () => {
    expect(chooseSnapshots(all, ["a"])).toEqual(all.slice(0, 2));
  });

  it("refuses an id that is not there, and none at all", () => {
    expect(() => chooseSnapshots(all, ["a", "c"])).toThrow("there is no data snapshot c");
    expect(() => chooseSnapshots(all, [])).toThrow("needs the ID");
  });
});

describe("a data snapshot", () => {
  it("is called by its time and what it is for", () => {
    const at = new Date("2026-11-26T10:15:30.123Z");
    expect(newSnapshotId(at, "Before release 12!")).toBe("20261126T101530123Z-before-release-12");
    expect(newSnapshotId(at, "…")).toBe("20261126T101530123Z");
  });

  it("needs room on the disk, and some beyond it", () => {
    requireSpace({ where: "/data", needed: 10, free: 1024 ** 3 });
    expect(() => requireSpace({ where: "/data", needed: 10, free: 1024 ** 2 })).toThrow(
      "/data has 1.0 MiB free; 128.0 MiB are needed",
    );
  });

  it("pauses the graph, stops documents and leaves everything else alone", () => {
    expect(["graph-store", "a-documents", "notebooks"].map(stillnessOf)).toEqual([
      "pause",
      "stop",
      undefined,
    ]);
  });
});

describe("the lock", () => {
  it("keeps a second one out, and is taken over from a process that is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "data-lock-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "lock");
    await withLock(file, async () => {
      await expect(withLock(file, async () => 1)).rejects.toMatchObject({ code: "data-locked" });
    });
    for (const left of ["", "999999999"]) {
      writeFileSync(file, left);
      expect(await withLock(file, async () => 2)).toBe(2);
    }
  });
});

describe("dataProgressPrinter", () => {
  it("prints what begins at once and what goes on every two seconds", () => {
    const output = captureOutput();
    let now = 0;
    const print = dataProgressPrinter(output, () => now);
    const copying = { store: "graph-store", action: "snapshot", message: "copying", total: 4096 } as const;
    for (now = 0; now < 5000; now += 500) print({ ...copying, bytes: now });
    print({ store: "graph-store", action: "snapshot", message: "starting" });
    expect(output.err().trimEnd().split("\n")).toEqual([
      "    0.0 s  graph-store: copying 0 B of 4.0 KiB",
      "    2.0 s  graph-store: copying 2.0 KiB of 4.0 KiB",
      "    4.0 s  graph-store: copying 3.9 KiB of 4.0 KiB",
      "    5.0 s  graph-store: starting",
    ]);
  });
});
