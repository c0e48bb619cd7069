/** Where a program finds the engine, and what it is told about the run. */
export interface RunDescription {
  /** `host:port`; monitor and engine are served on the same port. */
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** `namespace:name` -> value, decrypted. */
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  readonly dryRun: boolean;
  readonly parallel: number;
  /** False where nobody reads debug messages: then they need not be sent. */
  readonly debugMessages: boolean;
}

/** One run of a program: what it is told, who hears it, and what stops it. */
export interface ProgramRun extends RunDescription {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborted when the program has to stop: it is asked first (SIGINT), killed after five seconds. */
  readonly signal: AbortSignal;
}

export type ProgramOutcome =
  | { readonly kind: "succeeded" }
  /** Errors were already logged through Engine.Log (exit code 32). */
  | { readonly kind: "failed-silently" }
  | { readonly kind: "failed"; readonly message: string };

/** A program that registers resources: a Node process (`node-program.ts`), an Automation API inline program, or a test's function. */
export interface ProgramSource {
  /**
   * Tells what will be run, so that the program can get ready: it may ask for its stack, and waits for the answer, but
   * does nothing of its own. `run` follows with the same description, or nothing does.
   */
  announce?(run: RunDescription): void;
  run(run: ProgramRun): Promise<ProgramOutcome>;
}
