/** The passphrase secrets manager: AES-256-GCM under a key derived from a passphrase and the stack's salt. */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { doing, UserError } from "../errors.ts";
import type { SecretsProviderRecord } from "./resource.ts";
import type { SecretsManager, SecretsProvider } from "./secrets.ts";

const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Encrypted beside the salt, so that a passphrase can be verified. */
const KNOWN_TEXT = "pulumi";

/** Gives the passphrase. @throws UserError `no-passphrase`. */
export type ReadPassphrase = () => Promise<string>;

/** Opens passphrase secrets managers; the salt is the text that Pulumi.<stack>.yaml has as `encryptionsalt`. */
export interface PassphraseSecrets extends SecretsProvider {
  /** @throws UserError `wrong-passphrase`, `no-passphrase`, `secret-unreadable`. */
  openSalt(salt: string): Promise<SecretsManager>;
  /** Makes a manager with a new salt. */
  create(): Promise<PassphraseManager>;
}

export interface PassphraseManager extends SecretsManager {
  readonly record: SecretsProviderRecord;
  readonly salt: string;
}

/** Opens managers with the passphrase that `read` gives; it is asked for once, and only when needed. */
export function createPassphraseSecrets(read: ReadPassphrase): PassphraseSecrets {
  let passphrase: Promise<string> | undefined;
  const ask = () => {
    passphrase ??= read();
    return passphrase;
  };
  return {
    async open(record) {
      const salt = saltOf(record);
      const given = await doing("constructing secrets manager", ask);
      return openManager(salt, given).catch((error: unknown) => {
        throw error instanceof UserError && error.code === "wrong-passphrase" ? locked(error) : error;
      });
    },
    async openSalt(salt) {
      return openManager(salt, await ask());
    },
    async create() {
      return createPassphraseManager(await ask());
    },
  };
}

/** What is said of a state's secrets where the passphrase is wrong. */
function locked({ code, help, cause }: UserError): UserError {
  const message =
    "failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase " +
    "or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase";
  return new UserError(code, message, { cause, ...(help === undefined ? {} : { help }) });
}

/** Makes a manager with a new salt. */
export async function createPassphraseManager(passphrase: string): Promise<PassphraseManager> {
  const salt = randomBytes(SALT_BYTES).toString("base64");
  const key = await deriveKey(passphrase, salt);
  const manager = managerOf(`v1:${salt}:${encrypt(key, KNOWN_TEXT)}`, key);
  managers.set(cacheKey(manager.salt, passphrase), Promise.resolve(manager));
  return manager;
}

/** @throws UserError `secrets-provider-unsupported`, `secret-unreadable` */
export function saltOf(record: SecretsProviderRecord): string {
  if (record.type !== "passphrase") {
    throw new UserError(
      "secrets-provider-unsupported",
      `secrets provider '${record.type}' is not supported: this engine encrypts with a passphrase only`,
      { help: "Change it with the official CLI: `pulumi stack change-secrets-provider passphrase`." },
    );
  }
  const { salt } = (record.state ?? {}) as { readonly salt?: unknown };
  if (typeof salt !== "string") throw new UserError("secret-unreadable", "malformed state value");
  return salt;
}

/** Deriving a key takes about a second: once per salt and passphrase is enough for a process. */
const managers = new Map<string, Promise<PassphraseManager>>();

function cacheKey(salt: string, passphrase: string): string {
  return JSON.stringify([salt, passphrase]);
}

function openManager(salt: string, passphrase: string): Promise<PassphraseManager> {
  const cached = cacheKey(salt, passphrase);
  const manager = managers.get(cached) ?? verifyManager(salt, passphrase);
  managers.set(cached, manager);
  return manager;
}

async function verifyManager(state: string, passphrase: string): Promise<PassphraseManager> {
  const [version, salt, ...proof] = state.split(":");
  if (version !== "v1") throw new UserError("secret-unreadable", "unknown state version");
  if (salt === undefined || proof.length !== 3)
    throw new UserError("secret-unreadable", "malformed state value");
  const key = await deriveKey(passphrase, salt);
  if (tryDecrypt(key, proof.join(":")) !== KNOWN_TEXT) {
    throw new UserError("wrong-passphrase", "incorrect passphrase", {
      help: "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the passphrase of this stack.",
    });
  }
  return managerOf(state, key);
}

function managerOf(salt: string, key: Buffer): PassphraseManager {
  return {
    salt,
    record: { type: "passphrase", state: { salt } },
    async encrypt(plaintext) {
      return encrypt(key, plaintext);
    },
    async decrypt(ciphertext) {
      const plaintext = tryDecrypt(key, ciphertext);
      if (plaintext !== undefined) return plaintext;
      throw new UserError("secret-unreadable", "cipher: message authentication failed", {
        help: "The value was encrypted with another passphrase or salt, or was changed since.",
      });
    },
  };
}

const derive = promisify(pbkdf2);

function deriveKey(passphrase: string, salt: string): Promise<Buffer> {
  return derive(passphrase, Buffer.from(salt, "base64"), ITERATIONS, KEY_BYTES, "sha256");
}

function encrypt(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

/** Undefined where the text was not encrypted with this key. */
function tryDecrypt(key: Buffer, ciphertext: string): string | undefined {
  const [version, nonceText, sealedText, ...rest] = ciphertext.split(":");
  if (version !== "v1" || nonceText === undefined || sealedText === undefined || rest.length > 0)
    return undefined;
  const nonce = Buffer.from(nonceText, "base64");
  const sealed = Buffer.from(sealedText, "base64");
  if (nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return (
      decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES), undefined, "utf8") +
      decipher.final("utf8")
    );
  } catch {
    return undefined;
  }
}
