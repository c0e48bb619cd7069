import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { type FileSystem, realFileSystem } from "../../src/state/durable-file.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { frameRecord } from "../../src/state/journal-lines.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, type ResourceState, resourceState, type Snapshot } from "../../src/state/resource.ts";
import type { RunStart, StateChange } from "../../src/state/state-change.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
const manifest = newManifest(new Date(0));
let folder = "";
let notices: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  notices = [];
});

const thing = (name: string, value = 1): ResourceState =>
  resourceState({
    urn: `urn:pulumi:dev::p::t:m:R::${name}`,
    type: "t:m:R",
    custom: true,
    id: name,
    inputs: { value, key: new Secret(`secret of ${name}`) },
  });

async function open(fileSystem: FileSystem = realFileSystem): Promise<FileStackStore> {
  const notify = (notice: string): void => void notices.push(notice);
  const backend = await openFileBackend({ root: folder, env: {}, fileSystem, notify });
  const store = backend.stack(reference, base64Secrets);
  return (await store.exists()) ? store : backend.create(reference, base64Secrets);
}

const path = (...parts: readonly string[]) => join(folder, ".pulumi", ...parts);
const journalPath = () => path("journals", "p", "dev", "current.journal");
const statePath = () => path("stacks", "p", "dev.json");
const kept = () => {
  const journals = dirname(journalPath());
  return existsSync(journals) ? readdirSync(journals).filter((name) => /^\d+\.journal$/.test(name)) : [];
};

const created = (place: number, resource: ResourceState): StateChange => ({
  contents: new Map([[place, resource]]),
  finished: [place],
  dropped: [],
  begun: [],
  ended: place,
});
const begun = (place: number, resource: ResourceState): StateChange => ({
  contents: new Map([[place, { ...resource, id: "" }]]),
  finished: [],
  dropped: [],
  begun: [{ place, type: "creating" }],
});

function startOf(base: Snapshot): RunStart {
  return { base, manifest, secretsProvider: base64Secrets.record, inherited: [] };
}

/** A run that dies after it has made `b` and `c`, on a stack that has `a`. Its lock is left as by a dead process. */
async function diedRun(fileSystem?: FileSystem): Promise<void> {
  const store = await open();
  await store.save({ ...emptySnapshot(base64Secrets.record), manifest, resources: [thing("a")] });
  const dying = await open(fileSystem);
  await dying.lock();
  const journal = dying.openJournal(startOf(await dying.load()));
  await journal.append([begun(1, thing("b"))]);
  await journal.append([created(1, thing("b"))]);
  await journal.append([begun(2, thing("c")), created(2, thing("c"))]);
  rmSync(path("locks"), { recursive: true });
}

const ids = ({ resources }: Snapshot): readonly string[] => resources.map(({ id }) => id);

async function settled(): Promise<Snapshot> {
  const store = await open();
  await (await store.lock()).release();
  return store.load();
}

function corrupt(change: (lines: string[]) => void): void {
  const lines = readFileSync(journalPath(), "latin1").split("\n");
  change(lines);
  writeFileSync(journalPath(), lines.join("\n"), "latin1");
}

describe("the journal of a run that died", () => {
  it("counts for those who only read, and is folded by whoever takes the lock", async () => {
    await diedRun();
    const store = await open();
    expect(ids(await store.load())).toEqual(["b", "c", "a"]);
    expect(JSON.stringify(await store.readEnvelope())).toContain("::c");
    expect(readFileSync(statePath(), "utf8")).not.toContain("::c");
    expect(notices).toEqual([]);
    const snapshot = await settled();
    expect(ids(snapshot)).toEqual(["b", "c", "a"]);
    expect(snapshot.resources[0]?.inputs["key"]).toEqual(new Secret("secret of b"));
    expect(existsSync(journalPath())).toBe(false);
    expect(readFileSync(statePath(), "utf8")).toContain("::c");
    expect(readFileSync(`${statePath()}.bak`, "utf8")).not.toContain("::c");
    expect(notices).toEqual(["An earlier run was interrupted: 4 changes were taken over from its journal."]);
  });

  it("is seen in the list of stacks", async () => {
    await diedRun();
    const backend = await openFileBackend({ root: folder, env: {} });
    expect(await backend.list()).toMatchObject([{ resourceCount: 3 }]);
  });

  it("loses a last record that was cut off, wherever that was", async () => {
    await diedRun();
    const whole = readFileSync(journalPath());
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (const length of [last + 1, last + 20, whole.length - 1]) {
      folder = mkdtempSync(join(tmpdir(), "journal-"));
      notices = [];
      await diedRun();
      writeFileSync(journalPath(), readFileSync(journalPath()).subarray(0, length));
      const snapshot = await settled();
      expect(ids(snapshot)).toEqual(["b", "a"]);
      expect(snapshot.pendingOperations.map(({ resource }) => resource.urn)).toEqual([thing("c").urn]);
      expect(notices).toEqual([
        expect.stringContaining("A last record was cut off; it was never acknowledged."),
      ]);
      expect(kept()).toEqual([]);
    }
  });

  it("with a record that was changed is used up to there, kept, and explained", async () => {
    await diedRun();
    corrupt((lines) => {
      lines[2] = lines[2]?.replace("contents", "cOntents") ?? "";
    });
    const before = readFileSync(journalPath(), "utf8");
    const snapshot = await settled();
    expect(ids(snapshot)).toEqual(["a"]);
    // What was begun may exist, also what stands behind the damage.
    const pending = snapshot.pendingOperations.map(({ resource, type }) => `${type} ${resource.urn}`);
    expect(pending).toEqual([`creating ${thing("b").urn}`, `creating ${thing("c").urn}`]);
    const [copy] = kept();
    expect(readFileSync(join(dirname(journalPath()), copy ?? ""), "utf8")).toBe(before);
    expect(notices[0]).toContain("The rest of the journal is damaged");
    expect(notices[0]).toContain(copy);
    expect(notices[0]).toContain(thing("c").urn);
    expect(notices[0]).toContain("pulumi refresh");
  });

  it("with every single byte flipped gives a sound state or an explanation, and never throws", async () => {
    await diedRun();
    const whole = readFileSync(journalPath());
    const base = readFileSync(statePath());
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x11;
      writeFileSync(journalPath(), flipped);
      writeFileSync(statePath(), base);
      notices = [];
      const snapshot = await settled();
      expect(ids(snapshot)).toContain("a");
      expect(notices).toHaveLength(1);
      for (const name of kept()) rmSync(join(dirname(journalPath()), name));
    }
  });

  it("whose beginning is damaged is kept and explained; one that never acknowledged anything just goes", async () => {
    await diedRun();
    corrupt((lines) => {
      lines[0] = lines[0]?.replace("base", "bASE") ?? "";
    });
    expect(ids(await (await open()).load())).toEqual(["a"]);
    expect(notices[0]).toContain("damaged from its beginning");
    notices = [];
    expect(ids(await settled())).toEqual(["a"]);
    expect(notices[0]).toContain("damaged from its beginning");
    expect(kept()).toHaveLength(1);
    notices = [];
    writeFileSync(journalPath(), "0000");
    expect(ids(await settled())).toEqual(["a"]);
    expect(notices).toEqual([]);
  });

  it("of another release is kept", async () => {
    await diedRun();
    writeFileSync(journalPath(), "");
    writeFileSync(
      journalPath(),
      Buffer.concat(['{"journal":2}', '{"contents":[[1.5,null]]}'].map(frameRecord)),
    );
    await settled();
    expect(kept()).toHaveLength(1);
  });

  it("is kept where something else wrote the state since", async () => {
    await diedRun();
    const text = readFileSync(statePath(), "utf8");
    writeFileSync(statePath(), text.replace('"metadata":{}', '"metadata":{ }'));
    expect(ids(await (await open()).load())).toEqual(["a"]);
    expect(notices[0]).toContain("something else wrote the state since");
    expect(existsSync(journalPath())).toBe(true);
    notices = [];
    expect(ids(await settled())).toEqual(["a"]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(thing("b").urn);
    expect(kept()).toHaveLength(1);
    expect(existsSync(journalPath())).toBe(false);
  });

  it("waits beside a state that cannot be read, and counts once that is mended", async () => {
    await diedRun();
    const text = readFileSync(statePath());
    writeFileSync(statePath(), text.subarray(0, text.length - 9));
    const error = (await settled().catch((cause: unknown) => cause)) as UserError;
    expect(error.code).toBe("state-corrupt");
    expect(existsSync(journalPath())).toBe(true);
    writeFileSync(statePath(), text);
    expect(ids(await settled())).toEqual(["b", "c", "a"]);
  });

  it("is folded by `cancel`", async () => {
    await diedRun();
    await (await open()).breakLocks();
    expect(existsSync(journalPath())).toBe(false);
    expect(readFileSync(statePath(), "utf8")).toContain("::c");
  });
});

describe("a run that goes on", () => {
  it("is seen as far as it is durable", async () => {
    const store = await open();
    const lock = await store.lock();
    const journal = store.openJournal(startOf(await store.load()));
    await journal.append([begun(0, thing("a"))]);
    const reader = await open();
    expect((await reader.load()).pendingOperations).toHaveLength(1);
    await journal.append([created(0, thing("a"))]);
    expect(ids(await reader.load())).toEqual(["a"]);
    await journal.fold(await reader.load());
    await lock.release();
    expect(ids(await reader.load())).toEqual(["a"]);
    expect(existsSync(journalPath())).toBe(false);
  });

  it("ends where its lock is taken away, and what it did until then is not lost", async () => {
    const store = await open();
    const lock = await store.lock();
    const journal = store.openJournal(startOf(await store.load()));
    await journal.append([created(0, thing("a"))]);
    await (await open()).breakLocks();
    expect(existsSync(journalPath())).toBe(true);
    await expect(journal.append([created(1, thing("b"))])).rejects.toMatchObject({ code: "lock-lost" });
    await expect(journal.fold(await store.load())).rejects.toMatchObject({ code: "lock-lost" });
    await lock.release();
    expect(ids(await settled())).toEqual(["a", "b"]);
  });

  it("writes nothing in between where checkpoints are to be skipped", async () => {
    await open();
    const backend = await openFileBackend({ root: folder, env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
    const store = backend.stack(reference, base64Secrets);
    const journal = store.openJournal(startOf(await store.load()));
    await journal.append([created(0, thing("a"))]);
    expect(existsSync(journalPath())).toBe(false);
    expect(journal.idleMilliseconds).toBeUndefined();
    await journal.fold({ ...emptySnapshot(base64Secrets.record), manifest, resources: [thing("a")] });
    expect(ids(await store.load())).toEqual(["a"]);
  });
});

/** Only root may mount. */
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("a disk that is full", () => {
  const size = "size=160k";

  /** Runs on a small file system of its own. */
  async function onSmallDisk(work: () => Promise<void>): Promise<void> {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", size, "tmpfs", folder]);
    if (mounted.status !== 0) throw new Error(mounted.stderr.toString());
    try {
      await work();
    } finally {
      spawnSync("umount", ["-l", folder]);
    }
  }

  it("fails the next change, keeps all that was acknowledged, and lets the journal be folded later", async () => {
    await onSmallDisk(async () => {
      const store = await open();
      const lock = await store.lock();
      const journal = store.openJournal(startOf(await store.load()));
      let durable = 0;
      let failure: unknown;
      for (; failure === undefined; durable++) {
        const change = created(durable, thing(`t${durable}`, durable));
        await journal.append([change]).catch((error: unknown) => {
          failure = error;
        });
      }
      expect(failure).toMatchObject({ code: "disk-full" });
      const acknowledged = durable - 1;
      expect(acknowledged).toBeGreaterThan(20);
      await expect(journal.fold(await store.load())).rejects.toMatchObject({ code: "disk-full" });
      await lock.release();
      expect(notices.at(-1)).toContain("could not be folded into the state");
      expect(readdirSync(path("locks", "organization", "p", "dev")).length).toBeGreaterThan(0);
      expect(ids(await (await open()).load())).toHaveLength(acknowledged);
      spawnSync("mount", ["-o", "remount,size=4m", folder]);
      await (await open()).breakLocks();
      expect(ids(await settled())).toHaveLength(acknowledged);
      expect(existsSync(journalPath())).toBe(false);
    });
  });
});

describe("a journal that cannot be written", () => {
  const failing = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

  it("is cut back to what was acknowledged before the next record", async () => {
    let broken = false;
    const fileSystem: FileSystem = {
      ...realFileSystem,
      async openSynced(path, flags, mode) {
        const file = await realFileSystem.openSynced(path, flags, mode);
        return {
          async write(content, position) {
            if (!broken) return file.write(content, position);
            await file.write(content.subarray(0, Math.floor(content.length / 2)), position);
            throw failing("ENOSPC");
          },
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
        };
      },
    };
    const store = await open(fileSystem);
    const journal = store.openJournal(startOf(await store.load()));
    await journal.append([created(0, thing("a"))]);
    broken = true;
    await expect(journal.append([created(1, thing("b"))])).rejects.toMatchObject({ code: "disk-full" });
    broken = false;
    await journal.append([created(1, thing("c"))]);
    expect(ids(await store.load())).toEqual(["a", "c"]);
    expect(notices).toEqual([]);
  });

  it("says so where its folder may not be written to", async () => {
    const store = await open();
    const denied: FileSystem = {
      ...realFileSystem,
      mkdir: async () => {
        throw failing("EACCES");
      },
    };
    const journal = (await open(denied)).openJournal(startOf(await store.load()));
    const error = (await journal
      .append([created(0, thing("a"))])
      .catch((cause: unknown) => cause)) as UserError;
    expect(error.code).toBe("state-not-writable");
    expect(error.help).toContain("write permission");
  });

  it("does not become part of a state that may have been replaced", async () => {
    const store = await open();
    let syncs = true;
    const fileSystem: FileSystem = {
      ...realFileSystem,
      async open(file, flags, mode) {
        const handle = await realFileSystem.open(file, flags, mode);
        const isFolder = flags === "r" && String(file).endsWith(join("stacks", "p"));
        return isFolder && !syncs
          ? Object.assign(handle, { sync: () => Promise.reject(failing("EIO")) })
          : handle;
      },
    };
    const unsure = await open(fileSystem);
    const journal = unsure.openJournal(startOf(await store.load()));
    await journal.append([created(0, thing("a"))]);
    syncs = false;
    await expect(journal.fold(await store.load())).rejects.toMatchObject({ code: "state-not-writable" });
    await expect(journal.append([created(1, thing("b"))])).rejects.toMatchObject({
      code: "state-not-writable",
    });
    syncs = true;
    await journal.fold(await store.load());
    expect(ids(await settled())).toEqual(["a"]);
  });
});
