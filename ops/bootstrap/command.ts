import { spawn } from "node:child_process";

/** How a command of the machine is run. */
export interface CommandOptions {
  readonly env?: { readonly [name: string]: string };
  /** Takes each line of its output, stdout and stderr alike. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A command that did not start or ended with another exit code than 0. */
export class CommandError extends Error {
  override name = "CommandError";
  /** The last lines of its output. */
  readonly tail: readonly string[];

  constructor(message: string, tail: readonly string[]) {
    super(message);
    this.tail = tail;
  }
}

const TAIL_LINES = 15;

/** Runs a command to its end without a shell. @throws CommandError */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    const child = spawn(command, [...args], {
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    const take = (line: string) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      options.onLine?.(line);
    };
    for (const stream of [child.stdout, child.stderr]) eachLine(stream, take);
    child.on("error", (error) => reject(new CommandError(`${command}: ${error.message}`, tail)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new CommandError(`${command} ended with ${signal ?? `exit code ${code}`}`, tail));
    });
  });
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") take(line.trimEnd());
  });
  stream.on("end", () => {
    if (rest.trim() !== "") take(rest.trimEnd());
  });
}
