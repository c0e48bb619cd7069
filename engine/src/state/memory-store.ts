import { UserError } from "../errors.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { freshCheckpoint, serializeCheckpoint } from "./checkpoint-write.ts";
import type { UpdateRecord } from "./history.ts";
import { verifyIntegrity } from "./integrity.ts";
import type { SecretsManager, SecretsSource } from "./secrets.ts";
import type { StackReference, StackStore } from "./store.ts";

/** Hides nothing: for states that never leave memory. */
export const base64Secrets: SecretsManager = {
  record: { type: "b64", state: null },
  async encrypt(plaintext) {
    return Buffer.from(plaintext).toString("base64");
  },
  async decrypt(ciphertext) {
    return Buffer.from(ciphertext, "base64").toString();
  },
};

/** A store in memory, with a window for tests on what a file would hold. */
export interface MemoryStore extends StackStore {
  /** The text of the state as it was last saved. */
  readonly text: string;
  /** Every text that was ever saved, oldest first. */
  readonly saves: readonly string[];
  readonly updates: readonly UpdateRecord[];
  readonly locked: boolean;
}

/** Makes a store that keeps the state as the text of a checkpoint, so that what a file would lose is lost here too. */
export function createMemoryStore(
  reference: StackReference,
  secrets: SecretsSource = base64Secrets,
  text: string = freshCheckpoint(reference),
): MemoryStore {
  const saves: string[] = [text];
  const updates: UpdateRecord[] = [];
  let locked = false;
  const current = () => saves.at(-1) ?? text;
  return {
    reference,
    updates,
    saves,
    get text() {
      return current();
    },
    get locked() {
      return locked;
    },
    async load() {
      const snapshot = await parseCheckpoint(current(), secrets);
      verifyIntegrity(snapshot);
      return snapshot;
    },
    async save(snapshot) {
      saves.push(await serializeCheckpoint(snapshot, reference, secrets));
      verifyIntegrity(snapshot);
    },
    async recordUpdate(update) {
      updates.push(update);
    },
    async lock() {
      if (locked) throw new UserError("stack-locked", "the stack is currently locked by 1 lock(s).");
      locked = true;
      return {
        async release() {
          locked = false;
        },
      };
    },
  };
}
