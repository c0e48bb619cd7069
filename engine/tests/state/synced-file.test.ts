import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSynced } from "../../src/state/synced-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "synced-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe.each(["linux", "darwin"] as const)("a synced file, opened as on %s", (platform) => {
  it("is written at the positions given, and cut off", async () => {
    const path = join(folder, "log");
    const file = await openSynced(path, "w", 0o600, platform);
    expect(await file.write(Buffer.from("hello "), 0)).toBe(6);
    expect(await file.write(Buffer.from("world!"), 6)).toBe(6);
    await file.truncate(11);
    await file.close();
    expect(await readFile(path, "utf8")).toBe("hello world");
  });

  it("is emptied with w, and kept with r+", async () => {
    const path = join(folder, "log");
    await writeFile(path, "before");
    const kept = await openSynced(path, "r+", 0o600, platform);
    await kept.write(Buffer.from("F"), 2);
    await kept.close();
    expect(await readFile(path, "utf8")).toBe("beFore");
    await (await openSynced(path, "w", 0o600, platform)).close();
    expect(await readFile(path, "utf8")).toBe("");
  });

  it("is not made with r+", async () => {
    await expect(openSynced(join(folder, "none"), "r+", 0o600, platform)).rejects.toMatchObject({
      code: "ENOENT",
    });
  });
});
