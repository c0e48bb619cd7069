import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { type NodeCommand, type NodeProgram, waitingCommand } from "./node-command.ts";

/** A process for a program that loads the SDK while the engine is still busy with itself, and then waits. */
export interface EarlyProcess {
  /** Tells it what to run. Undefined where it is not there, or not any more: then the command is to be started. */
  become(command: NodeCommand): ChildProcess | undefined;
  /** Ends it, unless it has become a program. */
  discard(): void;
}

/** Starts the process of a program before its run is known; undefined where that cannot be. Whatever is wrong the run tells. */
export function startEarly(program: () => NodeProgram, debugMessages: boolean): EarlyProcess | undefined {
  try {
    const command = waitingCommand(program(), debugMessages);
    return command && waiting(command);
  } catch {
    return undefined;
  }
}

function waiting(command: NodeCommand): EarlyProcess {
  const { executable, args, cwd, env } = command;
  let child: ChildProcess | undefined = spawn(executable, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  child.on("error", () => undefined);
  // It ends with its engine: nobody else has the other end of its last pipe.
  child.unref();
  return {
    become(whole) {
      const found = child;
      child = undefined;
      if (found?.pid === undefined || found.exitCode !== null || found.signalCode !== null) return undefined;
      const rest = found.stdio[3] as Writable;
      rest.on("error", () => undefined);
      rest.end(JSON.stringify({ args: whole.args.slice(args.length), env: added(whole.env, env) }));
      found.ref();
      return found;
    },
    discard() {
      child?.kill("SIGKILL");
      child = undefined;
    },
  };
}

/** The variables that are new or different. */
function added(all: NodeCommand["env"], known: NodeCommand["env"]): NodeCommand["env"] {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== known[name]));
}
