import { type ChildProcess, spawn } from "node:child_process";
import { UserError } from "../errors.ts";
import type { EarlyProcess } from "./early-process.ts";
import type { NodeCommand } from "./node-command.ts";

/** How long a program that was asked to stop may go on. */
const KILL_AFTER_MS = 5000;

/** How long output is awaited that a child of the program may still hold open. */
const DRAIN_MS = 1000;

export interface ProcessOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** How a process ended: with a code, or by a signal (-1, as the official language host counts it). */
export interface ProcessEnd {
  readonly code: number;
  /** True where it ended because it was told to. */
  readonly stopped: boolean;
}

export interface ProcessControl {
  /** When it aborts, the process has to stop. */
  readonly signal: AbortSignal;
  /** Started already. */
  readonly early?: EarlyProcess | undefined;
  /** Is told the process that runs. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Runs a process as a group of its own. When `signal` aborts, the group is interrupted, and killed five seconds later.
 * @throws UserError `node-not-found`
 */
export async function runProcess(
  command: NodeCommand,
  output: ProcessOutput,
  { signal, early, onStart }: ProcessControl,
): Promise<ProcessEnd> {
  if (signal.aborted) return { code: -1, stopped: true };
  const child = early?.become(command) ?? start(command);
  if (child.pid !== undefined) onStart?.(child.pid);
  child.stdout?.setEncoding("utf8").on("data", output.stdout);
  child.stderr?.setEncoding("utf8").on("data", output.stderr);
  const stop = () => stopGroup(child);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await exitOf(child, command);
    if (signal.aborted || code < 0) killGroup(child, "SIGKILL");
    return { code, stopped: signal.aborted };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function start({ executable, args, cwd, env }: NodeCommand): ChildProcess {
  return spawn(executable, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function exitOf(child: ChildProcess, command: NodeCommand): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      const message = `cannot run ${command.executable}: ${error.message}`;
      const help = "Check that Node is installed and, if set, the runtime option 'node' in Pulumi.yaml.";
      reject(new UserError("node-not-found", message, { help, cause: error }));
    });
    child.once("exit", (code) => {
      const end = () => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(code ?? -1);
      };
      const late = setTimeout(end, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(late);
        end();
      });
    });
  });
}

function stopGroup(child: ChildProcess): void {
  killGroup(child, "SIGINT");
  const timer = setTimeout(() => killGroup(child, "SIGKILL"), KILL_AFTER_MS);
  child.once("exit", () => clearTimeout(timer));
}

function killGroup(child: ChildProcess, signal: "SIGINT" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone: that is what was wanted.
  }
}
