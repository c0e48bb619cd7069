import type { ParseArgsOptionsConfig } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Checkout } from "./paths.ts";

/** Where a command writes down what it does, resource by resource. */
export interface OperationTrail {
  /** What an operation is about to work on. */
  plan(urns: readonly string[]): void;
  /** Takes every engine event of an operation that changes something. */
  accept(event: EngineEvent): void;
}

/** What a verb prints to; tests pass their own. */
export interface Output {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** First abort: finish what runs, start nothing new. */
  readonly signal: AbortSignal;
  /** @default nothing is written down */
  readonly trail?: OperationTrail;
}

export interface VerbArguments {
  readonly positionals: readonly string[];
  readonly flags: { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined };
  /** What the command works on. */
  readonly checkout: Checkout;
}

/** A command of `./infra` as data. */
export interface Verb {
  readonly name: string;
  /** Positionals as help shows them, for example `STACK`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: ParseArgsOptionsConfig & {
    readonly [name: string]: {
      readonly summary: string;
      /** What a flag that takes a value means without one. */
      readonly bare?: string;
    };
  };
  readonly examples: readonly string[];
  /** What exit codes tell that other commands do not have, or that mean something else here. */
  readonly exitCodes?: { readonly [code: number]: string };
  /** Gives the exit code. */
  run(args: VerbArguments, output: Output): Promise<number>;
}
