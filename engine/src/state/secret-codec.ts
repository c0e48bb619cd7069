import { UserError } from "../errors.ts";
import type { Secret } from "../protocol/property-value.ts";
import type { SecretReader } from "./property-decode.ts";
import type { SecretWriter } from "./property-json.ts";
import type { SecretsManager } from "./secrets.ts";

interface Encrypted {
  readonly plaintext: string;
  readonly ciphertext: string;
}

/**
 * The text each secret was read as or written as. A secret that did not change keeps its ciphertext, so a state
 * differs from the one before only where it must. Two equal secrets do not share one: that would tell they are equal.
 */
const known = new WeakMap<SecretsManager, WeakMap<Secret, Encrypted>>();

function knownTo(manager: SecretsManager): WeakMap<Secret, Encrypted> {
  const existing = known.get(manager);
  if (existing !== undefined) return existing;
  const created = new WeakMap<Secret, Encrypted>();
  known.set(manager, created);
  return created;
}

/** Decrypts what a state needs decrypted, so that it can then be read without waiting. */
export async function openSecretReader(
  ciphertexts: ReadonlySet<string>,
  manager: SecretsManager | undefined,
): Promise<SecretReader> {
  if (manager === undefined) return { plaintext: refuseToDecrypt };
  const texts = [...ciphertexts];
  const plaintexts = new Map(
    await Promise.all(texts.map(async (text) => [text, await manager.decrypt(text)] as const)),
  );
  const remembered = knownTo(manager);
  return {
    plaintext: (ciphertext) => plaintexts.get(ciphertext) ?? refuseToDecrypt(),
    remember: (secret, plaintext, ciphertext) => remembered.set(secret, { plaintext, ciphertext }),
  };
}

function refuseToDecrypt(): never {
  throw new UserError(
    "no-secrets-manager",
    "the state holds secrets but does not say how they are encrypted",
    {
      help: "Restore the state from a backup: its 'secrets_providers' section is missing.",
    },
  );
}

/** Notes the secrets it meets; what it writes for them is of no use. */
export class SecretCollector implements SecretWriter {
  readonly field = "ciphertext";
  readonly found = new Map<Secret, string>();
  text(secret: Secret, plaintext: string): string {
    this.found.set(secret, plaintext);
    return "";
  }
}

/** Encrypts secrets, each given with its JSON text, so that they can then be written without waiting. */
export async function openSecretWriter(
  secrets: ReadonlyMap<Secret, string>,
  manager: SecretsManager,
): Promise<SecretWriter> {
  const remembered = knownTo(manager);
  await Promise.all(
    [...secrets].map(async ([secret, plaintext]) => {
      if (remembered.get(secret)?.plaintext === plaintext) return;
      remembered.set(secret, { plaintext, ciphertext: await manager.encrypt(plaintext) });
    }),
  );
  return { field: "ciphertext", text: (secret) => remembered.get(secret)?.ciphertext ?? "" };
}
