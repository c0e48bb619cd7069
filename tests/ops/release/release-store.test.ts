import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Disk, fileDisk } from "../../../ops/release/disk.ts";
import { FileReleaseStore } from "../../../ops/release/file-release-store.ts";
import { verifyReleases } from "../../../ops/release/verify-releases.ts";
import { checkpointOf, draftAt } from "./example-release.ts";

let folder: string;
let store: FileReleaseStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "releases-"));
  store = new FileReleaseStore({ folder, stack: "dev" });
});

const stateOf = (minute: number) => checkpointOf({ gateway: { weight: minute } });
const record = (number: number) => join(folder, `${String(number).padStart(6, "0")}.json`);

async function fill(count: number): Promise<void> {
  for (let minute = 1; minute <= count; minute++) await store.append(draftAt(minute), stateOf(minute));
}

describe("the releases of a stack", () => {
  it("are numbered from one, each with the hash of the one before, and give their checkpoints back", async () => {
    await fill(3);
    const [first, second, third] = (await store.list()).map((entry) =>
      "release" in entry ? entry.release : undefined,
    );
    expect(first).toMatchObject({ number: 1, previous: null });
    expect(second).toMatchObject({ number: 2, previous: first?.hash });
    expect(third).toEqual(await store.newest());
    expect(await store.checkpoint(await store.get(2))).toEqual(stateOf(2));
    expect(await verifyReleases(store)).toEqual({ releases: 3, checkpoints: 3 });
  });

  it("know an update that is recorded already", async () => {
    await fill(2);
    const belated = draftAt(2, { cause: { kind: "recovered" } });
    expect(await store.append(belated, stateOf(2))).toEqual(await store.get(2));
    expect(await store.list()).toHaveLength(2);
  });

  it("keep two updates of one second apart, each recorded by who made it", async () => {
    await fill(2);
    expect(await store.append(draftAt(2), stateOf(2))).toMatchObject({ number: 3 });
    expect(await verifyReleases(store)).toEqual({ releases: 3, checkpoints: 3 });
  });

  it("are never overwritten by writers at the same time", async () => {
    const minutes = Array.from({ length: 12 }, (_, index) => index + 1);
    const made = await Promise.all(minutes.map((minute) => store.append(draftAt(minute), stateOf(minute))));
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(minutes);
    expect(await verifyReleases(store)).toEqual({ releases: 12, checkpoints: 12 });
  });

  it("say which there are when one is asked for that is not", async () => {
    await expect(store.get(1)).rejects.toThrow("stack dev has no releases yet");
    await fill(4);
    rmSync(record(2));
    await expect(store.get(9)).rejects.toThrow("stack dev has no release 9; there are 1, 3 to 4");
  });

  it("say what is wrong with a damaged record, and add nothing after it", async () => {
    await fill(2);
    writeFileSync(record(2), readFileSync(record(2), "utf8").slice(0, 300));
    await expect(store.append(draftAt(3), stateOf(3))).rejects.toThrow(
      "record of release 2 of dev is not JSON",
    );
    writeFileSync(record(2), JSON.stringify({ format: 2 }));
    await expect(store.get(2)).rejects.toThrow("has format 2, which only a newer version");
    writeFileSync(record(2), readFileSync(record(1)));
    await expect(store.newest()).rejects.toThrow("says that it is release 1");
  });

  it("say that a checkpoint is gone, or was changed", async () => {
    await fill(2);
    const release = await store.get(1);
    const file = join(folder, "checkpoints", `${release.checkpoint.sha256}.json`);
    writeFileSync(file, readFileSync(file, "utf8").replace('"weight":1', '"weight":2'));
    await expect(store.checkpoint(release)).rejects.toThrow("has been changed: its hash is another");
    await store.removeCheckpoint(release);
    await expect(store.checkpoint(release)).rejects.toThrow("is gone: only those of the newest");
  });

  it("keep one salt, and files that only their owner reads", async () => {
    const salts = await Promise.all([store.fingerprintSalt(), store.fingerprintSalt()]);
    expect(salts[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(salts[1]).toBe(salts[0]);
  });
});

describe("a verification", () => {
  /** Every leaf of a record, by path. */
  function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  }

  function tamper(text: string, path: readonly string[]): string {
    const whole = JSON.parse(text) as { [key: string]: unknown };
    const last = path.at(-1) ?? "";
    const holder = path.slice(0, -1).reduce((part, key) => part[key] as typeof whole, whole);
    const value = holder[last];
    holder[last] =
      typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}x`;
    return JSON.stringify(whole);
  }

  it("finds any field of any record that was changed, and names the release", async () => {
    await fill(3);
    const original = readFileSync(record(2), "utf8");
    const paths = leaves(JSON.parse(original));
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths) {
      writeFileSync(record(2), tamper(original, path));
      expect((await verifyReleases(store)).problem?.number, path.join(".")).toBe(2);
    }
  });

  it("finds a record that was replaced as a whole, taken out, or added to", async () => {
    await fill(4);
    const other = new FileReleaseStore({ folder: mkdtempSync(join(tmpdir(), "releases-")), stack: "dev" });
    await other.append(draftAt(50), stateOf(50));
    await other.append(draftAt(51), stateOf(51));
    const original = readFileSync(record(2), "utf8");
    writeFileSync(record(2), readFileSync(join(other.location, "000002.json")));
    expect((await verifyReleases(store)).problem).toEqual({
      number: 2,
      message: "it does not follow release 1: one of the two was replaced",
    });
    rmSync(record(2));
    expect((await verifyReleases(store)).problem).toEqual({
      number: 3,
      message: "the record of release 2, which comes before, is missing",
    });
    writeFileSync(record(2), original);
    writeFileSync(record(1), readFileSync(join(other.location, "000001.json")));
    expect((await verifyReleases(store)).problem?.number).toBe(1);
  });

  it("finds a checkpoint that is missing or changed", async () => {
    await fill(2);
    const { checkpoint } = await store.get(2);
    const file = join(folder, "checkpoints", `${checkpoint.sha256}.json`);
    writeFileSync(file, "{}");
    expect((await verifyReleases(store)).problem?.message).toContain("has been changed");
    rmSync(file);
    expect((await verifyReleases(store)).problem?.message).toContain("its checkpoint is missing");
  });

  it("holds for every chain that was only appended to", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ message: fc.string(), schemas: schemas() }), { maxLength: 8 }),
        async (parts) => {
          const place = mkdtempSync(join(tmpdir(), "releases-"));
          const chain = new FileReleaseStore({ folder: place, stack: "dev" });
          for (const [minute, part] of parts.entries())
            await chain.append(draftAt(minute, part), stateOf(minute));
          expect(await verifyReleases(chain)).toEqual({ releases: parts.length, checkpoints: parts.length });
          rmSync(place, { recursive: true });
        },
      ),
      { numRuns: 25, examples: [[[{ message: "", schemas: { ["__proto__"]: "1" } }]]] },
    );
  });
});

function schemas() {
  return fc.dictionary(fc.string(), fc.string({ minLength: 1 }));
}

describe("a writer that is killed", () => {
  /** A disk whose machine is switched off before the n-th change. */
  function failingAfter(changes: number): Disk {
    let left = changes;
    const step = () => {
      if (left-- <= 0) throw new Error("killed");
    };
    return {
      ...fileDisk,
      write: (path, text) =>
        Promise.resolve()
          .then(step)
          .then(() => fileDisk.write(path, text)),
      create: (path, text) =>
        Promise.resolve()
          .then(step)
          .then(() => fileDisk.create(path, text)),
      remove: (path) =>
        Promise.resolve()
          .then(step)
          .then(() => fileDisk.remove(path)),
    };
  }

  it("leaves a chain that holds, before any of its writes, and the next goes on", async () => {
    await fill(2);
    for (const changes of [0, 1]) {
      const dying = new FileReleaseStore({ folder, stack: "dev", disk: failingAfter(changes) });
      await expect(dying.append(draftAt(3), stateOf(3))).rejects.toThrow("killed");
      expect(await verifyReleases(store)).toEqual({ releases: 2, checkpoints: 2 });
    }
    expect((await store.append(draftAt(3), stateOf(3))).number).toBe(3);
    expect(await verifyReleases(store)).toEqual({ releases: 3, checkpoints: 3 });
  });

  it("leaves no half of a record, whenever it is killed", async () => {
    const script = `
      import { FileReleaseStore } from "${import.meta.resolve("../../../ops/release/file-release-store.ts")}";
      import { checkpointOf, draftAt } from "${import.meta.resolve("./example-release.ts")}";
      const store = new FileReleaseStore({ folder: ${JSON.stringify(folder)}, stack: "dev" });
      for (let minute = Number(process.argv[1]); ; minute++) {
        const { number } = await store.append(draftAt(minute), checkpointOf({ gateway: { minute } }));
        console.log(number);
      }`;
    for (let round = 1; round <= 3; round++) {
      const writer = spawn(process.execPath, ["--input-type=module", "--eval", script, `${round * 10_000}`]);
      let said = "";
      for await (const chunk of writer.stdout) {
        said += String(chunk);
        if (said.split("\n").length > 5 * round) break;
      }
      writer.kill("SIGKILL");
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
      const found = await verifyReleases(store);
      expect(found.problem).toBeUndefined();
      expect(found.releases).toBeGreaterThan(5 * round - 1);
    }
    expect(
      readdirSync(folder).filter((name) => name.endsWith(".json") && !/^\d{6}\.json$/.test(name)),
    ).toEqual([]);
  });
});

describe("what is intended", () => {
  it("is there until it is cleared, whatever else lies in the folder", async () => {
    const { by, message, engine, cause, dataSnapshots, at } = draftAt(1);
    const intent = { id: crypto.randomUUID(), pid: 1, at, by, message, engine, cause, dataSnapshots };
    expect(await store.intents()).toEqual([]);
    await store.writeIntent(intent);
    writeFileSync(join(folder, "intents", "foreign.json"), "{}");
    writeFileSync(join(folder, "intents", "torn.json"), '{"id":');
    expect(await store.intents()).toEqual([intent]);
    await store.clearIntent(intent.id);
    expect(await store.intents()).toEqual([]);
  });
});
