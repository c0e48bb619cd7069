import { existsSync } from "node:fs";
import { join } from "node:path";

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

/** The package manager of the packages in a folder. `wanted` as Pulumi.yaml names it; auto, and nothing, go by the lock file. */
export function packageManagerOf(folder: string, wanted: string): string {
  if (wanted !== "auto" && wanted !== "") return wanted;
  const found = Object.entries(MANAGERS).find(([, { lockFiles }]) =>
    lockFiles.some((file) => existsSync(join(folder, file))),
  );
  return found?.[0] ?? "npm";
}

/** What installs with a package manager. */
export function installArgs(name: string): readonly string[] {
  return MANAGERS[name]?.args ?? ["install"];
}
