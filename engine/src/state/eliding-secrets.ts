import { UserError } from "../errors.ts";
import type { SecretsManager, SecretsProvider } from "./secrets.ts";

/** What a secret is read as that cannot be decrypted, in JSON. */
const ELIDED = "{}";

/** Reads secrets that cannot be decrypted as empty objects; `elided` hears of each. */
export function elidingSecrets(secrets: SecretsProvider, elided: () => void): SecretsProvider {
  return {
    async open(record) {
      const manager = await secrets.open(record).catch((error: unknown): SecretsManager => {
        if (!(error instanceof UserError) || error.code !== "wrong-passphrase") throw error;
        return { record, encrypt: () => Promise.reject(error), decrypt: () => Promise.reject(error) };
      });
      return {
        record: manager.record,
        encrypt: (plaintext) => manager.encrypt(plaintext),
        decrypt: (ciphertext) =>
          manager.decrypt(ciphertext).catch(() => {
            elided();
            return ELIDED;
          }),
      };
    },
  };
}
