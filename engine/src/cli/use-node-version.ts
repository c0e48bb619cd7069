import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ancestors } from "../ancestors.ts";
import { findOnPath } from "../find-on-path.ts";
import type { CommandProcess } from "./command.ts";
import { printLine } from "./print-json.ts";
import { runTool } from "./run-tool.ts";

/** The first that is found, in the program's folder or above it, holds. */
const VERSION_FILES = [".nvmrc", ".node-version"];

/**
 * Has fnm take the version of Node that the program asks for, and make it the default one; without fnm or such a
 * version nothing happens. @throws UserError `command-failed`.
 */
export async function useNodeVersion(directory: string, process: CommandProcess): Promise<void> {
  const candidates = VERSION_FILES.flatMap((name) =>
    ancestors(directory).map((folder) => join(folder, name)),
  );
  const file = candidates.find((path) => existsSync(path));
  if (file === undefined || (await findOnPath("fnm", process.env["PATH"])) === undefined) return;
  const version = readFileSync(file, "utf8").trim();
  printLine(`Setting Nodejs version to ${version}`, process);
  const use = ["use", version, "--install-if-missing"];
  const place = { cwd: directory, process };
  if (process.env["FNM_MULTISHELL_PATH"]) await runTool("fnm", use, place);
  // `fnm use` works in shells alone that it was set up for: in a container there is none.
  else await runTool("bash", ["-c", 'eval "$(fnm env --shell bash)"; fnm "$@"', "fnm", ...use], place);
  await runTool("fnm", ["alias", version, "default"], place);
}
