import { existsSync } from "node:fs";
import { join } from "node:path";
import { ancestors } from "../ancestors.ts";
import { UserError } from "../errors.ts";
import type { CommandProcess } from "./command.ts";
import { printLine } from "./print-json.ts";
import { runTool } from "./run-tool.ts";

interface PackageManager {
  readonly lockFiles: readonly string[];
  readonly args: readonly string[];
}

const MANAGERS: { readonly [name: string]: PackageManager } = {
  yarn: { lockFiles: ["yarn.lock"], args: ["install"] },
  pnpm: { lockFiles: ["pnpm-lock.yaml"], args: ["install"] },
  bun: { lockFiles: ["bun.lock", "bun.lockb"], args: ["install"] },
  npm: { lockFiles: ["package-lock.json"], args: ["install", "--loglevel=error"] },
};

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
  const name = manager === "auto" || manager === "" ? detectManager(folder) : manager;
  printLine("Installing dependencies...\n", process);
  await runTool(name, MANAGERS[name]?.args ?? ["install"], { cwd: folder, process });
  printLine("Finished installing dependencies\n", process);
}

function detectManager(folder: string): string {
  const found = Object.entries(MANAGERS).find(([, { lockFiles }]) =>
    lockFiles.some((file) => existsSync(join(folder, file))),
  );
  return found?.[0] ?? "npm";
}
