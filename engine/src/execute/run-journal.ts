import type { TrackedResource } from "../plan/step.ts";
import type { PendingOperation, PendingOperationType, Snapshot } from "../state/resource.ts";
import type { StackJournal } from "../state/stack-journal.ts";
import type { RunStart } from "../state/state-change.ts";
import { ChangeLog } from "./change-log.ts";
import { GroupCommit } from "./group-commit.ts";

/** What must be recorded now. */
export interface Recorded {
  /** Resources of this run, in the order in which they were finished. */
  readonly finished: readonly TrackedResource[];
  readonly untouched: readonly TrackedResource[];
  readonly pending: ReadonlyMap<TrackedResource, PendingOperationType>;
}

export interface RunJournalOptions {
  readonly start: RunStart;
  readonly openJournal: (start: RunStart) => StackJournal;
  /** The recorded resources that a refresh may have changed since the start. */
  readonly baseResources: () => readonly TrackedResource[];
  readonly recorded: () => Recorded;
  /** All of it, as a fold writes it. */
  readonly assemble: () => Snapshot;
}

/**
 * Brings the changes of a run to its journal, as many at once as wait, and folds the journal: at the end; when it has
 * grown large; and when nothing has happened for a while, so that whoever reads the state alone sees what is under way.
 */
export class RunJournal {
  private readonly options: RunJournalOptions;
  private readonly writes: GroupCommit;
  private start: RunStart;
  private journal: StackJournal;
  /** Two while a journal is folded: of the changes to what it began with, and to what it is folded into. */
  private logs: readonly [ChangeLog] | readonly [ChangeLog, ChangeLog];
  /** What the journal is being folded into. */
  private folding: Snapshot | undefined;
  private next: "append" | "fold" | "close" = "append";
  private idle: NodeJS.Timeout | undefined;
  private restUntil = 0;

  constructor(options: RunJournalOptions) {
    this.options = options;
    this.start = options.start;
    this.journal = options.openJournal(options.start);
    this.logs = [new ChangeLog(options.baseResources())];
    this.writes = new GroupCommit(() => this.write());
  }

  /** Notes a change; it is written with the next commit. */
  note(change: (log: ChangeLog) => void): void {
    for (const log of this.logs) change(log);
  }

  /** Which pending operations of earlier runs still count. */
  noteInherited(operations: readonly PendingOperation[]): void {
    const [log, next] = this.logs;
    log.inherit(placesOf(operations, this.start.base));
    if (this.folding !== undefined) next?.inherit(placesOf(operations, this.folding));
  }

  /** Settles when what was noted is durable. */
  commit(): Promise<void> {
    return this.writes.commit();
  }

  /** Folds for the last time. */
  close(): Promise<void> {
    this.next = "close";
    return this.writes.commit();
  }

  private async write(): Promise<void> {
    clearTimeout(this.idle);
    switch (this.next) {
      case "close":
        return this.foldAtEnd();
      case "fold":
        this.next = "append";
        await this.append();
        return this.tryToFold();
      case "append":
        await this.append();
        if (this.journal.isLarge) return this.tryToFold();
        return this.foldWhenIdle();
    }
  }

  private async foldAtEnd(): Promise<void> {
    try {
      const verify = await this.journal.fold(this.options.assemble());
      verify();
    } catch (error) {
      // What no write took yet may still find room where the whole state does not.
      await this.append().catch(() => undefined);
      throw error;
    }
  }

  private foldWhenIdle(): void {
    const { idleMilliseconds } = this.journal;
    if (idleMilliseconds === undefined) return;
    const pause = Math.max(idleMilliseconds, this.restUntil - performance.now());
    this.idle = setTimeout(() => {
      if (this.next === "close") return;
      this.next = "fold";
      // Nobody waits for it: what it cannot do the next write tells.
      void this.commit().catch(() => undefined);
    }, pause).unref();
  }

  private async append(): Promise<void> {
    const [log] = this.logs;
    const batch = log.take(this.options.baseResources());
    try {
      if (batch.length > 0) await this.journal.append(batch);
    } catch (error) {
      log.giveBack(batch);
      throw error;
    }
  }

  /**
   * Folds in the middle of the run. Where resources have other names or another order meanwhile, that waits for the
   * end; and where it fails, as all that was noted is in the journal.
   */
  private async tryToFold(): Promise<void> {
    const { finished, untouched, pending } = this.options.recorded();
    const resources = [...finished, ...untouched];
    const states = resources.map(({ state }) => state);
    const base = this.options.assemble();
    if (base.resources.some((state, place) => state !== states[place])) return;
    const inherited = [...base.pendingOperations.keys()];
    const [old] = this.logs;
    const log = new ChangeLog(resources, this.options.baseResources());
    log.resume(finished.length, { pending, inherited: inherited.slice(pending.size) });
    this.logs = [old, log];
    this.folding = base;
    const began = performance.now();
    try {
      await this.journal.fold(base);
    } catch {
      this.logs = [old];
      return;
    } finally {
      this.folding = undefined;
      this.restUntil = performance.now() + (performance.now() - began) * REST;
    }
    this.logs = [log];
    this.start = { ...this.start, base, manifest: base.manifest, inherited };
    // One that stays is known to be folded, and the next takes its place.
    await this.journal.discard().catch(() => undefined);
    this.journal = this.options.openJournal(this.start);
  }
}

function placesOf(
  operations: readonly PendingOperation[],
  { pendingOperations }: Snapshot,
): readonly number[] {
  return operations.map((operation) => pendingOperations.indexOf(operation));
}

/** Folding while idle may take this part of the time: one in so many. */
const REST = 20;
