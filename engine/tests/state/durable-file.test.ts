import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import {
  type FileSystem,
  keepCopy,
  readIfPresent,
  realFileSystem,
  removeIfPresent,
  writeDurably,
} from "../../src/state/durable-file.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, resourceState, type Snapshot } from "../../src/state/resource.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "durable-"));
});

function failing(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function snapshot(size: number): Snapshot {
  const resources = Array.from({ length: size }, (_, index) =>
    resourceState({ urn: `urn:pulumi:dev::p::t:m:R::${index}`, type: "t:m:R", custom: true, id: `${size}` }),
  );
  return { ...emptySnapshot(), manifest: newManifest(new Date(0)), resources };
}

/** The real file system, whose `count`-th call does what `fault` does, and every later one too. */
function faulty(
  count: number,
  fault: () => never,
): { readonly fileSystem: FileSystem; readonly calls: () => number } {
  let calls = 0;
  const guard =
    <Arguments extends unknown[], Result>(call: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      calls++;
      if (calls >= count) fault();
      return call(...args);
    };
  const fileSystem = {
    ...realFileSystem,
    rename: guard(realFileSystem.rename),
    unlink: guard(realFileSystem.unlink),
    link: guard(realFileSystem.link),
    copyFile: guard(realFileSystem.copyFile),
    open: guard(realFileSystem.open),
  } as FileSystem;
  return { fileSystem, calls: () => calls };
}

async function prepared(): Promise<void> {
  const backend = await openFileBackend({ root: folder, env: {} });
  const store = await backend.create(reference, base64Secrets);
  await store.save(snapshot(1));
}

async function loaded(): Promise<number> {
  const backend = await openFileBackend({ root: folder, env: {} });
  return (await backend.stack(reference, base64Secrets).load()).resources.length;
}

describe("saving a state", () => {
  it("that dies at any point leaves the old state or the new one", async () => {
    const outcomes: number[] = [];
    for (let point = 1; ; point++) {
      folder = mkdtempSync(join(tmpdir(), "durable-"));
      await prepared();
      const { fileSystem, calls } = faulty(point, () => {
        throw failing("EKILLED");
      });
      const backend = await openFileBackend({ root: folder, env: {}, fileSystem });
      await backend
        .stack(reference, base64Secrets)
        .save(snapshot(2))
        .catch(() => undefined);
      outcomes.push(await loaded());
      if (calls() < point) break;
    }
    expect(outcomes.length).toBeGreaterThan(8);
    expect(outcomes.toSorted()).toEqual(outcomes);
    expect(new Set(outcomes)).toEqual(new Set([1, 2]));
  });

  it("to a full disk keeps the old state, says so, and leaves nothing behind", async () => {
    await prepared();
    for (const code of ["ENOSPC", "EDQUOT"]) {
      const { fileSystem } = faulty(Number.POSITIVE_INFINITY, () => {
        throw failing(code);
      });
      const full: FileSystem = {
        ...fileSystem,
        async open(path, flags, mode) {
          const file = await realFileSystem.open(path, flags, mode);
          return Object.assign(file, { writeFile: () => Promise.reject(failing(code)) });
        },
      };
      const backend = await openFileBackend({ root: folder, env: {}, fileSystem: full });
      const error: unknown = await backend
        .stack(reference, base64Secrets)
        .save(snapshot(2))
        .catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: "disk-full" });
      expect((error as UserError).message).toContain("dev.json: no space left on the disk");
      expect((error as UserError).help).toContain("unchanged");
    }
    expect(await loaded()).toBe(1);
    expect(readdirSync(join(folder, ".pulumi/stacks/p")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("where the sidecar finds no room keeps the old state too", async () => {
    await prepared();
    const fileSystem: FileSystem = {
      ...realFileSystem,
      open: (path, flags, mode) =>
        String(path).includes(".attrs")
          ? Promise.reject(failing("ENOSPC"))
          : realFileSystem.open(path, flags, mode),
    };
    const backend = await openFileBackend({ root: folder, env: {}, fileSystem });
    await expect(backend.stack(reference, base64Secrets).save(snapshot(2))).rejects.toMatchObject({
      code: "disk-full",
    });
    expect(await loaded()).toBe(1);
    expect(readdirSync(join(folder, ".pulumi/stacks/p")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("by a process that is killed never tears the file", async () => {
    await prepared();
    const script = fileURLToPath(new URL("./save-in-a-loop.ts", import.meta.url));
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
      let saves = 0;
      await new Promise<void>((resolve) => {
        child.stdout.on("data", (data: Buffer) => {
          saves += data.length;
          if (saves > 7 + round * 5) child.kill("SIGKILL");
        });
        child.on("exit", () => resolve());
      });
      const backend = await openFileBackend({ root: folder, env: {} });
      const { resources } = await backend.stack(reference, base64Secrets).load();
      expect(resources[0]?.id).toBe(String(resources.length));
    }
  });
});

describe("writeDurably", () => {
  const failures = [
    ["EACCES", "state-not-writable", "write permission"],
    ["EROFS", "state-not-writable", "write permission"],
    ["EIO", "state-not-writable", "unchanged"],
  ] as const;
  it.each(failures)("turns %s into an error for people", async (code, expected, help) => {
    const { fileSystem } = faulty(1, () => {
      throw failing(code);
    });
    const error: unknown = await writeDurably(fileSystem, join(folder, "f"), "x").catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: expected });
    expect((error as UserError).help).toContain(help);
  });

  it("passes on what is no failure of the file system", async () => {
    const { fileSystem } = faulty(1, () => {
      throw new Error("a bug");
    });
    await expect(writeDurably(fileSystem, join(folder, "f"), "x")).rejects.toThrow("a bug");
  });

  it("says so where the rename fails", async () => {
    const path = join(folder, "f");
    mkdirSync(path);
    await expect(writeDurably(realFileSystem, path, "x")).rejects.toMatchObject({
      code: "state-not-writable",
    });
  });

  it("lives with a file system that cannot sync folders, but not with one that fails to", async () => {
    const withSync = (code: string): FileSystem => ({
      ...realFileSystem,
      async open(path, flags, mode) {
        const file = await realFileSystem.open(path, flags, mode);
        return flags === "r" ? Object.assign(file, { sync: () => Promise.reject(failing(code)) }) : file;
      },
    });
    await writeDurably(withSync("EINVAL"), join(folder, "f"), "x");
    expect(readFileSync(join(folder, "f"), "utf8")).toBe("x");
    await expect(writeDurably(withSync("EIO"), join(folder, "f"), "y")).rejects.toMatchObject({
      code: "state-not-writable",
    });
  });
});

describe("other files", () => {
  it("are copied where they cannot be linked", async () => {
    writeFileSync(join(folder, "a"), "x");
    const fileSystem: FileSystem = { ...realFileSystem, link: () => Promise.reject(failing("EPERM")) };
    await keepCopy(fileSystem, join(folder, "a"), join(folder, "b"));
    expect(readFileSync(join(folder, "b"), "utf8")).toBe("x");
    const broken: FileSystem = { ...fileSystem, copyFile: () => Promise.reject(failing("ENOSPC")) };
    await expect(keepCopy(broken, join(folder, "a"), join(folder, "b"))).rejects.toMatchObject({
      code: "disk-full",
    });
    await keepCopy(realFileSystem, join(folder, "none"), join(folder, "b"));
  });

  it("are read where they are there", async () => {
    writeFileSync(join(folder, "a"), "x");
    expect(await readIfPresent(realFileSystem, join(folder, "none"))).toBeUndefined();
    expect(await readIfPresent(realFileSystem, join(folder, "a", "b"))).toBeUndefined();
    await expect(readIfPresent(realFileSystem, folder)).rejects.toMatchObject({ code: "state-not-readable" });
    await expect(removeIfPresent(realFileSystem, folder)).rejects.toMatchObject({
      code: "state-not-writable",
    });
  });
});
