import { Readable } from "node:stream";

type Listener = (text: string) => void;

export interface CommandLineOptions {
  /** Absolute. */
  readonly cwd: string;
  /** All of it: nothing comes from the process's own. */
  readonly env: { readonly [name: string]: string | undefined };
  /** What its input holds. @default nothing */
  readonly input?: string;
  /** First abort: end gracefully. @default never */
  readonly signal?: AbortSignal;
  /** Told what is printed as it comes. */
  readonly onOutput?: Listener;
  readonly onError?: Listener;
}

/** How a command line ended. */
export interface CommandLineOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line of `pulumi` in this process, without a terminal.
 *
 * @param words what comes after `pulumi`.
 */
export async function runCommandLine(
  words: readonly string[],
  { cwd, env, input, signal, onOutput, onError }: CommandLineOptions,
): Promise<CommandLineOutcome> {
  const stdout = new Collector(onOutput);
  const stderr = new Collector(onError);
  const { main } = await import("../cli/main.ts");
  const exitCode = await main(words, {
    ...{ cwd, env, stdout, stderr },
    stdin: Readable.from(input === undefined ? [] : [input]),
    signal: signal ?? new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** What a command prints, kept and told as it comes. */
class Collector {
  readonly #written: string[] = [];
  readonly #listener: Listener | undefined;

  constructor(listener: Listener | undefined) {
    this.#listener = listener;
  }

  write(text: string): void {
    this.#written.push(text);
    this.#listener?.(text);
  }

  text(): string {
    return this.#written.join("");
  }
}
