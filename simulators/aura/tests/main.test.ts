import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

function run(...options: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../main.ts"), ...options]);
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
  });
  const closed = once(child, "close").then(([code]) => code as number | null);
  return { child, text, closed };
}

describe("the command", () => {
  it("prints where it listens, and ends when it is told to", async () => {
    const { child, text, closed } = run("--auto-advance", "0");
    await expect.poll(() => text.stdout, { timeout: 20_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect((await fetch(`${text.stdout.trim()}/__sim/state`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await closed).toBe(0);
  });

  it("fails at the end where a request met no route", async () => {
    const { child, text, closed } = run();
    await expect.poll(() => text.stdout, { timeout: 20_000 }).not.toBe("");
    await fetch(`${text.stdout.trim()}/v2/instances`);
    child.kill("SIGINT");
    expect(await closed).toBe(1);
    expect(text.stderr).toContain("has no route for: GET /v2/instances");
  });

  it("explains itself where an option is wrong", async () => {
    const { text, closed } = run("--port", "any");
    expect(await closed).toBe(1);
    expect(text.stderr).toMatch(/^aura simulator: --port any is not a number\nusage: /);
  });
});
