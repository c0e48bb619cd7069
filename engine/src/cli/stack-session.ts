/** What commands about stacks and their configuration work with. */
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { parseGoDuration } from "../go-duration.ts";
import { isTruthy } from "../is-truthy.ts";
import { findBackend } from "../project/backend-url.ts";
import type { ProjectFile } from "../project/project-file.ts";
import { openStackSecrets } from "../project/stack-secrets.ts";
import { readStackSettings, type StackSettings, stackSettingsPath } from "../project/stack-settings.ts";
import { findProjectFile, readProject, StackSelection } from "../project/workspace.ts";
import type { LockPolicy } from "../state/await-lock.ts";
import { readSecretsProvider } from "../state/checkpoint.ts";
import { type FileBackend, openFileBackend } from "../state/file-backend.ts";
import { type FileStackStore, stackNotFound } from "../state/file-store.ts";
import { createPassphraseSecrets, type PassphraseSecrets } from "../state/passphrase.ts";
import { passphraseSource } from "../state/passphrase-source.ts";
import type { SecretsProviderRecord } from "../state/resource.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { displayStackName, parseStackName } from "../state/stack-names.ts";
import type { StackReference } from "../state/store.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { switchFlag, textFlag } from "./operation-options.ts";
import { secretPrompt } from "./secret-prompt.ts";

/** A backend, and the project around the current folder where there is one. */
export interface Workspace {
  readonly project: ProjectFile | undefined;
  readonly backend: FileBackend;
  /** The backend as it was named. */
  readonly backendUrl: string;
  /** Remembers the selected stack; undefined outside projects. */
  readonly selection: StackSelection | undefined;
  readonly passphrase: PassphraseSecrets;
  readonly process: CommandProcess;
  /** What messages call a stack: briefly within its own project, unless asked to do otherwise. */
  nameOf(reference: StackReference): string;
}

/** Opens the backend of the current folder. @throws UserError, whatever is wrong with it. */
export async function openWorkspace(args: CommandArguments, process: CommandProcess): Promise<Workspace> {
  const { cwd, env } = process;
  const project = findProjectFile(cwd) === undefined ? undefined : await readProject(cwd);
  const location = await findBackend({ env, cwd, project });
  const notify = (notice: string) => void process.stderr.write(`warning: ${notice}\n`);
  const backend = await openFileBackend({
    root: location.root,
    env,
    notify,
    locking: lockPolicy(args, process),
  });
  const ask = secretPrompt(args, process);
  const prompt = ask && (async (question: string) => (await ask([question]))[0] ?? "");
  return {
    project,
    backend,
    backendUrl: location.url,
    selection: project && new StackSelection(project, backend.url, env),
    passphrase: createPassphraseSecrets(
      passphraseSource({ env, cwd, ...(prompt === undefined ? {} : { prompt }) }),
    ),
    process,
    nameOf: (reference) =>
      displayStackName(reference, switchFlag(args, "fully-qualify-stack-names") ? undefined : project?.name),
  };
}

function lockPolicy(args: CommandArguments, { env, signal, stderr }: CommandProcess): LockPolicy {
  const text = textFlag(args, "lock-timeout") ?? "0";
  const seconds = parseGoDuration(text);
  if (seconds === undefined || seconds < 0) {
    throw new UserError("bad-usage", `invalid argument "${text}" for "--lock-timeout": it is no duration`, {
      help: "Write a number and a unit, for example 30s, 5m or 1h30m.",
    });
  }
  const takeOver = env["PULUMI_ENGINE_LOCK_TAKEOVER"] !== "false";
  return { timeout: seconds * 1000, signal, takeOver, notice: (line) => stderr.write(line) };
}

/** One stack of a workspace. */
export interface StackSession extends Workspace {
  readonly reference: StackReference;
  /** How messages call it. */
  readonly name: string;
  readonly store: FileStackStore;
}

/** Opens the stack that a command names, or the selected one. @throws UserError `stack-not-found`, `no-stack`. */
export async function openStackSession(
  args: CommandArguments,
  process: CommandProcess,
  named: string | undefined = textFlag(args, "stack"),
): Promise<StackSession> {
  const workspace = await openWorkspace(args, process);
  const name = named ?? (await workspace.selection?.read());
  if (name === undefined) {
    throw new UserError(
      "no-stack",
      "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
      { exitCode: 6 },
    );
  }
  const session = stackOf(workspace, name);
  if (!(await session.store.exists())) throw stackNotFound(session.name);
  return session;
}

/** A stack of a workspace by its name, whether it exists or not. @throws UserError `bad-stack-name`. */
export function stackOf(workspace: Workspace, name: string): StackSession {
  const reference = parseStackName(name, workspace.project?.name);
  return {
    ...workspace,
    reference,
    name: workspace.nameOf(reference),
    store: workspace.backend.stack(reference, workspace.passphrase),
  };
}

/** The name of a stack from `--stack` or the first argument. @throws UserError `bad-usage` where both are given. */
export function stackArgument(args: CommandArguments): string | undefined {
  const [given] = args.positionals;
  const flag = textFlag(args, "stack");
  if (given !== undefined && flag !== undefined) {
    throw new UserError("bad-usage", "only one of --stack or argument stack name may be specified, not both");
  }
  return given ?? flag;
}

/** A stack with its settings, which only a project has. */
export interface ConfigSession extends StackSession {
  readonly project: ProjectFile;
  readonly settings: StackSettings;
  /** Opened when first asked for. `keepsRecorded`: settings without a salt get the one of the stack's state. */
  secrets(options?: { readonly keepsRecorded: boolean }): Promise<SecretsManager>;
}

/** Opens a stack with its settings. @throws UserError `no-project` and whatever is wrong with them. */
export async function openConfigSession(
  args: CommandArguments,
  process: CommandProcess,
): Promise<ConfigSession> {
  return withSettings(await openStackSession(args, process), textFlag(args, "config-file"));
}

/** Reads the settings of a stack, from its own file or from another. @throws UserError `no-project`, `settings-invalid`. */
export async function withSettings(session: StackSession, file?: string): Promise<ConfigSession> {
  const { cwd } = session.process;
  const project = session.project ?? (await readProject(cwd));
  const path = file === undefined ? stackSettingsPath(project, session.reference.stack) : resolve(cwd, file);
  const settings = await readStackSettings(path, project.name);
  warnOfMissingValues(settings, session.process);
  return {
    ...session,
    project,
    settings,
    secrets: ({ keepsRecorded } = { keepsRecorded: false }) => {
      const keeps =
        keepsRecorded || isTruthy(session.process.env["PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"]);
      return openStackSecrets(
        settings,
        session.passphrase,
        keeps ? () => recordedSecrets(session.store) : undefined,
      );
    },
  };
}

function warnOfMissingValues({ keysWithoutValue }: StackSettings, { stderr }: CommandProcess): void {
  const keys = keysWithoutValue.map((key) => `"${key}"`);
  if (keys.length === 0) return;
  const plural = keys.length === 1 ? "" : "s";
  stderr.write(
    `warning: No value for configuration key${plural} ${keys.join(keys.length === 2 ? " and " : ", ")}. ` +
      'This is currently treated as an empty string `""`, but will be treated as `null` in a future version of pulumi.\n' +
      `Set the value${plural} to \`""\` to avoid this warning.\n`,
  );
}

/** What a stack's state is encrypted with; undefined where it says nothing. */
export async function recordedSecrets(store: FileStackStore): Promise<SecretsProviderRecord | undefined> {
  const { deployment } = await store.readEnvelope();
  return deployment && readSecretsProvider(deployment["secrets_providers"]);
}
