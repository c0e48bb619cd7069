import "./quick-start.cjs";

const { main } = await import("./main.ts");

const controller = new AbortController();

/** On a terminal the engine gets Ctrl-C by itself; elsewhere the signal has to be handed down. */
function interrupt(): void {
  if (controller.signal.aborted) process.exit(130);
  process.stderr.write("\ninterrupted: what runs is finished and recorded; once more to end at once\n");
  controller.abort();
}

process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

/** A reader that has gone (`| head`) is no reason to leave an operation half-way. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

process.stdout.on("error", ignoreClosedPipe);
process.stderr.on("error", ignoreClosedPipe);

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
});
