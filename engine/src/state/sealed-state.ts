/** States read and written without their secrets: what is ciphertext stays the ciphertext it is. */
import { UserError } from "../errors.ts";
import type { Secret } from "../protocol/property-value.ts";
import { readDeployment } from "./checkpoint.ts";
import type { Envelope } from "./checkpoint-envelope.ts";
import { writeResource } from "./checkpoint-resource.ts";
import { writeCheckpoint } from "./checkpoint-write.ts";
import { encodeGoJson } from "./go-json.ts";
import type { SecretReader } from "./property-decode.ts";
import type { SecretWriter } from "./property-json.ts";
import { emptySnapshot, type Snapshot } from "./resource.ts";
import { textOf } from "./resource-text.ts";
import type { StackReference } from "./store.ts";

/** Which ciphertext each secret was read as. Its value is that text too, so nothing can be learnt from it. */
const ciphertexts = new WeakMap<Secret, string>();

export const sealedReader: SecretReader = {
  plaintext: (ciphertext) => encodeGoJson(ciphertext),
  remember: (secret, _plaintext, ciphertext) => ciphertexts.set(secret, ciphertext),
};

const sealedWriter: SecretWriter = {
  field: "ciphertext",
  text(secret) {
    const ciphertext = ciphertexts.get(secret);
    if (ciphertext !== undefined) return ciphertext;
    throw new UserError("no-secrets-manager", "the state holds a secret in clear; it cannot be carried over");
  },
};

/** The snapshot of a state file. @throws UserError `state-corrupt`. */
export function readSealed({ deployment }: Envelope): Snapshot {
  return deployment === undefined ? emptySnapshot() : readDeployment(deployment, sealedReader);
}

/** The text of a state file whose secrets were read sealed. */
export function writeSealed(snapshot: Snapshot, stack: StackReference): string {
  return writeCheckpoint(snapshot, stack, {
    record: snapshot.secretsProvider,
    write: (resource) => textOf(resource, writeResource(resource, sealedWriter)),
  });
}
