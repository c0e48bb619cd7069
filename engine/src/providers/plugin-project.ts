import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { findModule } from "../find-module.ts";
import { forPreload, PRELOADING } from "../preload/preloading.ts";
import { requirePulumiVersion } from "../project/required-version.ts";
import { checkExecutableFormat } from "./executable-format.ts";

type Environment = { readonly [name: string]: string | undefined };

/** What to spawn for a plugin. */
export interface Executable {
  readonly command: string;
  readonly args: readonly string[];
  /** What its environment needs. */
  readonly env: Environment;
}

/**
 * Makes a found plugin runnable: a binary is its own command; a folder with a PulumiPlugin.yaml of runtime nodejs is
 * run by the `@pulumi/pulumi` that it depends on.
 * @throws UserError `plugin-failed`
 */
export async function toExecutable(path: string, env: Environment): Promise<Executable> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder) {
    await checkExecutableFormat(path);
    return { command: path, args: [], env };
  }
  const runtime = await readRuntime(path);
  if (runtime !== "nodejs") {
    throw new UserError(
      "plugin-failed",
      `failed to load plugin ${path}: runtime ${runtime} is not supported`,
      {
        help: "The embedded engine runs plugins of runtime nodejs, and binaries.",
      },
    );
  }
  const plugin = nodeModule("@pulumi/pulumi/cmd/run-plugin", path, env);
  return { ...plugin, args: [...plugin.args, resolve(path)] };
}

/**
 * Runs a module of the SDK as it is seen from `directory`.
 * @throws UserError `plugin-failed`
 */
export function nodeModule(module: string, directory: string, env: Environment): Executable {
  try {
    const path = findModule(module, directory, env);
    return {
      command: process.execPath,
      args: ["--import", END_WITH_ENGINE, ...PRELOADING, path],
      env: { ...env, ...forPreload(env, true) },
    };
  } catch (cause) {
    throw new UserError("plugin-failed", `${module} was not found from ${directory}`, {
      cause,
      help: `Run npm install in ${directory}.`,
    });
  }
}

/** Ends a Node plugin when its engine is gone: then the pipe to its standard input closes, even after kill -9. */
const END_WITH_ENGINE = `data:text/javascript,${encodeURIComponent(
  'process.stdin.resume().on("end", () => process.exit(0)); process.stdin.unref();',
)}`;

async function readRuntime(folder: string): Promise<string> {
  const file = join(folder, "PulumiPlugin.yaml");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UserError("plugin-failed", `loading PulumiPlugin.yaml: ${file} cannot be read`, { cause });
  });
  const { runtime, requiredPulumiVersion = "" } = (parse(text) ?? {}) as {
    runtime?: string | { name?: string };
    requiredPulumiVersion?: string;
  };
  const name = typeof runtime === "string" ? runtime : runtime?.name;
  if (name === undefined) throw new UserError("plugin-failed", `${file} names no runtime`);
  requirePulumiVersion(requiredPulumiVersion);
  return name;
}
