import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { findModule } from "../find-module.ts";
import { packageManagerOf } from "./package-manager.ts";

/** The program that a run was of. */
interface NodeRuntime {
  /** Where it is. */
  readonly directory: string;
  readonly runtimeOptions: { readonly [name: string]: unknown };
  readonly env: { readonly [name: string]: string | undefined };
}

/** What the history records of the language of a program; the version of its package manager is not asked for. */
export function runtimeNotes(runtime: NodeRuntime): { readonly [name: string]: string } {
  const { node } = runtime.runtimeOptions;
  const typescript = typescriptVersion(runtime);
  return {
    "runtime.name": "nodejs",
    ...(typeof node === "string"
      ? { "runtime.executable": node }
      : { "runtime.executable": process.execPath, "runtime.version": process.version }),
    "runtime.metadata.packagemanager": managerOf(runtime),
    ...(typescript === undefined ? {} : { "runtime.metadata.typescriptVersion": typescript }),
  };
}

/** What `pulumi about` says of the program's runtime beside its executable and version. */
export async function runtimeMetadata(runtime: NodeRuntime): Promise<readonly (readonly [string, string])[]> {
  const { directory: cwd, env } = runtime;
  const manager = managerOf(runtime);
  const version = await promisify(execFile)(manager, ["--version"], { env, cwd }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  const typescript = typescriptVersion(runtime) ?? "";
  const all = { packagemanager: manager, packagemanagerVersion: version, typescriptVersion: typescript };
  return Object.entries(all).filter(([, value]) => value !== "");
}

function managerOf({ directory, runtimeOptions }: NodeRuntime): string {
  return packageManagerOf(directory, String(runtimeOptions["packagemanager"] ?? ""));
}

/** Of the TypeScript that the program would load. */
function typescriptVersion({ directory, env }: NodeRuntime): string | undefined {
  try {
    const manifest: unknown = JSON.parse(
      readFileSync(findModule("typescript/package.json", directory, env), "utf8"),
    );
    return (manifest as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}
