import { existsSync } from "node:fs";
import { join } from "node:path";
import { ancestors } from "../ancestors.ts";
import { UserError } from "../errors.ts";
import type { CommandProcess } from "./command.ts";
import { installArgs, packageManagerOf } from "./package-manager.ts";
import { printLine } from "./print-json.ts";
import { runTool } from "./run-tool.ts";

export interface Dependencies {
  /** The program's folder, or one below the folder of its package.json. */
  readonly directory: string;
  /** As Pulumi.yaml names it; auto goes by the lock file. */
  readonly manager: string;
}

/** Installs what a Node program depends on, with the package manager it is written for. @throws UserError `command-failed`, `no-package-json`. */
export async function installDependencies(
  { directory, manager }: Dependencies,
  process: CommandProcess,
): Promise<void> {
  const folder = ancestors(directory).find((above) => existsSync(join(above, "package.json")));
  if (folder === undefined) {
    throw new UserError("no-package-json", `could not find a package.json in ${directory} or above it`);
  }
  const name = packageManagerOf(folder, manager);
  printLine("Installing dependencies...\n", process);
  await runTool(name, installArgs(name), { cwd: folder, process });
  printLine("Finished installing dependencies\n", process);
}
