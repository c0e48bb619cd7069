import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { type NodeCommand, type NodeProgram, waitingCommand } from "./node-command.ts";

/** A process for a program that loads the SDK while the engine is still busy with itself, and then waits. */
export interface EarlyProcess {
  /** Tells it what it will become, so that it goes on as far as it can without answers. Only the first time counts. */
  tell(command: NodeCommand): void;
  /** Lets it run. Undefined where it is not there, not any more, or was told another: then the command is to be started. */
  become(command: NodeCommand): ChildProcess | undefined;
  /** Ends it, unless it has become a program. */
  discard(): void;
}

/** Has the process of the next run at hand, where that is worth it. */
export interface SpareProcess {
  /** The process for a run, which is then that run's alone. Undefined where there is none. */
  take(): EarlyProcess | undefined;
  /** Has another at hand. */
  renew(): void;
}

/** The first is there at once. */
export function spareProcess(start: () => EarlyProcess | undefined): SpareProcess {
  let spare = start();
  return {
    take() {
      const taken = spare;
      spare = undefined;
      return taken;
    },
    renew() {
      spare ??= start();
    },
  };
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
  let told: string | undefined;
  // Undefined where there were no descriptors left for the process.
  const rest = child.stdio?.[3] as Writable | undefined;
  rest?.on("error", () => undefined);
  child.on("error", () => undefined);
  const restOf = (whole: NodeCommand): string =>
    JSON.stringify({ args: whole.args.slice(args.length), env: added(whole.env, env) });
  // It ends with its engine: nobody else has the other end of its last pipe.
  child.unref();
  return {
    tell(whole) {
      if (child === undefined || told !== undefined) return;
      told = restOf(whole);
      rest?.end(told);
    },
    become(whole) {
      const found = child;
      if (found?.pid === undefined || found.exitCode !== null || found.signalCode !== null) return undefined;
      this.tell(whole);
      if (told !== restOf(whole)) {
        this.discard();
        return undefined;
      }
      child = undefined;
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
