import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { DataSnapshot } from "../../../contracts/release.ts";
import { FileReleaseStore } from "../../../ops/release/file-release-store.ts";
import { pruneReleases } from "../../../ops/release/prune-releases.ts";
import { verifyReleases } from "../../../ops/release/verify-releases.ts";
import { checkpointOf, draftAt } from "./example-release.ts";

let root: string;
let store: FileReleaseStore;
let sibling: FileReleaseStore;
let removed: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "prune-"));
  store = new FileReleaseStore({ folder: join(root, "dev"), stack: "dev" });
  sibling = new FileReleaseStore({ folder: join(root, "test"), stack: "test" });
  removed = [];
});

const contextAt = (minute: number) => `.images/gateway/${String(minute).padStart(16, "0")}`;

async function append(
  minute: number,
  changes: Parameters<typeof draftAt>[1] = {},
  to = store,
): Promise<void> {
  mkdirSync(join(root, contextAt(minute)), { recursive: true });
  await to.append(draftAt(minute, changes), checkpointOf({ gateway: { minute } }));
}

function prune(): Promise<number[]> {
  const removeDataSnapshots = async (snapshots: readonly DataSnapshot[]) => {
    removed.push(...snapshots.map(({ id }) => id));
  };
  return pruneReleases(store, { root, siblings: [sibling], removeDataSnapshots });
}

describe("pruning", () => {
  it("lets nothing go of twenty releases", async () => {
    for (let minute = 1; minute <= 20; minute++) await append(minute);
    expect(await prune()).toEqual([]);
    expect(removed).toEqual([]);
  });

  it("lets go what only older ones name, once, and the chain still holds", async () => {
    for (let minute = 1; minute <= 23; minute++) await append(minute);
    expect(await prune()).toEqual([1, 2, 3]);
    expect(removed).toEqual(["s1", "s2", "s3"]);
    expect(existsSync(join(root, contextAt(3)))).toBe(false);
    expect(existsSync(join(root, contextAt(4)))).toBe(true);
    expect(await verifyReleases(store)).toEqual({ releases: 23, checkpoints: 20 });
    expect(await prune()).toEqual([]);
  });

  it("keeps what a kept release of any stack names, and a state that came back", async () => {
    await append(1);
    await append(2, { contexts: [contextAt(2)] });
    const snapshot = { store: "graph-store", kind: "docker-volume", id: "s2", at: draftAt(2).at } as const;
    await append(3, { contexts: [contextAt(2)], dataSnapshots: [snapshot] });
    for (let minute = 4; minute <= 22; minute++) await append(minute);
    await sibling.append(draftAt(40, { contexts: [contextAt(1)] }), checkpointOf({}));
    expect(await prune()).toEqual([1, 2]);
    expect(removed).toEqual(["s1"]);
    expect(existsSync(join(root, contextAt(1)))).toBe(true);
    expect(existsSync(join(root, contextAt(2)))).toBe(true);
    await store.append(draftAt(50), checkpointOf({ gateway: { minute: 3 } }));
    expect(await prune()).toEqual([]);
  });

  it("is done again after a run that was killed in the middle of it", async () => {
    for (let minute = 1; minute <= 22; minute++) await append(minute);
    const dies = () => Promise.reject(new Error("killed"));
    await expect(pruneReleases(store, { root, siblings: [], removeDataSnapshots: dies })).rejects.toThrow(
      "killed",
    );
    expect(await verifyReleases(store)).toEqual({ releases: 22, checkpoints: 22 });
    expect(await prune()).toEqual([1, 2]);
  });

  it("lets nothing go where a record is damaged: nobody knows what it names", async () => {
    for (let minute = 1; minute <= 22; minute++) await append(minute);
    await append(40, {}, sibling);
    const file = join(sibling.location, "000001.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("update 40", "update 41"));
    expect(await prune()).toEqual([]);
  });
});
