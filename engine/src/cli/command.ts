/** One flag of a command. `value` undefined = a switch. */
export interface Flag {
  readonly short?: string;
  /** Placeholder of the value in help, for example `FILE`; undefined = a boolean switch (`--x`, `--x=false`). */
  readonly value?: string;
  /** What the flag means without a value; it takes one only after `=`. */
  readonly bare?: string;
  readonly multiple?: boolean;
  readonly summary: string;
}

/** What a command was given: positionals in order, flags by long name. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly flags: { readonly [name: string]: string | boolean | readonly string[] | undefined };
}

/** The process as a command sees it; tests pass their own. */
export interface CommandProcess {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    /** The terminal's width and height, as they are now. */
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: { write(text: string): unknown };
  /** First abort: end gracefully. */
  readonly signal: AbortSignal;
}

/** A command is data: the words that call it, its flags, and a function that runs it and gives the exit code. */
export interface Command {
  readonly words: readonly string[];
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly positionals?: string;
  readonly flags: { readonly [name: string]: Flag };
  readonly examples?: readonly string[];
  /** Flags of the official CLI that this engine refuses, with what to do instead. */
  readonly unsupported?: { readonly [flag: string]: string };
  run(args: CommandArguments, process: CommandProcess): Promise<number>;
}
