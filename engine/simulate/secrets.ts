import type { SecretsManager } from "../src/state/secrets.ts";
import type { Random } from "./random.ts";

/** Part of every secret value: it must not be found in anything that is written or told. */
export const CANARY = "canary-in-clear";

/** What AES-256-GCM adds to a text. */
const TAG_BYTES = 16;

/** Keeps plaintexts to itself and gives a token for each, as long as a ciphertext: no two alike, and only they open. */
export function seededSecrets(random: Random): SecretsManager {
  const kept = new Map<string, string>();
  return {
    record: { type: "passphrase", state: { salt: "v1:c2FsdA==:v1:simulated" } },
    async encrypt(plaintext) {
      const length = Math.ceil((Buffer.byteLength(plaintext) + TAG_BYTES) / 3) * 4;
      const nonce = Buffer.from(random.bytes(12)).toString("base64");
      const token = `v1:${nonce}:${String(kept.size).padStart(length, "0")}`;
      kept.set(token, plaintext);
      return token;
    },
    async decrypt(token) {
      const plaintext = kept.get(token);
      if (plaintext === undefined) throw new Error("this was not encrypted here");
      return plaintext;
    },
  };
}
