import { UserError } from "../errors.ts";
import { digestOf } from "./judge-journal.ts";
import type { JournalPlace } from "./left-journal.ts";
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
  /** False where the state is to be written at the end only. */
  readonly isKept: boolean;
  /** The text of a state file. */
  readonly serialize: (snapshot: Snapshot) => Promise<string>;
  /** Replaces the state file; gives what checks then whether it holds together. */
  readonly replace: (text: string, snapshot: Snapshot) => Promise<() => void>;
}

/** The journal of a run on a stack of a file backend. */
export class FileJournal implements StackJournal {
  private readonly options: FileJournalOptions;
  private writer: JournalWriter | undefined;
  /** True while the journal holds what the state lacks. */
  isUnfolded = false;

  constructor(options: FileJournalOptions) {
    this.options = options;
  }

  get isLarge(): boolean {
    return (this.writer?.size ?? 0) > this.options.limit;
  }

  async append(changes: readonly StateChange[]): Promise<void> {
    if (!this.options.isKept) return;
    this.writer ??= await this.begin();
    this.isUnfolded = true;
    await this.writer.append(changes);
  }

  async fold(snapshot: Snapshot): Promise<void> {
    const text = await this.options.serialize(snapshot);
    await this.writer?.announceFold(digestOf(text));
    const verify = await this.options.replace(text, snapshot);
    this.isUnfolded = false;
    await this.writer?.close();
    verify();
  }

  private async begin(): Promise<JournalWriter> {
    const { place, start, secrets } = this.options;
    const { blobs, files } = place;
    await this.encryptAsRun();
    const found = await findState(blobs, files);
    if (found === undefined) throw new UserError("stack-not-found", "the state of the stack is gone");
    return new JournalWriter({
      header: { ...start, base: digestOf(await readStateText(blobs, found.path)) },
      secrets,
      log: () => blobs.log(files.journal, 0),
    });
  }

  /** What the run does not touch must be readable with the same secrets provider as what it writes. */
  private async encryptAsRun(): Promise<void> {
    const { base, secretsProvider } = this.options.start;
    if (secretsProvider === undefined || base.secretsProvider === undefined) return;
    if (JSON.stringify(secretsProvider) === JSON.stringify(base.secretsProvider)) return;
    const snapshot = { ...base, secretsProvider };
    (await this.options.replace(await this.options.serialize(snapshot), snapshot))();
  }
}
