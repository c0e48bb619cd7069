import { setImmediate } from "node:timers/promises";
import { UserError } from "../errors.ts";
import type { OperationContext, OperationKind, RunConfig } from "../operation.ts";
import { type EarlyProcess, startEarly } from "../program/early-process.ts";
import { resolveConfig } from "../project/config.ts";
import { programLocation } from "../project/project-file.ts";
import type { LocalPlugin } from "../providers/find-plugin.ts";
import type { UpdateRecord } from "../state/history.ts";
import type { Snapshot } from "../state/resource.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { parseStackName } from "../state/stack-names.ts";
import type { StackStore } from "../state/store.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { saveConfigFlags } from "./config-flags.ts";
import { readsDebugMessages, refuseContradictions, switchFlag, textFlag } from "./operation-options.ts";
import { type ConfigSession, openConfigSession } from "./stack-session.ts";

/** A stack of a project, ready for an operation. */
export interface OperationSession {
  readonly project: OperationContext["project"];
  readonly store: StackStore;
  readonly secrets: SecretsManager;
  readonly config: RunConfig;
  /** The stack's configuration as its settings file has it: secrets stay ciphertext. */
  readonly recordedConfig: { readonly [key: string]: unknown };
  /** The name of the program's runtime, as Pulumi.yaml has it. */
  readonly runtime: string;
  readonly localPlugins: readonly LocalPlugin[];
  /** `options.refresh: always` of Pulumi.yaml. */
  readonly refreshAlways: boolean;
  /** The program's process, where it was worth starting before the operation is ready for it. */
  readonly early: EarlyProcess | undefined;
  /** Another stack, for stack references; undefined where there is none. */
  readStack(name: string): Promise<Snapshot | undefined>;
  removeStack(): Promise<void>;
  /** How long an operation of a kind takes, going by the stack's history; undefined where that does not tell. */
  expectedSeconds(kind: OperationKind): Promise<number | undefined>;
}

/** Opens the stack that a command works on. @throws UserError, whatever is wrong with project, stack or settings. */
export async function openOperationSession(
  args: CommandArguments,
  process: CommandProcess,
): Promise<OperationSession> {
  refuseContradictions(args);
  return readySession(await openConfigSession(args, process), args, undefined);
}

/** The same for a command that runs the program: its process is started meanwhile. */
export async function openProgramSession(
  args: CommandArguments,
  process: CommandProcess,
): Promise<OperationSession> {
  refuseContradictions(args);
  const opened = await openConfigSession(args, process);
  const isEarly = textFlag(args, "client") === undefined && !switchFlag(args, "attach-debugger");
  const early = isEarly ? startProgram(opened, args) : undefined;
  try {
    return await readySession(opened, args, early);
  } catch (error) {
    early?.discard();
    throw error;
  }
}

function startProgram({ project, process }: ConfigSession, args: CommandArguments): EarlyProcess | undefined {
  const { root, runtime } = project;
  if (runtime.name !== "nodejs") return undefined;
  const program = () => ({
    ...{ root, ...programLocation(project), runtimeOptions: runtime.options, env: process.env },
  });
  return startEarly(program, readsDebugMessages(args));
}

async function readySession(
  opened: ConfigSession,
  args: CommandArguments,
  early: EarlyProcess | undefined,
): Promise<OperationSession> {
  await saveConfigFlags(opened, args);
  const { project: file, backend, reference, store, settings, passphrase } = opened;
  const [secrets] = await Promise.all([openSecrets(opened), loadMeanwhile()]);
  const { config: recordedConfig } = settings;
  const config = await resolveConfig({
    project: file,
    stack: reference.stack,
    config: recordedConfig,
    secrets: async () => secrets,
    validate: !switchFlag(args, "skip-config-validation"),
  });
  const { name, root, runtime, refreshAlways } = file;
  return {
    project: { name, root, ...programLocation(file), runtimeOptions: runtime.options },
    ...{ store, secrets, config, recordedConfig, refreshAlways, early },
    runtime: runtime.name,
    localPlugins: file.plugins.providers,
    readStack: async (other) => {
      const stack = backend.stack(parseStackName(other, file.name), passphrase);
      return (await stack.exists()) ? stack.load() : undefined;
    },
    expectedSeconds: async (kind) =>
      medianSeconds(await store.history({ size: CONSIDERED_UPDATES, page: 1 }), kind),
    removeStack: () => backend.remove(reference, { force: false, removeBackups: false }),
  };
}

const CONSIDERED_UPDATES = 20;

function medianSeconds(updates: readonly UpdateRecord[], kind: OperationKind): number | undefined {
  const wanted = kind === "import" ? "resource-import" : kind;
  const durations = updates
    .filter((update) => update.kind === wanted && update.result === "succeeded")
    .map(({ startTime, endTime }) => endTime - startTime)
    .sort((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)];
}

/** Deriving a key takes a while, and not this thread: once it has begun, the rest of the engine's code is loaded. */
async function loadMeanwhile(): Promise<void> {
  await setImmediate();
  await import("./run-stack-operation.ts");
}

async function openSecrets(session: ConfigSession): Promise<SecretsManager> {
  try {
    return await session.secrets();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, help, exitCode } = error;
    throw new UserError(code, `getting stack configuration: ${message}`, {
      ...(help === undefined ? {} : { help }),
      exitCode,
      cause: error,
    });
  }
}
