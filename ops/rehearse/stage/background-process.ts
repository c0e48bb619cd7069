import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf, UserError } from "../../errors.ts";

export interface BackgroundOptions<T> {
  /** For messages: `the registry`. */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** File that gets all its output. */
  readonly log: string;
  /** Takes each line of its output; a value says that it is up. */
  readonly ready: (line: string) => T | undefined;
  /** Milliseconds until it has to be up. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** A process of the stage that is up. */
export interface Background<T> {
  readonly value: T;
  /** Asks it to end, and makes it end after twenty seconds. */
  stop(): Promise<void>;
}

/**
 * The shell waits for the program and, beside it, for the end of its own standard input: the system closes that when
 * this process ends, even by `kill -9`.
 */
const GUARD = `
exec 3<&0 4>&2 2>/dev/null
"$@" </dev/null 2>&4 3<&- 4>&- & program=$!
(read -r _ <&3; kill -TERM $program; sleep 20; kill -KILL $program) >/dev/null 2>&1 4>&- & watcher=$!
wait $program; code=$?
kill $watcher 2>/dev/null
exit $code
`;
const TAIL_LINES = 8;

/**
 * Starts a process that is to run beside this one, and waits until it is up. It ends with this one, however
 * that ends.
 *
 * @throws UserError `stage-not-started` with the last lines of its output.
 */
export async function startBackground<T>(options: BackgroundOptions<T>): Promise<Background<T>> {
  const log = createWriteStream(options.log, { fd: openSync(options.log, "w") });
  const child = spawn("sh", ["-c", GUARD, "sh", options.command, ...options.args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    // Ctrl-C is for this process: it ends the others in their turn.
    detached: true,
  });
  child.stdin.on("error", () => undefined);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const written = new Promise<void>((resolve) => {
    child.once("close", () => log.end(resolve));
  });
  const stop = () => end(child, written);
  const tail: string[] = [];
  try {
    return { value: await waitUntilReady(child, options, tail), stop };
  } catch (error) {
    await stop();
    throw new UserError("stage-not-started", `${options.what} does not start: ${messageOf(error)}`, {
      help: `its last lines (${options.log}):\n${tail.join("\n")}`,
      cause: error,
    });
  }
}

function waitUntilReady<T>(child: ChildProcess, options: BackgroundOptions<T>, tail: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(options.patience);
    late.addEventListener("abort", () => reject(new Error(`not up within ${options.patience / 1000} s`)));
    options.signal.addEventListener("abort", () => reject(new Error("interrupted")));
    child.on("error", reject);
    child.on("close", (code, signal) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        const value = options.ready(line);
        if (value !== undefined) resolve(value);
      });
    }
  });
}

/** The process has ended, and its log is whole. */
async function end(child: ChildProcess, written: Promise<void>): Promise<void> {
  if (child.pid === undefined) return;
  child.stdin?.end();
  await written;
}
