import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
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
  const [file] = VERSION_FILES.flatMap((name) => findAbove(directory, name) ?? []);
  if (file === undefined || !isOnPath("fnm", process.env["PATH"])) return;
  const version = readFileSync(file, "utf8").trim();
  printLine(`Setting Nodejs version to ${version}`, process);
  const use = ["use", version, "--install-if-missing"];
  const place = { cwd: directory, process };
  if (process.env["FNM_MULTISHELL_PATH"]) await runTool("fnm", use, place);
  // `fnm use` works in shells alone that it was set up for: in a container there is none.
  else await runTool("bash", ["-c", 'eval "$(fnm env --shell bash)"; fnm "$@"', "fnm", ...use], place);
  await runTool("fnm", ["alias", version, "default"], place);
}

function findAbove(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findAbove(parent, name);
}

function isOnPath(command: string, path = ""): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
