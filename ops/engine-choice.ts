import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { firstLineOf, UserError } from "./errors.ts";
import { root } from "./paths.ts";

const execute = promisify(execFile);

/** Which engine runs the program. `root` is the folder whose `bin/pulumi` is started. */
export interface EngineChoice {
  readonly kind: "official" | "embedded";
  readonly root: string;
  readonly version: string;
  /** First line of every command's output. */
  readonly description: string;
}

/**
 * Chooses the engine: an official `pulumi` on PATH (or in PULUMI_HOME) unless the embedded one is asked for.
 *
 * @param wanted value of `--engine`: `auto`, `official` or `embedded`.
 * @throws UserError `engine-unknown`, `engine-not-found`.
 */
export async function chooseEngine(
  wanted: string,
  env: { readonly [name: string]: string | undefined },
): Promise<EngineChoice> {
  if (!["auto", "official", "embedded"].includes(wanted)) {
    throw new UserError("engine-unknown", `there is no engine called ${wanted}`, {
      help: "use --engine auto, --engine official or --engine embedded",
    });
  }
  const official = wanted === "embedded" ? undefined : findOfficial(env);
  if (official !== undefined) {
    const version = await versionOf(official);
    return {
      kind: "official",
      root: dirname(dirname(official)),
      version,
      description: `engine: official pulumi ${version} (${official})`,
    };
  }
  if (wanted === "official") {
    throw new UserError("engine-not-found", "there is no official pulumi on PATH or in PULUMI_HOME", {
      help: "install the Pulumi CLI, or leave --engine out to use the embedded engine",
    });
  }
  const embedded = join(root, "engine");
  const version = await versionOf(join(embedded, "bin", "pulumi"));
  return {
    kind: "embedded",
    root: embedded,
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

async function versionOf(executable: string): Promise<string> {
  try {
    const { stdout } = await execute(executable, ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return stdout.trim();
  } catch (error) {
    throw new UserError("engine-not-working", `${executable} does not run: ${firstLineOf(error)}`, {
      help: "mend that installation, or use --engine embedded",
      cause: error,
    });
  }
}
