import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Boundary } from "./boundaries.ts";
import { formsOf } from "./canary.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "canary-run.ts");
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "crash-compile-cache") };
const forms = formsOf("CANARY7f3a");

/** Runs until it is killed; gives what it printed. */
async function runCanary(root: string, killAt = ""): Promise<string> {
  return run(process.execPath, [script, root, killAt], { env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr, signal }) => {
      if (signal !== "SIGKILL") throw new Error(String(stderr));
      return String(stdout) + String(stderr);
    },
  );
}

/** Files of the backend that hold the canary in any form. */
function leaksIn(root: string): readonly string[] {
  const files = readdirSync(join(root, "state"), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => {
      const content = readFileSync(file, "latin1");
      return forms.some((form) => content.includes(form));
    });
}

describe("a secret", () => {
  it("stands in clear in no byte that is written or printed, wherever the run is killed", {
    timeout: 600_000,
  }, async () => {
    const whole = mkdtempSync(join(tmpdir(), "canary-"));
    const printed = await runCanary(whole);
    const { passed } = JSON.parse(printed) as { passed: readonly Boundary[] };
    expect(forms.filter((form) => printed.includes(form))).toEqual([]);
    expect(leaksIn(whole)).toEqual([]);
    expect(readFileSync(join(whole, "state/.pulumi/stacks/proj/test.json"), "utf8")).toContain(
      '"ciphertext"',
    );
    const points = [...new Set(passed)].map((boundary) => passed.lastIndexOf(boundary));
    for (const point of points) {
      const root = mkdtempSync(join(tmpdir(), "canary-"));
      const output = await runCanary(root, String(point));
      expect(forms.filter((form) => output.includes(form))).toEqual([]);
      expect(leaksIn(root)).toEqual([]);
      // And again after the next run has taken it over.
      await runCanary(root);
      expect(leaksIn(root)).toEqual([]);
      rmSync(root, { recursive: true });
    }
    rmSync(whole, { recursive: true });
  });

  it("would be seen: the cloud's own files hold it", async () => {
    const root = mkdtempSync(join(tmpdir(), "canary-"));
    await runCanary(root);
    const objects = readdirSync(join(root, "cloud")).map((name) =>
      readFileSync(join(root, "cloud", name), "utf8"),
    );
    expect(objects.some((text) => forms.some((form) => text.includes(form)))).toBe(true);
  });
});
