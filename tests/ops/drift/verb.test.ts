import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../ops/main.ts";
import { captureOutput } from "../output.ts";

// What was brought up from this checkout is none of the tests' business.
beforeEach(() => {
  const state = mkdtempSync(join(tmpdir(), "drift-state-"));
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  return () => {
    vi.unstubAllEnvs();
    rmSync(state, { recursive: true });
  };
});

async function drift(...args: string[]) {
  const output = captureOutput();
  return { code: await main(["drift", ...args, "--engine", "embedded"], output), output };
}

describe("./infra drift", () => {
  it.each([
    ["acept", "did you mean accept?"],
    ["nothing", "the answers are revert, accept and ignore"],
  ])("refuses the answer %s before it looks at anything", async (word, help) => {
    const { code, output } = await drift("cloud", word, "d-0a1b2c3d");
    expect(code).toBe(2);
    expect(output.err()).toContain(`drift has no answer called ${word}`);
    expect(output.err()).toContain(help);
    expect(output.err()).not.toContain("comparing");
  });

  it.each([
    [[], "ignore needs --until DATE"],
    [["--until", "2027-01-31"], "ignore needs --reason TEXT"],
    [["--until", "2026-01-31", "--reason", "load test"], "--until 2026-01-31 is past"],
  ])("refuses to ignore with %o before it looks at anything", async (flags, message) => {
    const { code, output } = await drift("cloud", "ignore", "d-0a1b2c3d", ...flags);
    expect(code).toBe(2);
    expect(output.err()).toContain(message);
    expect(output.err()).not.toContain("nothing deployed");
  });

  it("says that nothing can drift of a stack that is not up, whatever is asked", async () => {
    for (const answer of [[], ["revert", "--all"]]) {
      const { code, output } = await drift("cloud", ...answer);
      expect(code).toBe(1);
      expect(output.err()).toContain("stack cloud has nothing deployed, so nothing can drift");
      expect(output.err()).toContain("./infra up cloud");
      expect(output.out()).toBe("");
    }
  });
});
