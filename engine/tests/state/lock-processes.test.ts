import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openFileBackend } from "../../src/state/file-backend.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const script = join(import.meta.dirname, "lock-in-a-loop.ts");

async function run(
  args: readonly string[],
): Promise<{ readonly signal: string | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<string | null>((settle) => child.on("exit", (_code, signal) => settle(signal)));
  return { stderr: await text(child.stderr), signal: await ended };
}

describe("the lock of a stack among processes", () => {
  it("lets only one of them in at a time, also after those that die with it in hand", async () => {
    const root = mkdtempSync(join(tmpdir(), "lock-processes-"));
    const backend = await openFileBackend({ root, env: {} });
    const store = await backend.create(
      { organization: "organization", project: "p", stack: "dev" },
      base64Secrets,
    );
    writeFileSync(join(root, "counter"), "0");
    const outcomes = await Promise.all([
      run([root, "15"]),
      run([root, "15"]),
      run([root, "15", "4"]),
      run([root, "15", "9"]),
    ]);
    expect(outcomes.map(({ stderr }) => stderr)).toEqual(["", "", "", ""]);
    expect(outcomes.map(({ signal }) => signal)).toEqual([null, null, "SIGKILL", "SIGKILL"]);
    expect(readFileSync(join(root, "counter"), "utf8")).toBe(String(15 + 15 + 5 + 10));
    // The last inside may be one that died: whoever comes next takes over from it.
    await (await store.lock()).release();
    expect(readdirSync(join(root, ".pulumi/locks/organization/p/dev"))).toEqual([]);
  });
});
