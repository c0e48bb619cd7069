import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SecretsManager } from "../../src/state/secrets.ts";

/** A value that may stand nowhere; with characters that encoders change. */
export const CANARY = 'CANARY7f3a"\n<b>&';

const key = Buffer.alloc(32, 7);

/** Encrypts for real: what is not given to it cannot hide. */
export const canarySecrets: SecretsManager = {
  record: { type: "canary", state: null },
  async encrypt(plaintext) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const text = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `${nonce.toString("base64")}:${text.toString("base64")}`;
  },
  async decrypt(ciphertext) {
    const [nonce, text] = ciphertext.split(":").map((part) => Buffer.from(part, "base64"));
    if (nonce === undefined || text === undefined) throw new Error("not a ciphertext");
    const decipher = createDecipheriv("aes-256-gcm", key, nonce);
    decipher.setAuthTag(Buffer.from(text.subarray(-16)));
    return decipher.update(text.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
  },
};

/** What a part of the canary looks like in clear, in hexadecimal, and in base64 wherever it begins. */
export function formsOf(text: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from("x".repeat(shift) + text).toString("base64");
    // The first and the last characters depend on what is around.
    return encoded.slice(shift === 0 ? 0 : 4, encoded.length - 4);
  });
  return [text, Buffer.from(text).toString("hex"), ...base64];
}
