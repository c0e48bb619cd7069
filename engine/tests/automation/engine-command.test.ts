import { join, resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineCommand, isEngineCommand } from "../../src/automation/index.ts";
import { type TestWorkspace, testWorkspace } from "./test-workspace.ts";

/** What the SDK calls, and its types leave out. */
interface RunsCommands {
  run(
    args: string[],
    cwd: string,
    env: object,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }>;
}

const here = engineCommand();

describe("the engine in the process of the Automation API", () => {
  let workspace: TestWorkspace;
  let executable: PulumiCommand;

  beforeEach(async () => {
    workspace = await testWorkspace();
    executable = await PulumiCommand.get({ root: resolve(import.meta.dirname, "../..") });
    workspace.program("exports.answer = 42;");
  });
  afterEach(() => workspace.remove());

  function run(command: PulumiCommand, line: string, signal?: AbortSignal) {
    const heard = { output: "", error: "" };
    const { run } = command as unknown as RunsCommands;
    const outcome = run.call(
      command,
      line.split(" "),
      join(workspace.folder, "program"),
      { ...workspace.inline.envVars },
      (text) => (heard.output += text),
      (text) => (heard.error += text),
      signal,
    );
    return outcome.then(
      (result) => ({ result: { ...result }, heard }),
      (error: Error) => ({ error: { name: error.name, message: error.message }, heard }),
    );
  }

  it("is the executable by name and version, and known from it", () => {
    expect(here.command).toBe(executable.command);
    expect(here.version).toEqual(executable.version);
    expect([here, executable].map(isEngineCommand)).toEqual([true, false]);
  });

  it("prints and ends as the executable does, whether it succeeds or fails", async () => {
    await run(here, "stack init dev");
    for (const line of [
      "stack ls --json",
      "config get none --stack dev",
      "stack select other",
      "stack init dev",
      "up --stack dev --no-such-flag",
      "frobnicate",
    ]) {
      expect(await run(here, line), line).toEqual(await run(executable, line));
    }
  });

  it("updates in a folder of its own, and stops gracefully when it is told to", async () => {
    await run(here, "stack init dev");
    expect(await run(here, "up --stack dev --yes --skip-preview")).toMatchObject({
      heard: { output: expect.stringContaining("answer: 42") },
    });
    const stopped = await run(here, "up --stack dev --yes --skip-preview", AbortSignal.abort());
    expect(stopped).toMatchObject({ error: { name: "CommandError" } });
    expect(await run(here, "stack output answer --stack dev --json")).toMatchObject({
      result: { stdout: "42", stderr: "", code: 0 },
    });
  });
});
