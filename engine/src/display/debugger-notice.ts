import type { DebuggerPlace } from "../events.ts";

/** What a person has to know to attach a debugger; a whole line. */
export function debuggerNotice({ processId, port }: DebuggerPlace): string {
  return `Waiting for debugger to attach (process id ${processId}, 127.0.0.1:${port})...\n`;
}
