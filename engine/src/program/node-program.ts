import { runProcess } from "./child-process.ts";
import type { EarlyProcess } from "./early-process.ts";
import { type NodeProgram, nodeCommand } from "./node-command.ts";
import type { ProgramOutcome, ProgramRun, ProgramSource } from "./program-source.ts";

/** The SDK's exit code for: the errors were logged already. */
const LOGGED = 32;

/** What V8 prints when it runs out of memory. */
const OUT_OF_MEMORY = "<--- Last few GCs --->";

/**
 * A program on disk, run by Node in a process of its own. `runtimeOptions` are those of Pulumi.yaml. The first run takes
 * the process that was started early, where there is one.
 */
export function nodeProgram(program: NodeProgram, early?: EarlyProcess): ProgramSource {
  return { run: (run) => runNodeProgram(program, run, early) };
}

async function runNodeProgram(
  program: NodeProgram,
  run: ProgramRun,
  early: EarlyProcess | undefined,
): Promise<ProgramOutcome> {
  let outOfMemory = false;
  const output = {
    stdout: run.stdout,
    stderr: (text: string) => {
      outOfMemory ||= text.includes(OUT_OF_MEMORY);
      run.stderr(text);
    },
  };
  const { code, stopped } = await runProcess(nodeCommand(program, run), output, {
    signal: run.signal,
    early,
  });
  if (code === 0 && !stopped) return { kind: "succeeded" };
  if (code === LOGGED || stopped) return { kind: "failed-silently" };
  const message = `an unhandled error occurred: Program exited with non-zero exit code: ${code}`;
  return { kind: "failed", message: outOfMemory ? `${message}\n${MEMORY_HINT}` : message };
}

const MEMORY_HINT =
  "Node ran out of memory. Raise its limit with the runtime option `nodeargs: --max-old-space-size=4096` in Pulumi.yaml.";
