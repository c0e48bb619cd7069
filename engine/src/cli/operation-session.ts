import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { OperationContext, RunConfig } from "../operation.ts";
import { findBackend } from "../project/backend-url.ts";
import { resolveConfig } from "../project/config.ts";
import { type ProjectFile, programLocation } from "../project/project-file.ts";
import { readStackSettings, type StackSettings, stackSettingsPath } from "../project/stack-settings.ts";
import { readProject, StackSelection } from "../project/workspace.ts";
import type { LocalPlugin } from "../providers/find-plugin.ts";
import { type FileBackend, openFileBackend } from "../state/file-backend.ts";
import { stackNotFound } from "../state/file-store.ts";
import { createPassphraseSecrets, type PassphraseSecrets } from "../state/passphrase.ts";
import { passphraseSource } from "../state/passphrase-source.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { parseStackName } from "../state/stack-names.ts";
import type { StackReference, StackStore } from "../state/store.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { textFlag } from "./operation-options.ts";

/** A stack of a project, ready for an operation. */
export interface OperationSession {
  readonly project: OperationContext["project"];
  readonly store: StackStore;
  readonly secrets: SecretsManager;
  readonly config: RunConfig;
  /** The stack's configuration as its settings file has it: secrets stay ciphertext. */
  readonly recordedConfig: { readonly [key: string]: unknown };
  readonly localPlugins: readonly LocalPlugin[];
  /** `options.refresh: always` of Pulumi.yaml. */
  readonly refreshAlways: boolean;
  removeStack(): Promise<void>;
}

const notFoundExitCode = 6;

/** Opens the stack that a command works on. @throws UserError, whatever is wrong with project, stack or settings. */
export async function openOperationSession(
  args: CommandArguments,
  process: CommandProcess,
): Promise<OperationSession> {
  const { cwd, env } = process;
  const file = await readProject(cwd);
  const location = await findBackend({ env, cwd, project: file });
  const backend = await openFileBackend({ root: location.root, env });
  const reference = await findStack(args, { file, backend, env });
  const passphrase = createPassphraseSecrets(passphraseSource({ env, cwd }));
  const store = backend.stack(reference, passphrase);
  if (!(await store.exists())) throw stackNotFound(reference.stack);
  const path = textFlag(args, "config-file") ?? stackSettingsPath(file, reference.stack);
  const settings = await readStackSettings(resolve(cwd, path), file.name);
  const secrets = await openSecrets(settings, passphrase);
  const { config: recordedConfig } = settings;
  const config = await resolveConfig({
    project: file,
    stack: reference.stack,
    config: recordedConfig,
    secrets: async () => secrets,
  });
  const { name, root, runtime, refreshAlways } = file;
  return {
    project: { name, root, ...programLocation(file), runtimeOptions: runtime.options },
    ...{ store, secrets, config, recordedConfig, refreshAlways },
    localPlugins: file.plugins.providers,
    removeStack: () => backend.remove(reference, { force: false, removeBackups: false }),
  };
}

async function findStack(
  args: CommandArguments,
  place: { readonly file: ProjectFile; readonly backend: FileBackend; readonly env: CommandProcess["env"] },
): Promise<StackReference> {
  const { file, backend, env } = place;
  const name = textFlag(args, "stack") ?? (await new StackSelection(file, backend.url, env).read());
  if (name !== undefined) return parseStackName(name, file.name);
  throw new UserError(
    "no-stack",
    "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
    { exitCode: notFoundExitCode },
  );
}

/** The stack's secrets manager; a stack without a salt gets one, as with the official CLI. */
async function openSecrets(settings: StackSettings, passphrase: PassphraseSecrets): Promise<SecretsManager> {
  try {
    if (settings.encryptionSalt !== "") return await passphrase.openSalt(settings.encryptionSalt);
    const { secretsProvider } = settings;
    if (secretsProvider !== "" && secretsProvider !== "passphrase" && secretsProvider !== "default") {
      await passphrase.open({ type: secretsProvider, state: {} });
    }
    const manager = await passphrase.create();
    settings.encryptionSalt = manager.salt;
    await settings.save();
    return manager;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      error.code,
      `getting stack configuration: get stack secrets manager: ${error.message}`,
      {
        ...(error.help === undefined ? {} : { help: error.help }),
        cause: error,
      },
    );
  }
}
