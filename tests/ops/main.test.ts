import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wantedAnswer } from "../../ops/confirm.ts";
import { main } from "../../ops/main.ts";
import { root } from "../../ops/paths.ts";
import { captureOutput } from "./output.ts";

async function run(...argv: string[]) {
  const output = captureOutput();
  return { code: await main(argv, output), out: output.out(), err: output.err() };
}

describe("main", () => {
  it("lists the commands", async () => {
    for (const argv of [[], ["help"], ["--help"], ["-h"]]) {
      expect(await run(...argv)).toMatchObject({ code: 0, out: expect.stringContaining("./infra up STACK") });
    }
  });

  it("shows the page of a command", async () => {
    const { code, out } = await run("destroy", "--help");
    expect(code).toBe(0);
    expect(out).toContain("--yes, -y");
    expect(out).toMatch(/EXIT CODES\n {2}0 +done\n {2}1 +failed\n {2}2 +wrong usage\n {2}130 +interrupted\n/);
  });

  it("suggests the nearest command", async () => {
    expect(await run("destory", "dev")).toEqual({
      code: 2,
      out: "",
      err: "error: there is no command called destory\n  help: did you mean ./infra destroy?\n",
    });
    expect((await run("frobnicate")).err).toContain("help: ./infra --help lists them");
    expect((await run("constructor")).code).toBe(2);
  });

  it("suggests the nearest flag", async () => {
    const { code, err } = await run("destroy", "dev", "--with-date");
    expect(code).toBe(2);
    expect(err).toBe("error: there is no flag --with-date\n  help: did you mean --with-data?\n");
    expect((await run("up", "dev", "--frobnicate")).err).toContain("help: --help lists them");
    expect((await run("up", "dev", "-x")).err).toContain("there is no flag -x");
  });

  it("says what a command needs, and what it does not take", async () => {
    expect((await run("up")).err).toBe(
      "error: up needs STACK\n  help: ./infra up --help shows what it takes\n",
    );
    expect((await run("up", "dev", "test")).err).toContain('error: up does not take "test"');
    expect((await run("up", "dev", "--engine")).err).toContain("--engine <value>' argument missing");
  });

  it("names the trail of a command that fails, with what it was asked and why it ended", async () => {
    const { code, err } = await run("outputs", "nowhere", "--engine", "embedded");
    expect(code).toBe(1);
    const file = join(root, /what was done and what was not: (\S+)$/m.exec(err)?.[1] ?? "");
    expect(existsSync(file)).toBe(true);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: "command", verb: "outputs", args: ["nowhere", "--engine", "embedded"] },
      { kind: "end", exitCode: 1, error: expect.stringContaining("nowhere"), unfinished: [], notBegun: [] },
    ]);
    rmSync(file);
  });

  it("ends with 130 where it was interrupted", async () => {
    const output = captureOutput();
    output.interrupt();
    expect(await main(["outputs", "nowhere", "--engine", "embedded"], output)).toBe(130);
  });
});

describe("wantedAnswer", () => {
  it("is yes on a machine's own stack", () => {
    expect(wantedAnswer("dev").hint).toBe("[yes/no]");
    expect(wantedAnswer(undefined).isGiven(" YES ")).toBe(true);
    expect(wantedAnswer("test").isGiven("test")).toBe(false);
  });

  it("is the name of a stack that people share", () => {
    const wanted = wantedAnswer("cloud");
    expect(wanted.hint).toBe("Type cloud to go on:");
    expect([wanted.isGiven("yes"), wanted.isGiven("cloud\n")]).toEqual([false, true]);
  });
});
