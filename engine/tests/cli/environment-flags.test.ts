import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Flag } from "../../src/cli/command.ts";
import { withEnvironmentFlags } from "../../src/cli/environment-flags.ts";
import { main } from "../../src/cli/main.ts";
import { parseArguments } from "../../src/cli/parse-arguments.ts";
import { testProcess } from "./test-process.ts";

const flags: { readonly [name: string]: Flag } = {
  stack: { short: "s", value: "NAME", summary: "" },
  refresh: { short: "r", summary: "" },
  "skip-preview": { short: "f", summary: "" },
  target: { short: "t", value: "URN", multiple: true, summary: "" },
};

function flagsOf(args: readonly string[], env: { readonly [name: string]: string }) {
  return withEnvironmentFlags(parseArguments(args, flags), flags, env).flags;
}

describe("flags from the environment", () => {
  it("stand in for those that were not given", () => {
    const env = {
      PULUMI_OPTION_STACK: "dev",
      PULUMI_OPTION_SKIP_PREVIEW: "1",
      PULUMI_OPTION_UNKNOWN: "x",
      PULUMI_OPTION_HELP: "true",
    };
    expect(flagsOf([], env)).toEqual({ stack: "dev", "skip-preview": true });
    expect(flagsOf(["-s", "test", "--skip-preview=false"], env)).toEqual({
      stack: "test",
      "skip-preview": false,
    });
  });

  it("turn switches on and off, or do nothing", () => {
    expect(flagsOf([], { PULUMI_OPTION_REFRESH: "TRUE" })).toEqual({ refresh: true });
    expect(flagsOf([], { PULUMI_OPTION_REFRESH: "0" })).toEqual({ refresh: false });
    expect(flagsOf([], { PULUMI_OPTION_REFRESH: "perhaps" })).toEqual({});
  });

  it("hold lists with commas, which the command line adds to", () => {
    expect(flagsOf([], { PULUMI_OPTION_TARGET: "foo" })).toEqual({ target: ["foo"] });
    expect(flagsOf([], { PULUMI_OPTION_TARGET: "foo,bar,baz" })).toEqual({ target: ["foo", "bar", "baz"] });
    expect(flagsOf([], { PULUMI_OPTION_TARGET: '"a=foo,bar","say ""hi""",' })).toEqual({
      target: ["a=foo,bar", 'say "hi"', ""],
    });
    expect(flagsOf([], { PULUMI_OPTION_TARGET: 'a="b",c' })).toEqual({ target: ['a="b",c'] });
    expect(flagsOf(["-t", "own"], { PULUMI_OPTION_TARGET: "foo" })).toEqual({ target: ["foo", "own"] });
    expect(flagsOf([], { PULUMI_OPTION_TARGET: "" })).toEqual({ target: [] });
  });

  it("reach every command", async () => {
    const folder = mkdtempSync(join(tmpdir(), "environment-flags-"));
    const env = {
      PULUMI_HOME: folder,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_OPTION_JSON: "true",
      PULUMI_OPTION_ALL: "true",
    };
    const test = testProcess({ cwd: folder, env });
    expect(await main(["stack", "ls"], test.process)).toBe(0);
    expect(test.stdout()).toBe("[]\n");
  });
});
