import type { ParseArgsOptionsConfig } from "node:util";

/** What a verb prints to; tests pass their own. */
export interface Output {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** First abort: finish what runs, start nothing new. */
  readonly signal: AbortSignal;
}

export interface VerbArguments {
  readonly positionals: readonly string[];
  readonly flags: { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined };
}

/** A command of `./infra` as data. */
export interface Verb {
  readonly name: string;
  /** Positionals as help shows them, for example `STACK`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: ParseArgsOptionsConfig & { readonly [name: string]: { readonly summary: string } };
  readonly examples: readonly string[];
  /** Gives the exit code. */
  run(args: VerbArguments, output: Output): Promise<number>;
}
