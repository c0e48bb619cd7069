import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

type Environment = { readonly [name: string]: string | undefined };

/** Options of Node for the file that is loaded before the SDK, into programs, policy packs and plugins. */
export const PRELOADING: readonly string[] = [
  "--require",
  fileURLToPath(new URL("./index.cjs", import.meta.url)),
];

/** Variables for the preloaded file, which takes them away. `debugMessages`: whether somebody reads them. */
export function forPreload(env: Environment, debugMessages: boolean): Environment {
  return {
    PULUMI_EMBEDDED_ENGINE_PID: String(process.pid),
    PULUMI_EMBEDDED_COMPILE_CACHE: compileCacheFolder(env),
    PULUMI_EMBEDDED_DEBUG_MESSAGES: String(debugMessages),
  };
}

/** Where Node keeps the code that it has compiled: most of what a program loads is the same every time. */
function compileCacheFolder(env: Environment): string {
  return path.join(env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "pulumi-embedded-engine");
}
