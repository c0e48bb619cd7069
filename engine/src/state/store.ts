import type { UpdateRecord } from "./history.ts";
import type { Snapshot } from "./resource.ts";
import type { StackJournal } from "./stack-journal.ts";
import type { RunStart } from "./state-change.ts";

/** A stack's full name. Organization is always `organization` on a file backend. */
export interface StackReference {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/** One stack's place in a store: everything an operation reads and writes. */
export interface StackStore {
  readonly reference: StackReference;
  /**
   * The recorded state, with what the journal of a run adds that has not ended, or died.
   * An existing but never updated stack gives an empty snapshot. @throws UserError when unreadable.
   */
  load(): Promise<Snapshot>;
  /** Replaces the recorded state durably: after the promise settles, a crash does not lose it. */
  save(snapshot: Snapshot): Promise<void>;
  /** The journal of a run; the caller holds the lock. Nothing is written before the first change. */
  openJournal(start: RunStart): StackJournal;
  /** Writes one finished operation into the history, with a copy of the state as it is now. */
  recordUpdate(update: UpdateRecord): Promise<void>;
  /**
   * Takes the stack's lock, and folds what a run that died left in its journal.
   * @throws UserError `stack-locked` naming who holds it and since when.
   */
  lock(): Promise<StackLock>;
  /** What people noted of the stack; absent where a store keeps no such notes. */
  tags?(): Promise<{ readonly [name: string]: string }>;
}

export interface StackLock {
  /** Gives the lock back, once the journal is folded: who reads the state alone must not take an old one for the present. */
  release(): Promise<void>;
}
