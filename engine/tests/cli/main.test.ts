import { describe, expect, it } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { findCommand } from "../../src/cli/find-command.ts";
import { main, reportError } from "../../src/cli/main.ts";
import { verbs } from "../../src/cli/verb-table.ts";
import { UserError } from "../../src/errors.ts";
import { testProcess } from "./test-process.ts";

async function run(...args: string[]) {
  const test = testProcess();
  const exitCode = await main(args, test.process);
  return { exitCode, stdout: test.stdout(), stderr: test.stderr() };
}

function command(words: string, aliases?: readonly string[]): Command {
  return {
    words: words.split(" "),
    ...(aliases === undefined ? {} : { aliases }),
    summary: words,
    flags: {},
    run: async () => 0,
  };
}

describe("main", () => {
  it("lists every verb, and the flags that all of them take", async () => {
    for (const args of [["--help"], ["help"], ["--color", "never", "--help"]]) {
      const { exitCode, stdout } = await run(...args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("destroy");
      expect(stdout).toContain("--verbose");
    }
  });

  it("shows help and fails where a command is missing", async () => {
    for (const [args, listed] of [
      [[], "destroy"],
      [["--color", "never"], "destroy"],
      [["state"], "state unprotect"],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect(exitCode).toBe(1);
      expect(stdout).toContain(listed);
      expect(stderr).toBe("");
    }
  });

  it("shows a verb's flags and examples", async () => {
    for (const args of [
      ["up", "--help"],
      ["help", "up"],
      ["up", "-h", "--stack", "dev"],
    ]) {
      const { exitCode, stdout } = await run(...args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("--skip-preview");
      expect(stdout).toContain("Examples:");
      expect(stdout).toContain("Global flags:");
    }
  });

  it("finds the same command of a verb in what it loads for one word as in all it has", async () => {
    const load = async (word?: string) => (await verbs["stack"]?.load(word)) ?? [];
    const all = await load();
    for (const { words, aliases = [] } of all) {
      for (const last of [words.at(-1) ?? "", ...aliases]) {
        const call = [...words.slice(0, -1), last];
        const { command, rest } = findCommand(await load(call[1]), [...call, "more"]);
        expect({ words: command.words, rest }, call.join(" ")).toEqual({ words, rest: ["more"] });
      }
    }
    expect((await load("output")).map(({ words }) => words)).toEqual([["stack", "output"]]);
    expect(await load("constructor")).toEqual(all);
  });

  it("names the nearest verb for one nobody knows", async () => {
    const { exitCode, stderr } = await run("destory");
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'error: unknown command "destory" for "pulumi"\n  help: did you mean pulumi destroy?\n',
    );
  });

  it("refuses a colour that there is not", async () => {
    const { exitCode, stderr } = await run("version", "--color", "vibrant grey");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error: unsupported color option: 'vibrant grey'.  Supported values are:");
  });

  it("points to the help where no verb is near", async () => {
    expect((await run("xyzzyplugh")).stderr).toContain("pulumi --help lists what there is");
  });

  it("refuses an unknown flag", async () => {
    const { exitCode, stderr } = await run("up", "--skip-previw");
    expect(exitCode).toBe(1);
    expect(stderr).toBe("error: unknown flag: --skip-previw\n  help: did you mean --skip-preview?\n");
  });

  it("refuses flags that would change what happens", async () => {
    const { exitCode, stderr } = await run("up", "--remote");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--remote is not supported");
  });

  it("takes other spellings of a verb", async () => {
    expect((await run("--stack", "dev", "update", "--remote")).stderr).toContain("--remote is not supported");
  });
});

describe("reportError", () => {
  it("prints a person's error without a stack", () => {
    const test = testProcess();
    expect(
      reportError(new UserError("x", "no such thing", { help: "make one", exitCode: 6 }), test.process),
    ).toBe(6);
    expect(test.stderr()).toBe("error: no such thing\n  help: make one\n");
  });

  it("prints where a bug happened", () => {
    const test = testProcess();
    expect(reportError(new Error("broken invariant"), test.process)).toBe(255);
    expect(test.stderr()).toContain("broken invariant");
    expect(reportError("text", test.process)).toBe(255);
  });
});

describe("findCommand", () => {
  const commands = [
    command("stack"),
    command("stack ls"),
    command("stack tag ls"),
    command("config get", ["show"]),
  ];

  it("takes the longest match and leaves the rest", () => {
    const { command: found, rest } = findCommand(commands, [
      "--cwd",
      "d",
      "stack",
      "-s",
      "x",
      "tag",
      "ls",
      "--json",
    ]);
    expect(found.summary).toBe("stack tag ls");
    expect(rest).toEqual(["--cwd", "d", "-s", "x", "--json"]);
  });

  it("leaves positionals alone that look like words further on", () => {
    expect(findCommand(commands, ["stack", "--show-urns", "ls"]).command.summary).toBe("stack");
  });

  it("knows aliases", () => {
    expect(findCommand(commands, ["config", "show", "k"]).rest).toEqual(["k"]);
  });

  it("names the nearest command", () => {
    expect(() => findCommand(commands, ["config", "gte"])).toThrow('unknown command "config gte"');
    expect(() => findCommand(commands, ["config"])).toThrow('unknown command "config"');
  });
});
