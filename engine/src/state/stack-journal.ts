import type { AppendLog } from "./append-log.ts";
import { frameRecord } from "./journal-lines.ts";
import { encodeChange, encodeFold, encodeHeader, type JournalHeader } from "./journal-records.ts";
import type { Snapshot } from "./resource.ts";
import { writeResources } from "./resource-text.ts";
import type { SecretsSource } from "./secrets.ts";
import type { StateChange } from "./state-change.ts";

/** What one run writes down as it goes, so that each change costs what it changes and not what there is. */
export interface StackJournal {
  /** Makes changes durable, all or none. Calls come one after the other. */
  append(changes: readonly StateChange[]): Promise<void>;
  /**
   * Makes what the changes have led to the recorded state, also where there were none. Gives what then checks whether
   * that holds together: it is recorded in any case, as it says what was really done.
   */
  fold(snapshot: Snapshot): Promise<() => void>;
  /** Forgets a journal that is folded. */
  discard(): Promise<void>;
  /** True once it has grown so much that it should be folded in the middle of the run. */
  readonly isLarge: boolean;
  /** How long nothing must happen before it is folded, for those who read the state alone. Undefined: nobody does. */
  readonly idleMilliseconds: number | undefined;
}

/** Encodes the records of a journal and gives each batch to a log in one piece. */
export class JournalWriter {
  private readonly secrets: SecretsSource;
  private readonly header: JournalHeader;
  private readonly log: () => Promise<AppendLog>;
  private opened: AppendLog | undefined;
  private written = 0;

  constructor(options: {
    readonly header: JournalHeader;
    readonly secrets: SecretsSource;
    readonly log: () => Promise<AppendLog>;
  }) {
    this.header = options.header;
    this.secrets = options.secrets;
    this.log = options.log;
  }

  /** Bytes on disk. */
  get size(): number {
    return this.written;
  }

  async append(changes: readonly StateChange[]): Promise<void> {
    const resources = changes.flatMap(({ contents }) => [...contents.values()]);
    const written = await writeResources(resources, this.secrets, this.header.secretsProvider);
    await this.write(changes.map((change) => encodeChange(change, written)));
  }

  /** Notes what the state's text will add up to, before it is replaced. */
  async announceFold(state: string): Promise<void> {
    if (this.written > 0) await this.write([encodeFold(state)]);
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  private async write(records: readonly string[]): Promise<void> {
    const all = this.written > 0 ? records : [encodeHeader(this.header), ...records];
    const content = Buffer.concat(all.map(frameRecord));
    this.opened ??= await this.log();
    await this.opened.append(content);
    this.written += content.length;
  }
}
