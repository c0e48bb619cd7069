import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

interface Parked {
  readonly label: string;
  readonly resume: () => void;
}

/** How a piece of work ended. `stuck`: nothing could move any more, and it was not done. */
export type Ended<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "crashed" }
  | { readonly kind: "stuck" };

export interface Interruptions {
  /** The turn before which the process dies; undefined = never. */
  readonly crashAt?: number | undefined;
  /** The turn before which a person interrupts. */
  readonly abortAt?: number | undefined;
  readonly abort?: () => void;
}

/** Turns of the event loop without anything to resume after which work counts as stuck. */
const PATIENCE = 20;
/** More turns than any sound operation of a simulation takes. */
const MOST_TURNS = 20_000;

/**
 * All waiting of a simulated process goes through here: whoever waits is parked, and one at a time, chosen by the
 * seed, goes on until everything stands still again. A crash leaves everyone parked for ever.
 */
export class Scheduler {
  private readonly random: Random;
  private readonly trace: Trace;
  private parked: Parked[] = [];
  private dead = false;
  turns = 0;

  constructor(random: Random, trace: Trace) {
    this.random = random;
    this.trace = trace;
  }

  wait(label: string): Promise<void> {
    return new Promise((resume) => {
      if (!this.dead) this.parked.push({ label, resume });
    });
  }

  /** Runs until the work is done, or cannot be. */
  async run<T>(work: Promise<T>, interruptions: Interruptions = {}): Promise<Ended<T>> {
    let ended: Ended<T> | undefined;
    work.then(
      (value) => {
        ended = { kind: "done", value };
      },
      (error: unknown) => {
        ended = { kind: "failed", error };
      },
    );
    const isDone = (): Ended<T> | undefined => ended;
    for (let idle = 0; idle < PATIENCE && this.turns < MOST_TURNS; ) {
      await (this.parked.length === 0 || this.random.chance(0.25) ? nextTurn() : standstill());
      const end = isDone();
      if (end !== undefined) return end;
      if (this.parked.length === 0) {
        idle += 1;
        continue;
      }
      idle = 0;
      if (this.turns === interruptions.crashAt) return this.die({ kind: "crashed" });
      if (this.turns === interruptions.abortAt) interruptions.abort?.();
      this.resumeOne();
    }
    return this.die({ kind: "stuck" });
  }

  private die<E>(end: E): E {
    this.dead = true;
    this.parked = [];
    return end;
  }

  private resumeOne(): void {
    this.turns += 1;
    const index = this.random.below(this.parked.length);
    const [chosen] = this.parked.splice(index, 1);
    if (chosen === undefined) return;
    this.trace.note(chosen.label);
    chosen.resume();
  }
}

/** Settles when every promise that can go on has. */
function standstill(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Settles when also what waits for a turn of the event loop has had it. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
