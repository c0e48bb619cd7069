import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The machine as its package clients see it; tests pass their own. */
export interface Host {
  readonly env: { readonly [name: string]: string | undefined };
  readonly home: string;
  /** Content of a file, or undefined where there is none. */
  read(path: string): string | undefined;
  /** Apt's effective value of an option, or undefined where it has none. */
  aptOption(name: string): string | undefined;
  /** All of apt's source lists, one after another. */
  aptSources(): string;
}

/** This machine. */
export function thisHost(env: Host["env"] = process.env): Host {
  return {
    env,
    home: env["HOME"] ?? homedir(),
    read: readIfThere,
    aptOption(name) {
      const { stdout } = spawnSync("apt-config", ["shell", "VALUE", name], { encoding: "utf8" });
      return /^VALUE='(.*)'$/m.exec(stdout ?? "")?.[1];
    },
    aptSources: () =>
      aptSourceFiles("/etc/apt")
        .map((path) => readIfThere(path) ?? "")
        .join("\n"),
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function aptSourceFiles(root: string): string[] {
  const parts = join(root, "sources.list.d");
  const names = listIfThere(parts).filter((name) => /\.(list|sources)$/.test(name));
  return [join(root, "sources.list"), ...names.sort().map((name) => join(parts, name))];
}

function listIfThere(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
