import path from "node:path";
import { UserError, whileDoing } from "../errors.ts";
import type { Severity } from "../events.ts";
import { forPreload, PRELOADING } from "../preload/preloading.ts";
import { splitShellWords } from "../program/shell-words.ts";
import { requirePulumiVersion } from "../project/required-version.ts";
import { type PluginCommand, type PluginProcess, spawnPlugin } from "../providers/plugin-process.ts";
import { findPolicyRunner, isFile, type PolicyProject, readPolicyProject } from "./policy-project.ts";

/** Where a pack is, and what it is told. */
export interface PolicyLaunch {
  /** A folder with a PulumiPolicy.yaml, or a program of its own; absolute. */
  readonly path: string;
  /** The same as a person gave it, for messages. */
  readonly shownPath: string;
  readonly engineAddress: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** What it prints; lines end in a newline. */
  readonly onOutput: (output: { severity: Severity; message: string; streamId: number }) => void;
}

const DEADLINES = { port: 60_000, shutdown: 2_000 };
const SHOWN = { stdout: "info", stderr: "info#err" } as const;

/** Policy packs are not told apart from plugins by their streams' numbers. */
let nextStreamId = 1_000_000;

export interface StartedPack {
  readonly process: PluginProcess;
  /** The version of PulumiPolicy.yaml, or "". */
  readonly version: string;
}

/** Starts the process of a policy pack. @throws UserError `policy-pack-*` */
export async function startPolicyPack(launch: PolicyLaunch): Promise<StartedPack> {
  const isProgram = await isFile(launch.path);
  const project = isProgram ? undefined : await readPolicyProject(launch);
  const command = project === undefined ? programCommand(launch) : packCommand(launch, project);
  const streams = { stdout: nextStreamId++, stderr: nextStreamId++ };
  try {
    const process = await spawnPlugin(command, DEADLINES, (stream, message) =>
      launch.onOutput({ severity: SHOWN[stream], message, streamId: streams[stream] }),
    );
    return { process, version: project?.version ?? "" };
  } catch (cause) {
    throw notStarted(cause);
  }
}

function programCommand({ path: file, engineAddress, env }: PolicyLaunch): PluginCommand {
  return { pkg: file, path: file, command: file, args: [engineAddress], cwd: path.dirname(file), env };
}

function packCommand(launch: PolicyLaunch, project: PolicyProject): PluginCommand {
  const { path: directory, shownPath, engineAddress, env } = launch;
  requireVersion(directory, project.requiredPulumiVersion);
  if (project.runtime !== "nodejs") {
    throw new UserError(
      "policy-runtime-unsupported",
      `policy pack ${JSON.stringify(directory)} failed to start: the runtime '${project.runtime}' is not supported`,
      { help: "This engine runs policy packs for Node, and packs that are programs of their own." },
    );
  }
  const { nodeargs = "", typescript = true } = project.runtimeOptions;
  return {
    pkg: directory,
    path: directory,
    command: process.execPath,
    args: [
      ...PRELOADING,
      findPolicyRunner(directory, { shownPath, env }),
      ...splitShellWords(String(nodeargs)),
      engineAddress,
      directory,
    ],
    cwd: directory,
    env: {
      ...env,
      ...forPreload(env, true),
      ...(typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
  };
}

function requireVersion(directory: string, range: string): void {
  try {
    requirePulumiVersion(range);
  } catch (cause) {
    throw whileDoing(`policy pack ${JSON.stringify(directory)} failed to start`, cause);
  }
}

/** The official CLI's words; what the pack wrote tells the rest. */
function notStarted(cause: unknown): unknown {
  if (!(cause instanceof UserError)) return cause;
  const isGarbage = cause.message.includes("invalid port");
  const message = isGarbage ? "expected integer" : "EOF";
  return new UserError(
    "policy-pack-failed",
    `policy pack not started: could not read policy pack port: ${message}`,
    { cause, ...(cause.help === undefined ? {} : { help: cause.help }) },
  );
}
