import type { SecretsProviderRecord } from "./resource.ts";

/** Encrypts and decrypts the secrets of one stack. Texts in, texts out: `v1:<nonce>:<ciphertext>` for the passphrase kind. */
export interface SecretsManager {
  /** What the checkpoint records, so that another process can decrypt. Undefined: the stack has no secrets manager yet. */
  readonly record: SecretsProviderRecord | undefined;
  encrypt(plaintext: string): Promise<string>;
  /** @throws UserError `wrong-passphrase` or `secret-unreadable`. */
  decrypt(ciphertext: string): Promise<string>;
}
