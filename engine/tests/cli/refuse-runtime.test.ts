import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { testProcess } from "./test-process.ts";
import { CommandLine } from "./verbs/command-line.ts";

describe("a program in another language", () => {
  let line: CommandLine;

  beforeEach(async () => {
    line = new CommandLine();
    line.write("Pulumi.yaml", "name: corpus\nruntime: go\n");
    await line.run("stack init dev");
  });
  afterEach(() => rmSync(line.folder, { recursive: true, force: true }));

  async function run(verb: string) {
    const test = testProcess({ cwd: line.project, env: line.env });
    const exitCode = await main([verb], test.process);
    return { exitCode, stdout: test.stdout(), stderr: test.stderr() };
  }

  it("is said not to be run, and what it needs not to be installed", async () => {
    const { exitCode, stdout } = await run("preview");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("error: the program's runtime 'go' is not supported");
    expect((await run("install")).stderr).toContain("error: the program's runtime 'go' is not supported");
  });
});
