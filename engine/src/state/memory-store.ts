import { invariant, UserError } from "../errors.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { freshCheckpoint, serializeCheckpoint } from "./checkpoint-write.ts";
import type { UpdateRecord } from "./history.ts";
import { verifyIntegrity } from "./integrity.ts";
import { digestOf, judgeJournal } from "./judge-journal.ts";
import type { SecretsManager, SecretsSource } from "./secrets.ts";
import { JournalWriter } from "./stack-journal.ts";
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
  /** The text of the state as it is now, with what the journal adds. */
  readonly text: string;
  /** Every text that was ever durable, oldest first. */
  readonly saves: readonly string[];
  /** The journal of the run that goes on: what a file would hold. */
  readonly journal: string;
  readonly updates: readonly UpdateRecord[];
  readonly locked: boolean;
}

/** Makes a store that keeps the state as text, journal included, so that what a file would lose is lost here too. */
export function createMemoryStore(
  reference: StackReference,
  secrets: SecretsSource = base64Secrets,
  text: string = freshCheckpoint(reference),
): MemoryStore {
  const texts = new TextLog(reference, text);
  const updates: UpdateRecord[] = [];
  let locked = false;
  return {
    reference,
    updates,
    get saves() {
      return texts.all();
    },
    get text() {
      return texts.latest();
    },
    get journal() {
      return texts.journal;
    },
    get locked() {
      return locked;
    },
    async load() {
      const snapshot = await parseCheckpoint(texts.latest(), secrets);
      verifyIntegrity(snapshot);
      return snapshot;
    },
    async save(snapshot) {
      texts.replace(await serializeCheckpoint(snapshot, reference, secrets));
      verifyIntegrity(snapshot);
    },
    openJournal(start) {
      const header = { ...start, base: digestOf(texts.latest()) };
      const log = {
        append: async (content: Uint8Array) => texts.append(content),
        close: async () => undefined,
      };
      const writer = new JournalWriter({ header, secrets, log: async () => log });
      return {
        isLarge: false,
        idleMilliseconds: undefined,
        discard: () => Promise.resolve(),
        append: (changes) => writer.append(changes),
        async fold(snapshot) {
          texts.replace(await serializeCheckpoint(snapshot, reference, secrets));
          return () => verifyIntegrity(snapshot);
        },
      };
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

/** A text on its own, or one that a journal makes of another; worked out when somebody looks. */
type Version = string | { readonly base: string; readonly journal: string };

class TextLog {
  private readonly reference: StackReference;
  private readonly versions: Version[];
  private base: string;
  journal = "";

  constructor(reference: StackReference, text: string) {
    this.reference = reference;
    this.versions = [text];
    this.base = text;
  }

  append(content: Uint8Array): void {
    this.journal += Buffer.from(content).toString();
    this.versions.push({ base: this.base, journal: this.journal });
  }

  replace(text: string): void {
    this.base = text;
    this.journal = "";
    this.versions.push(text);
  }

  latest(): string {
    return this.textAt(this.versions.length - 1);
  }

  all(): readonly string[] {
    return this.versions.map((_, index) => this.textAt(index));
  }

  private textAt(index: number): string {
    const version = this.versions[index];
    invariant(version !== undefined, `version ${index} of a state in memory exists`);
    if (typeof version === "string") return version;
    const judgement = judgeJournal(Buffer.from(version.journal), version.base, this.reference);
    invariant(judgement.kind === "unfolded", "a journal in memory belongs to its state");
    this.versions[index] = judgement.text;
    return judgement.text;
  }
}
