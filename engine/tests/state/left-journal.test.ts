import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type FileSystem, realFileSystem } from "../../src/state/durable-file.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { resourceState, type Snapshot } from "../../src/state/resource.ts";
import type { StateChange } from "../../src/state/state-change.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
let root = "";
/** How many more times the state cannot be replaced. */
let refusals = 0;
let notices: string[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "left-journal-"));
  refusals = 0;
  notices = [];
  await diedRun();
});

const fileSystem: FileSystem = {
  ...realFileSystem,
  async rename(from, to) {
    if (String(to).endsWith("/dev.json") && refusals > 0) {
      refusals -= 1;
      throw Object.assign(new Error("injected"), { code: "ENOSPC" });
    }
    return realFileSystem.rename(from, to);
  },
};

async function open(): Promise<FileStackStore> {
  const notify = (notice: string): void => void notices.push(notice);
  const backend = await openFileBackend({ root, env: {}, fileSystem, notify });
  const store = backend.stack(reference, base64Secrets);
  return (await store.exists()) ? store : backend.create(reference, base64Secrets);
}

const made = (place: number, name: string): StateChange => {
  const identity = { urn: `urn:pulumi:dev::p::t:m:R::${name}`, type: "t:m:R", custom: true, id: name };
  const contents = new Map([[place, resourceState(identity)]]);
  return { contents, finished: [place], dropped: [], begun: [] };
};
const names = ({ resources }: Snapshot) => resources.map(({ id }) => id);
const journalPath = () => join(root, ".pulumi/journals/p/dev/current.journal");
const openJournal = async (store: FileStackStore) => {
  const rest = { manifest: newManifest(new Date(0)), secretsProvider: base64Secrets.record, inherited: [] };
  return store.openJournal({ base: await store.load(), ...rest });
};

/** A run that makes `a` and dies. */
async function diedRun(): Promise<void> {
  const store = await open();
  await store.lock();
  const journal = await openJournal(store);
  await journal.append([made(0, "a")]);
  rmSync(join(root, ".pulumi/locks"), { recursive: true });
}

describe("a journal that could not be folded when the next run took the lock", () => {
  it("is folded before that run writes its own: should it die too, nothing is lost", async () => {
    const store = await open();
    refusals = 1;
    await store.lock();
    expect(notices).toEqual([expect.stringContaining("could not be folded into the state")]);
    const journal = await openJournal(store);
    await journal.append([made(1, "b")]);
    expect(names(await (await open()).load())).toEqual(["b", "a"]);
  });

  it("is gone when that run ends, also where it has changed nothing", async () => {
    const store = await open();
    refusals = 1;
    const lock = await store.lock();
    const journal = await openJournal(store);
    await journal.fold(await store.load());
    await lock.release();
    expect(existsSync(journalPath())).toBe(false);
    expect(names(await (await open()).load())).toEqual(["a"]);
  });

  it("stays with the lock, and the run fails, while there is no way to fold it", async () => {
    const store = await open();
    refusals = 3;
    const lock = await store.lock();
    const journal = await openJournal(store);
    await expect(journal.append([made(1, "b")])).rejects.toMatchObject({ code: "disk-full" });
    await lock.release();
    await expect((await open()).lock()).rejects.toMatchObject({ code: "stack-locked" });
    expect(names(await (await open()).load())).toEqual(["a"]);
    await (await open()).breakLocks();
    expect(names(await (await open()).load())).toEqual(["a"]);
  });
});
