/** Where an embedded engine keeps a stack: in memory, or in a folder that the official CLI can go on with. */
import type { LockPolicy } from "./state/await-lock.ts";
import { openFileBackend } from "./state/file-backend.ts";
import { base64Secrets, createMemoryStore } from "./state/memory-store.ts";
import { createPassphraseSecrets } from "./state/passphrase.ts";
import type { SecretsManager } from "./state/secrets.ts";
import { ORGANIZATION } from "./state/stack-names.ts";
import type { StackStore } from "./state/store.ts";

export interface StackState {
  readonly store: StackStore;
  readonly secrets: SecretsManager;
}

export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** A state that is gone with the process. */
export function memoryState({ project, stack }: StackName): StackState {
  return {
    store: createMemoryStore({ organization: ORGANIZATION, project, stack }),
    secrets: base64Secrets,
  };
}

export interface FileStateOptions extends StackName {
  /** Absolute folder of the backend; `file://<folder>` for the official CLI. */
  readonly folder: string;
  /** Secrets are encrypted with it. */
  readonly passphrase: string;
  /** How the stack's lock is asked for. @default without waiting */
  readonly locking?: LockPolicy;
}

/** Opens a stack in a folder, and makes it where it is not there. @throws UserError `wrong-passphrase`, `backend-unsupported`. */
export async function openFileState(options: FileStateOptions): Promise<StackState> {
  const { folder, passphrase, project, stack, locking = {} } = options;
  const reference = { organization: ORGANIZATION, project, stack };
  const backend = await openFileBackend({ root: folder, env: {}, locking });
  const source = createPassphraseSecrets(async () => passphrase);
  const store = backend.stack(reference, source);
  if (!(await store.exists())) await backend.create(reference, source);
  const { secretsProvider } = await store.load();
  if (secretsProvider !== undefined) return { store, secrets: await source.open(secretsProvider) };
  const secrets = await source.create();
  await store.save({ ...(await store.load()), secretsProvider: secrets.record });
  return { store, secrets };
}
