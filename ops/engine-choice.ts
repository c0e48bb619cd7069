import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { engineCommand } from "@trials/engine/automation";
import { firstLineOf, UserError } from "./errors.ts";
import { root } from "./paths.ts";

/** Which engine runs the program. */
export interface EngineChoice {
  readonly kind: "official" | "embedded";
  /**
   * What runs the Automation API's commands: an executable that was asked for its version once, for each start costs
   * time; or the embedded engine, in this process.
   */
  readonly command: PulumiCommand;
  readonly version: string;
  /** First line of every command's output. */
  readonly description: string;
}

/**
 * Chooses the engine: an official `pulumi` on PATH (or in PULUMI_HOME) unless the embedded one is asked for.
 *
 * @param wanted value of `--engine`: `auto`, `official` or `embedded`.
 * @throws UserError `usage`, `engine-not-found`.
 */
export async function chooseEngine(
  wanted: string,
  env: { readonly [name: string]: string | undefined },
): Promise<EngineChoice> {
  if (!["auto", "official", "embedded"].includes(wanted)) {
    throw new UserError("usage", `there is no engine called ${wanted}`, {
      help: "use --engine auto, --engine official or --engine embedded",
    });
  }
  const official = wanted === "embedded" ? undefined : findOfficial(env);
  if (official !== undefined) {
    const started = await startedAs(dirname(dirname(official)));
    return {
      kind: "official",
      ...started,
      description: `engine: official pulumi ${started.version} (${official})`,
    };
  }
  if (wanted === "official") {
    throw new UserError("engine-not-found", "there is no official pulumi on PATH or in PULUMI_HOME", {
      help: "install the Pulumi CLI, or leave --engine out to use the embedded engine",
    });
  }
  const command = engineCommand();
  const version = versionOf(command);
  return {
    kind: "embedded",
    command,
    version,
    description: `engine: embedded, answering as pulumi ${version}`,
  };
}

function findOfficial(env: { readonly [name: string]: string | undefined }): string | undefined {
  const home = env["PULUMI_HOME"];
  const folders = [
    ...(home === undefined ? [] : [join(home, "bin")]),
    ...(env["PATH"] ?? "").split(delimiter),
  ];
  return folders
    .filter((folder) => folder !== "" && folder.endsWith("bin") && !folder.startsWith(root))
    .map((folder) => join(folder, "pulumi"))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Asks the executable in `bin` of a folder for its version. */
async function startedAs(folder: string): Promise<Pick<EngineChoice, "command" | "version">> {
  try {
    const command = await PulumiCommand.get({ root: folder });
    return { command, version: versionOf(command) };
  } catch (error) {
    throw new UserError(
      "engine-not-working",
      `${join(folder, "bin", "pulumi")} does not run: ${firstLineOf(error)}`,
      {
        help: "mend that installation, or use --engine embedded",
        cause: error,
      },
    );
  }
}

function versionOf({ version }: PulumiCommand): string {
  return `v${version ?? "unknown"}`;
}
