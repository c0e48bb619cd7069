import type { ProgramOutcome } from "./program-source.ts";

/** A running program, as the operation sees it. */
export interface Evaluation {
  /** Settles when the program will ask for nothing more: it signalled, or it ended. */
  readonly finished: Promise<ProgramOutcome>;
  /** Lets a program that signalled go, waits for its end, closes the servers. Gives the final outcome. May be called again. */
  release(): Promise<ProgramOutcome>;
  /** True where a program that said it is done may yet turn out to have failed: a process has an exit code. */
  readonly mayFailLate?: true;
}
