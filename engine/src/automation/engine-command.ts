import { delimiter, dirname, resolve } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import semver from "semver";
import { PULUMI_VERSION } from "../version.ts";
import { type CommandResult, commandError, commandResult } from "./command-result.ts";
import { type CommandLineOptions, runCommandLine } from "./run-command-line.ts";

/** The executable of the same engine, for whoever wants a process. */
const EXECUTABLE = resolve(import.meta.dirname, "../../bin/pulumi");

/**
 * The engine as the Automation API's `pulumiCommand`: each command runs in this process, where the executable would be
 * started, load itself and derive its key anew. What it prints, how it ends and the errors that come of it are the same.
 */
export function engineCommand(): PulumiCommand {
  return new EngineCommand();
}

/** Whether a workspace's commands run in this process, which then has to hand signals on. */
export function isEngineCommand(command: PulumiCommand): boolean {
  return command instanceof EngineCommand;
}

class EngineCommand implements PulumiCommand {
  readonly command = EXECUTABLE;
  readonly version = semver.parse(PULUMI_VERSION);

  /**
   * Called by the SDK, as the method of its own class that its types do not show.
   * @throws CommandError of the SDK when the command does not end with 0.
   */
  async run(
    args: readonly string[],
    cwd: string,
    environment: CommandLineOptions["env"],
    onOutput?: CommandLineOptions["onOutput"],
    onError?: CommandLineOptions["onError"],
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    const words = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
    const outcome = await runCommandLine(words, {
      cwd,
      env: executableEnvironment(environment),
      ...(onOutput && { onOutput }),
      ...(onError && { onError }),
      ...(signal && { signal }),
    });
    if (outcome.exitCode !== 0) throw commandError([EXECUTABLE, ...words].join(" "), outcome);
    return commandResult(outcome);
  }
}

/** What the executable would be started with: plugins and programs find it on their PATH. */
function executableEnvironment(environment: CommandLineOptions["env"]): CommandLineOptions["env"] {
  const path = environment["PATH"] ?? process.env["PATH"];
  return {
    ...process.env,
    ...environment,
    PATH: [dirname(EXECUTABLE), path].join(delimiter),
    PULUMI_AUTOMATION_API: "true",
  };
}
