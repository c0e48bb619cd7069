import type { SecretsProviderRecord } from "./resource.ts";

/** Encrypts and decrypts the secrets of one stack. Texts in, texts out: `v1:<nonce>:<ciphertext>` for the passphrase kind. */
export interface SecretsManager {
  /** What the checkpoint records, so that another process can decrypt. Undefined: the stack has no secrets manager yet. */
  readonly record: SecretsProviderRecord | undefined;
  encrypt(plaintext: string): Promise<string>;
  /** @throws UserError `wrong-passphrase` or `secret-unreadable`. */
  decrypt(ciphertext: string): Promise<string>;
}

/** Opens the secrets manager that a checkpoint names, checking that it can decrypt. */
export interface SecretsProvider {
  /** Gives the same manager for the same record. @throws UserError `wrong-passphrase`, `no-passphrase`, `secrets-provider-unsupported`. */
  open(record: SecretsProviderRecord): Promise<SecretsManager>;
}

/** Where secrets are encrypted and decrypted: one manager for everything, or the one that each state names. */
export type SecretsSource = SecretsManager | SecretsProvider;

/** The manager to use for a state with this record; undefined where none is named. */
export async function secretsManagerFor(
  source: SecretsSource,
  record: SecretsProviderRecord | undefined,
): Promise<SecretsManager | undefined> {
  if (!("open" in source)) return source;
  return record === undefined ? undefined : source.open(record);
}
