import { main } from "./main.ts";

const interruptedExitCode = 130;
/** A terminal signals the whole process group, and wrappers pass the same signal on: that is one wish, not two. */
const sameSignalMilliseconds = 500;

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((settle) => {
    stream.write("", () => settle());
  });
}

/** A reader that has gone (`| head`) is no reason to leave an update half-way, its lock taken. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Runs this process's command line, then ends the process. The first SIGINT or SIGTERM asks for a graceful end, the second ends at once. */
export async function start(): Promise<void> {
  const controller = new AbortController();
  let abortedAt = 0;
  const interrupt = () => {
    const now = Date.now();
    if (!controller.signal.aborted) abortedAt = now;
    else if (now - abortedAt > sameSignalMilliseconds) process.exit(interruptedExitCode);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  const exitCode = await main(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    // Made when it is read, which few commands do.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(exitCode);
}
