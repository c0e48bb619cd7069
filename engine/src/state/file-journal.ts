import { UserError } from "../errors.ts";
import { digestOf } from "./judge-journal.ts";
import { type JournalPlace, settleJournal } from "./left-journal.ts";
import type { Snapshot } from "./resource.ts";
import type { SecretsSource } from "./secrets.ts";
import { JournalWriter, type StackJournal } from "./stack-journal.ts";
import type { RunStart, StateChange } from "./state-change.ts";
import { findState, readStateText } from "./state-file.ts";

export interface FileJournalOptions {
  readonly place: JournalPlace;
  readonly start: RunStart;
  readonly secrets: SecretsSource;
  /** Beyond this many bytes the journal is to be folded. */
  readonly limit: number;
  /** False once the lock was taken away from this run. */
  readonly isLocked: () => boolean;
  /** False where the state is to be written at the end only. */
  readonly isKept: boolean;
  /** The text of a state file, as bytes: a large one is in memory once. */
  readonly serialize: (snapshot: Snapshot) => Promise<Buffer>;
  /** Replaces the state file; gives what checks then whether it holds together. */
  readonly replace: (text: Buffer, snapshot: Snapshot) => Promise<() => void>;
}

/** The journal of a run on a stack of a file backend. */
export class FileJournal implements StackJournal {
  private readonly options: FileJournalOptions;
  private writer: JournalWriter | undefined;
  /** Why nothing can be added: the journal is folded, or may be. */
  private closed: unknown;
  /** True while the journal holds what the state lacks. */
  private isUnfolded = false;
  /** True once the state holds everything. */
  isFolded = false;

  constructor(options: FileJournalOptions) {
    this.options = options;
  }

  get isLarge(): boolean {
    return (this.writer?.size ?? 0) > this.options.limit;
  }

  get idleMilliseconds(): number | undefined {
    return this.isUnfolded ? IDLE + (this.writer?.size ?? 0) / IDLE_BYTES : undefined;
  }

  async append(changes: readonly StateChange[]): Promise<void> {
    if (!this.options.isKept) return;
    if (this.closed !== undefined) throw this.closed;
    this.writer ??= await this.begin();
    this.isUnfolded = true;
    await this.writer.append(changes);
    this.refuseWithoutLock();
  }

  async fold(snapshot: Snapshot): Promise<() => void> {
    this.refuseWithoutLock();
    if (this.writer === undefined) await this.settleLeft();
    const text = await this.options.serialize(snapshot);
    await this.writer?.announceFold(digestOf(text));
    this.closed = new Error("the state may not be durable");
    const verify = await this.options.replace(text, snapshot).catch(async (error: unknown) => {
      this.closed = (await this.isAt(text)) ? error : undefined;
      throw error;
    });
    this.closed = new Error("the journal is folded");
    this.isUnfolded = false;
    this.isFolded = true;
    return verify;
  }

  async close(): Promise<void> {
    await this.writer?.close();
  }

  async discard(): Promise<void> {
    await this.close();
    if (this.writer !== undefined) await this.options.place.blobs.remove(this.options.place.files.journal);
  }

  /** True where the state is this text. */
  private async isAt(text: Buffer): Promise<boolean> {
    const { blobs, files } = this.options.place;
    const found = await findState(blobs, files);
    return found !== undefined && text.equals(Buffer.from(await readStateText(blobs, found.path)));
  }

  private refuseWithoutLock(): void {
    if (this.options.isLocked()) return;
    throw new UserError("lock-lost", "the lock of this stack was taken away while the run went on", {
      help:
        "Somebody ran `pulumi cancel`. What this run did until then is in its journal, which the next command that " +
        "takes the lock folds into the state.",
    });
  }

  private async begin(): Promise<JournalWriter> {
    const { place, start, secrets } = this.options;
    const { blobs, files } = place;
    await this.settleLeft();
    await this.prepareBase();
    const found = await findState(blobs, files);
    if (found === undefined) throw new UserError("stack-not-found", "the state of the stack is gone");
    return new JournalWriter({
      header: { ...start, base: digestOf(await readStateText(blobs, found.path)) },
      secrets,
      log: () => blobs.log(files.journal, 0),
    });
  }

  /** An earlier run's journal that could not be folded when the lock was taken: this one would write over it. */
  private async settleLeft(): Promise<void> {
    const { place } = this.options;
    if (place.blobs.isThere(place.files.journal)) await settleJournal(place);
  }

  /** What the run does not touch must be in the form, and readable with the secrets provider, of what it writes. */
  private async prepareBase(): Promise<void> {
    const { place, start, serialize, replace } = this.options;
    const { base, secretsProvider } = start;
    const found = await findState(place.blobs, place.files);
    const isEncryptedAlike =
      secretsProvider === undefined ||
      base.secretsProvider === undefined ||
      JSON.stringify(secretsProvider) === JSON.stringify(base.secretsProvider);
    if (isEncryptedAlike && found?.compression === place.compression) return;
    const snapshot = { ...base, secretsProvider: secretsProvider ?? base.secretsProvider };
    const verify = await replace(await serialize(snapshot), snapshot);
    verify();
  }
}

/** A person who looks at a state while a slow provider works sees what it works on. Milliseconds. */
const IDLE = 150;
/** And one more for so many bytes of journal: the more there is, the longer a fold takes, and the end may be near. */
const IDLE_BYTES = 10_000;
