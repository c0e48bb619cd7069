import { join } from "node:path";
import type { Command } from "./commands.ts";
import { ControlPlaneError } from "./control-plane-error.ts";
import { type GuardedProcess, startGuarded } from "./guarded-process.ts";

/** The processes of one control plane, by name. */
export interface Processes {
  start(name: string, command: Command): void;
  stop(name: string): Promise<void>;
  stopAll(): Promise<void>;
  /** @throws ControlPlaneError with the end of its log where one has ended by itself */
  requireAlive(): void;
}

export function createProcesses(logs: string): Processes {
  const running = new Map<string, GuardedProcess>();
  const stop = async (name: string) => {
    const found = running.get(name);
    running.delete(name);
    await found?.stop();
  };
  return {
    start: (name, command) => {
      running.set(name, startGuarded({ ...command, log: join(logs, `${name}.log`) }));
    },
    stop,
    stopAll: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
    requireAlive: () => {
      for (const [name, found] of running) {
        if (found.hasEnded())
          throw new ControlPlaneError(`${name} has ended; the end of its log:\n${found.logTail()}`);
      }
    },
  };
}
