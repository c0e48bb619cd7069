import type { DebuggerPlace } from "../events.ts";
import { runProcess } from "./child-process.ts";
import type { EarlyProcess } from "./early-process.ts";
import { type NodeProgram, nodeCommand } from "./node-command.ts";
import type { ProgramOutcome, ProgramRun, ProgramSource } from "./program-source.ts";

/** The SDK's exit code for: the errors were logged already. */
const LOGGED = 32;

/** What Node prints when it waits for a debugger. */
const DEBUGGER = /^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//m;

/** What V8 prints when it runs out of memory; the second where a debugger is attached, as the SDK does. */
const OUT_OF_MEMORY =
  /<--- Last few GCs --->|Check failed: needs_context && current_scope_ == closure_scope_/;

export interface NodeProgramOptions {
  /** A process that was started early; the first run takes it. */
  readonly early?: EarlyProcess | undefined;
  /** Each run waits for a debugger, and this is told where. */
  readonly onDebugger?: ((at: DebuggerPlace) => void) | undefined;
}

/** A program on disk, run by Node in a process of its own. `runtimeOptions` are those of Pulumi.yaml. */
export function nodeProgram(program: NodeProgram, options: NodeProgramOptions = {}): ProgramSource {
  return {
    announce: (run) => options.early?.tell(nodeCommand(program, run)),
    run: (run) => runNodeProgram(program, run, options),
  };
}

async function runNodeProgram(
  program: NodeProgram,
  run: ProgramRun,
  { early, onDebugger }: NodeProgramOptions,
): Promise<ProgramOutcome> {
  let outOfMemory = false;
  let pid = 0;
  const output = {
    stdout: run.stdout,
    stderr: (text: string) => {
      outOfMemory ||= OUT_OF_MEMORY.test(text);
      const port = DEBUGGER.exec(text)?.[1];
      if (port !== undefined) onDebugger?.(debuggerAt(pid, Number(port)));
      run.stderr(text);
    },
  };
  const waitsForDebugger = onDebugger !== undefined;
  const { code, stopped } = await runProcess(nodeCommand({ ...program, waitsForDebugger }, run), output, {
    signal: run.signal,
    early,
    onStart: (started) => {
      pid = started;
    },
  });
  if (code === 0 && !stopped) return { kind: "succeeded" };
  if (code === LOGGED || stopped) return { kind: "failed-silently" };
  const message = `an unhandled error occurred: Program exited with non-zero exit code: ${code}`;
  return { kind: "failed", message: outOfMemory ? `${message}. ${MEMORY_HINT}` : message };
}

function debuggerAt(processId: number, port: number): DebuggerPlace {
  return { name: "Pulumi: Program (Node.js)", type: "node", request: "attach", processId, port };
}

const MEMORY_HINT =
  "Detected a possible out of memory error. Consider increasing the memory available to the nodejs process by setting the `nodeargs` runtime option in Pulumi.yaml to `nodeargs: --max-old-space-size=<size>` where `<size>` is the maximum memory in megabytes that can be allocated to nodejs. See https://www.pulumi.com/docs/concepts/projects/project-file/#runtime-options";
