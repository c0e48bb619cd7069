import { LocalWorkspace, type Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { isEngineCommand } from "@trials/engine/automation";
import { chooseEngine, type EngineChoice } from "./engine-choice.ts";
import type { Checkout } from "./paths.ts";
import type { Output, VerbArguments } from "./verb.ts";
import { prepareWorkspace } from "./workspace.ts";

/** A stack that is ready to be worked on, and the engine that will do it. */
export interface OpenStack {
  readonly name: string;
  /** Name of the project in Pulumi.yaml. */
  readonly project: string;
  readonly stack: Stack;
  readonly engine: EngineChoice;
  /** Whose program it is of. */
  readonly checkout: Checkout;
}

/** Flags that every verb on a stack takes. */
export const stackFlags = {
  engine: {
    type: "string",
    default: "auto",
    summary: "auto, official or embedded (default: an official pulumi on PATH, else the embedded engine)",
  },
  json: { type: "boolean", default: false, summary: "machine-readable output" },
} as const;

type Announce = (line: string) => void;

/** Opens a stack for a verb; says first which engine runs. The stack is made when it does not exist yet. */
export async function openStack(args: VerbArguments, announce: Announce): Promise<OpenStack> {
  const { stackArgs, options, ...rest } = await prepareStack(args, announce);
  return withProject(rest, await LocalWorkspace.createOrSelectStack(stackArgs, options));
}

/** Opens a stack for what only looks at it: undefined where it does not exist, and none is made. */
export async function findStack(args: VerbArguments, announce: Announce): Promise<OpenStack | undefined> {
  const { stackArgs, options, ...rest } = await prepareStack(args, announce);
  try {
    return await withProject(rest, await LocalWorkspace.selectStack(stackArgs, options));
  } catch (error) {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

async function prepareStack(args: VerbArguments, announce: Announce) {
  const { checkout } = args;
  const name = args.positionals[0] ?? "";
  const engine = await chooseEngine(String(args.flags["engine"] ?? "auto"), process.env);
  announce(engine.description);
  const workspace = prepareWorkspace({ ...checkout, stack: name, env: process.env });
  const pulumiCommand = engine.command;
  return {
    name,
    engine,
    checkout,
    stackArgs: { stackName: name, workDir: workspace.directory },
    options: { pulumiCommand, envVars: { ...workspace.env } },
  };
}

async function withProject(rest: Omit<OpenStack, "project" | "stack">, stack: Stack): Promise<OpenStack> {
  const { name: project } = await stack.workspace.projectSettings();
  return { ...rest, project, stack };
}

/**
 * The signal to hand to the engine. A process on a terminal gets Ctrl-C by itself, and a second signal would end it at
 * once instead of gracefully.
 */
export function engineSignal({ workspace }: Stack, { signal }: Output): { signal?: AbortSignal } {
  return process.stdin.isTTY !== true || isEngineCommand(workspace.pulumiCommand) ? { signal } : {};
}

/** For updates of whose record nothing is read that could be secret: then the engine derives no key to read it. */
export const plainSummary = { showSecrets: false } as const;

/** Passes on what the embedded engine says about the stack's lock: that it takes over one of a process that is gone. */
export function lockNotices(output: Output): { onError: (text: string) => void } {
  return {
    onError: (text) => {
      if (text.startsWith("warning: the lock of a process")) output.stderr.write(text);
    },
  };
}
