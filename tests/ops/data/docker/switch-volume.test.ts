import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { SWITCH } from "../../../../ops/data/docker/volume-work.ts";

function volume(): string {
  const folder = mkdtempSync(join(tmpdir(), "volume-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries({ one: "old", ".two": "old", three: "old" })) {
    writeFileSync(join(folder, file), text);
  }
  mkdirSync(join(folder, ".incoming", "data", "deep"), { recursive: true });
  for (const [file, text] of Object.entries({ one: "new", ".two": "new", "deep/four": "new" })) {
    writeFileSync(join(folder, ".incoming", "data", file), text);
  }
  return folder;
}

function contentOf(folder: string): { [file: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), "utf8")]),
  );
}

/** Runs the script and ends it before its command number `count`; true where it got to its end. */
function runUntil(folder: string, count: number): boolean {
  const trap = `left=${count}; trap '((left--)) || kill -9 $$' DEBUG`;
  return spawnSync("bash", ["-ec", `${trap}\n${SWITCH}`], { cwd: folder }).status === 0;
}

describe("switching a volume's content", () => {
  it("comes to the same end when it is broken off before any of its commands and run again", () => {
    const wanted = { one: "new", ".two": "new", four: "new" };
    let ended = false;
    for (let count = 1; !ended; count += 1) {
      const folder = volume();
      ended = runUntil(folder, count);
      execFileSync("bash", ["-ec", SWITCH], { cwd: folder });
      expect(contentOf(folder)).toEqual(wanted);
      expect(readdirSync(folder).sort()).toEqual([".two", "deep", "one"]);
      expect(count).toBeLessThan(100);
    }
  });
});
