import path from "node:path";
import { UserError } from "../errors.ts";
import { findModule } from "../find-module.ts";
import { forPreload, PRELOADING } from "../preload/preloading.ts";
import { heapFlags } from "./heap-flags.ts";
import type { RunDescription } from "./program-source.ts";
import { splitShellWords } from "./shell-words.ts";

type Environment = { readonly [name: string]: string | undefined };

/** A Node program on disk. */
export interface NodeProgram {
  /** Absolute directory of Pulumi.yaml. */
  readonly root: string;
  /** Absolute directory the program runs in, and its entry relative to that. */
  readonly directory: string;
  readonly entry: string;
  readonly runtimeOptions: { readonly [name: string]: unknown };
  readonly env: Environment;
  /** The process waits for a debugger, on a port of its own choice. @default false */
  readonly waitsForDebugger?: boolean;
}

export interface NodeCommand {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
}

const RUNNER = "@pulumi/pulumi/cmd/run";
const RUNNER_OVERRIDE = "PULUMI_LANGUAGE_NODEJS_RUN_PATH";

/**
 * The process that runs a program: Node on the SDK's own runner, as the official language host starts it.
 * @throws UserError `sdk-not-installed`, `project-invalid`
 */
export function nodeCommand(program: NodeProgram, run: RunDescription): NodeCommand {
  const { root, directory, entry } = program;
  const { executable, args } = bareCommand(program);
  return {
    executable,
    args: [
      ...args,
      ...["--monitor", run.monitorAddress],
      ...["--engine", run.engineAddress],
      ...["--organization", run.organization],
      ...["--project", run.project],
      ...["--root-directory", root],
      ...["--stack", run.stack],
      ...["--pwd", directory],
      ...(run.dryRun ? ["--dry-run"] : []),
      ...["--parallel", String(run.parallel)],
      entry,
    ],
    env: environment(program, run),
    cwd: directory,
  };
}

/** Node with the runner, before anything is known about the run. */
function bareCommand(program: NodeProgram): Pick<NodeCommand, "executable" | "args"> {
  const { runtimeOptions, waitsForDebugger, env } = program;
  const nodeArgs = splitShellWords(textOption(runtimeOptions, "nodeargs") ?? "");
  const debuggerArgs = waitsForDebugger === true ? ["--inspect-brk=127.0.0.1:0"] : [];
  return {
    executable: textOption(runtimeOptions, "node") ?? process.execPath,
    args: [
      ...nodeArgs,
      ...debuggerArgs,
      // From here to the runner the engine's own: the preloaded file takes them out of what the program sees.
      ...PRELOADING,
      ...heapFlags(nodeArgs, env["NODE_OPTIONS"]),
      findRunner(program),
    ],
  };
}

/**
 * The same process, started before it is known what it will be told: it loads the SDK and then waits for the rest.
 * Undefined where somebody could notice: files that a person has loaded first may look at the arguments.
 * @throws UserError as `nodeCommand`
 */
export function waitingCommand(program: NodeProgram, debugMessages: boolean): NodeCommand | undefined {
  const { directory, env, runtimeOptions } = program;
  const isOwn = textOption(runtimeOptions, "nodeargs") || env[RUNNER_OVERRIDE] || env["TRACEPARENT"];
  if (isOwn) return undefined;
  return {
    ...bareCommand(program),
    env: { ...env, ...forPreload(env, debugMessages), PULUMI_EMBEDDED_WAITS: "true" },
    cwd: directory,
  };
}

function findRunner({ directory, env }: NodeProgram): string {
  const override = env[RUNNER_OVERRIDE];
  if (override !== undefined && override !== "") return path.resolve(directory, override);
  try {
    return findModule(RUNNER, directory, env);
  } catch (error) {
    throw new UserError("sdk-not-installed", `the Pulumi SDK is not installed in ${directory}`, {
      help: "Run: npm install",
      cause: error,
    });
  }
}

function environment({ runtimeOptions, env }: NodeProgram, run: RunDescription): Environment {
  const config = Object.entries(run.config).map(([key, value]) => [toOldForm(key), value]);
  const tsconfig = textOption(runtimeOptions, "tsconfig");
  return {
    ...env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(switchOption(runtimeOptions, "typescript") ?? true),
    ...forPreload(env, run.debugMessages),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/** `namespace:name` -> `namespace:config:name`, which every SDK understands. */
function toOldForm(key: string): string {
  const at = key.indexOf(":");
  return `${key.slice(0, at)}:config:${key.slice(at + 1)}`;
}

function textOption(options: NodeProgram["runtimeOptions"], name: string): string | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalidOption(name, "a string");
}

function switchOption(options: NodeProgram["runtimeOptions"], name: string): boolean | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw invalidOption(name, "true or false");
}

function invalidOption(name: string, wanted: string): UserError {
  return new UserError("project-invalid", `the runtime option '${name}' in Pulumi.yaml must be ${wanted}`);
}
