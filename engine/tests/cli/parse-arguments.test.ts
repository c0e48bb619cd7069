import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flag } from "../../src/cli/command.ts";
import { parseArguments } from "../../src/cli/parse-arguments.ts";
import { UserError } from "../../src/errors.ts";

const flags: { readonly [name: string]: Flag } = {
  stack: { short: "s", value: "NAME", summary: "" },
  yes: { short: "y", summary: "" },
  target: { short: "t", value: "URN", multiple: true, summary: "" },
  "skip-preview": { short: "f", summary: "" },
  "attach-debugger": { value: "WHAT", bare: "program", summary: "" },
};

function problemOf(args: readonly string[]): UserError {
  try {
    parseArguments(args, flags, { plan: "there are no plans" });
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("expected a usage error");
}

describe("parseArguments", () => {
  it("reads flags, values and positionals in any order", () => {
    const parsed = parseArguments(["one", "--stack", "dev", "-yf", "two", "--target=a", "-t", "b"], flags);
    expect(parsed.positionals).toEqual(["one", "two"]);
    expect(parsed.flags).toEqual({ stack: "dev", yes: true, "skip-preview": true, target: ["a", "b"] });
  });

  it("takes everything after -- as it is", () => {
    expect(parseArguments(["set", "--", "--stack", "-1"], flags).positionals).toEqual([
      "set",
      "--stack",
      "-1",
    ]);
  });

  it("takes a value that looks like a flag, as the official CLI does", () => {
    expect(parseArguments(["--stack", "--yes"], flags).flags).toEqual({ stack: "--yes" });
  });

  it("reads a switch's value", () => {
    expect(parseArguments(["--yes=false", "--skip-preview=TRUE"], flags).flags).toEqual({
      yes: false,
      "skip-preview": true,
    });
    expect(problemOf(["--yes=perhaps"]).message).toContain('invalid argument "perhaps" for "--yes"');
  });

  it("takes a value that may be left out only after an equals sign", () => {
    const parsed = parseArguments(["--attach-debugger", "up"], flags);
    expect(parsed).toEqual({ positionals: ["up"], flags: { "attach-debugger": "program" } });
    expect(parseArguments(["--attach-debugger=all"], flags).flags).toEqual({ "attach-debugger": "all" });
  });

  it("reads a short flag with an equals sign", () => {
    expect(parseArguments(["-y=false", "-f=true"], flags).flags).toEqual({
      yes: false,
      "skip-preview": true,
    });
    expect(parseArguments(["--stack", "-y=false", "-t", "-f=1", "--", "-y=0"], flags)).toEqual({
      positionals: ["-y=0"],
      flags: { stack: "-y=false", target: ["-f=1"] },
    });
    expect(parseArguments(["-s=dev"], flags).flags).toEqual({ stack: "dev" });
    expect(parseArguments(["-sdev"], flags).flags).toEqual({ stack: "dev" });
  });

  it("names the nearest flag for one nobody knows, and exits with 2", () => {
    const problem = problemOf(["--skip-perview"]);
    expect(problem.message).toBe("unknown flag: --skip-perview");
    expect(problem.help).toBe("did you mean --skip-preview?");
    expect(problem.exitCode).toBe(1);
  });

  it("does not guess where nothing is near", () => {
    expect(problemOf(["--zzzzzzzzzz"]).help).toBeUndefined();
    expect(problemOf(["-q"]).message).toBe("unknown shorthand flag: 'q' in -q");
  });

  it("says why a flag of the official CLI is refused", () => {
    expect(problemOf(["--plan", "x"]).message).toBe("--plan is not supported: there are no plans");
  });

  it("misses a value at the end", () => {
    expect(problemOf(["--stack"]).message).toBe("flag needs an argument: --stack");
  });

  it("never takes names of Object's own members for flags", () => {
    expect(problemOf(["--constructor"]).message).toBe("unknown flag: --constructor");
  });

  it("either parses or gives a usage error, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("--stack", "-s", "-y", "--", "--yes=1"))),
        (args) => {
          try {
            parseArguments(args, flags);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
    );
  });
});
