import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import type { SecretsManager } from "../src/state/secrets.ts";
import type { Random } from "./random.ts";

/** Part of every secret value: it must not be found in anything that is written or told. */
export const CANARY = "canary-in-clear";

const KEY = createSecretKey(Buffer.alloc(32, 7));
const TAG_BYTES = 16;

/** AES-256-GCM as the passphrase manager does it, with a key that needs no deriving and nonces that follow the seed. */
export function seededSecrets(random: Random): SecretsManager {
  return {
    record: { type: "passphrase", state: { salt: "v1:c2FsdA==:v1:simulated" } },
    async encrypt(plaintext) {
      const nonce = random.bytes(12);
      const cipher = createCipheriv("aes-256-gcm", KEY, nonce);
      const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1:${Buffer.from(nonce).toString("base64")}:${sealed.toString("base64")}`;
    },
    async decrypt(ciphertext) {
      const [, nonce = "", text = ""] = ciphertext.split(":");
      const sealed = Buffer.from(text, "base64");
      const decipher = createDecipheriv("aes-256-gcm", KEY, Buffer.from(nonce, "base64"));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      return (
        decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES), undefined, "utf8") +
        decipher.final("utf8")
      );
    },
  };
}
