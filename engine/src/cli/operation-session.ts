import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { doing, UserError } from "../errors.ts";
import type { OperationContext, OperationKind, RunConfig } from "../operation.ts";
import { type EarlyProcess, type SpareProcess, spareProcess, startEarly } from "../program/early-process.ts";
import { resolveConfig } from "../project/config.ts";
import { programLocation } from "../project/project-file.ts";
import { requirePulumiVersion } from "../project/required-version.ts";
import { stackSettingsPath } from "../project/stack-settings.ts";
import { requireProjectFile } from "../project/workspace.ts";
import type { LocalPlugin } from "../providers/find-plugin.ts";
import { elidingSecrets } from "../state/eliding-secrets.ts";
import type { UpdateRecord } from "../state/history.ts";
import type { Snapshot } from "../state/resource.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { parseStackName } from "../state/stack-names.ts";
import type { StackStore } from "../state/store.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { saveConfigFlags } from "./config-flags.ts";
import {
  debugsProgram,
  readsDebugMessages,
  refuseContradictions,
  switchFlag,
  textFlag,
} from "./operation-options.ts";
import { type ConfigSession, openConfigSession, openStackSession, withSettings } from "./stack-session.ts";
import { withoutProject } from "./stack-without-project.ts";

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
  /** The program's process, where it is worth starting before the operation is ready for it. */
  readonly spare: SpareProcess | undefined;
  /** Another stack, for stack references; undefined where there is none. */
  readStack(name: string, elided?: () => void): Promise<Snapshot | undefined>;
  /** With its settings file. */
  removeStack(): Promise<void>;
  /** How long an operation of a kind takes, going by the stack's history; undefined where that does not tell. */
  expectedSeconds(kind: OperationKind): Promise<number | undefined>;
}

export interface SessionWishes {
  /** Whether the configuration must have what the project declares. */
  readonly validates: boolean;
  /** Whether settings without a salt get the one of the stack's state, instead of a new one. @default false */
  readonly keepsRecordedSecrets?: boolean;
  /** Whether a stack that `--stack` names may be worked on outside its project's folder. @default false */
  readonly goesWithoutProject?: boolean;
}

/** Opens the stack that a command works on. @throws UserError, whatever is wrong with project, stack or settings. */
export async function openOperationSession(
  args: CommandArguments,
  process: CommandProcess,
  wishes: SessionWishes,
): Promise<OperationSession> {
  refuseContradictions(args);
  // Before backend and stack: in a wrong folder nobody is told to log in, or to select a stack, first.
  if (!wishes.goesWithoutProject) requireProject(process);
  const file = textFlag(args, "config-file");
  const stack = await openStackSession(args, process);
  const isOutside = stack.project === undefined && file === undefined;
  const opened = await (wishes.goesWithoutProject && isOutside
    ? withoutProject(stack)
    : withSettings(stack, file));
  requirePulumiVersion(opened.project.requiredPulumiVersion);
  return readySession(opened, { ...wishes, args, spare: undefined });
}

/** The same for a command that runs the program: its process is started meanwhile. */
export async function openProgramSession(
  args: CommandArguments,
  process: CommandProcess,
): Promise<OperationSession> {
  refuseContradictions(args);
  requireProject(process);
  const opened = await openConfigSession(args, process);
  requirePulumiVersion(opened.project.requiredPulumiVersion);
  const isEarly = textFlag(args, "client") === undefined && !debugsProgram(args);
  const spare = isEarly ? spareProcess(() => startProgram(opened, args)) : undefined;
  try {
    return await readySession(opened, { args, validates: true, spare });
  } catch (error) {
    spare?.take()?.discard();
    throw error;
  }
}

/** @throws UserError `no-project`, which says so where the folder holds a program for Terraform. */
function requireProject({ cwd }: CommandProcess): void {
  try {
    requireProjectFile(cwd);
  } catch (error) {
    const holdsTerraform = readdirSync(cwd, { withFileTypes: true }).some(
      (entry) => !entry.isDirectory() && entry.name.endsWith(".tf"),
    );
    if (!(error instanceof UserError && holdsTerraform)) throw error;
    throw new UserError(
      "no-project",
      `${error.message} however, a Terraform configuration file was detected. To convert this configuration to a Pulumi project, please see the documentation at https://www.pulumi.com/docs/iac/guides/migration/migrating-to-pulumi/from-terraform/`,
    );
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

interface Wanted extends SessionWishes, Pick<OperationSession, "spare"> {
  readonly args: CommandArguments;
}

async function readySession(
  opened: ConfigSession,
  { args, validates, keepsRecordedSecrets = false, spare }: Wanted,
): Promise<OperationSession> {
  await saveConfigFlags(opened, args);
  const { project: file, backend, reference, store, settings, passphrase } = opened;
  const [secrets] = await Promise.all([openSecrets(opened, keepsRecordedSecrets), loadMeanwhile()]);
  const { config: recordedConfig } = settings;
  const config = await resolveConfig({
    project: file,
    stack: reference.stack,
    config: recordedConfig,
    secrets: async () => secrets,
    validate: validates && !switchFlag(args, "skip-config-validation"),
  });
  const { name, root, runtime, refreshAlways } = file;
  return {
    project: { name, root, ...programLocation(file), runtimeOptions: runtime.options },
    ...{ store, secrets, config, recordedConfig, refreshAlways, spare },
    runtime: runtime.name,
    localPlugins: file.plugins.providers,
    readStack: async (other, elided) => {
      const secrets = elided === undefined ? passphrase : elidingSecrets(passphrase, elided);
      const stack = backend.stack(parseStackName(other, file.name), secrets);
      return (await stack.exists()) ? stack.load() : undefined;
    },
    expectedSeconds: async (kind) =>
      medianSeconds(await store.history({ size: CONSIDERED_UPDATES, page: 1 }), kind),
    async removeStack() {
      await backend.remove(reference, { force: false, removeBackups: false });
      if (file.path !== "") await rm(stackSettingsPath(file, reference.stack), { force: true });
    },
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

function openSecrets(session: ConfigSession, keepsRecorded: boolean): Promise<SecretsManager> {
  return doing("getting stack configuration: get stack secrets manager", () =>
    session.secrets({ keepsRecorded }),
  );
}
