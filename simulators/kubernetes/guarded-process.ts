import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Command } from "./commands.ts";

/** A process that ends with the one that started it, however that ends. */
export interface GuardedProcess {
  hasEnded(): boolean;
  /** Last lines of its log. */
  logTail(): string;
  /** Settles when it has ended. */
  stop(): Promise<void>;
}

/**
 * The shell waits for the program and, beside it, for the end of its own standard input: the system closes that when
 * the starting process ends, even by `kill -9`. Nothing in here is worth an orderly end, so none is waited for.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- & program=$!
(read -r _ <&3; kill -KILL $program) >/dev/null 2>&1 & watcher=$!
wait $program; code=$?
kill $watcher 2>/dev/null
exit $code
`;

/** Starts a program with its output in the file `log`. */
export function startGuarded({ command, args, log }: Command & { readonly log: string }): GuardedProcess {
  const output = openSync(log, "a", 0o600);
  const child = spawn("sh", ["-c", GUARD, "sh", command, ...args], {
    stdio: ["pipe", output, output],
    // A signal to the whole group (Ctrl-C, timeout) would end the shell and leave the program.
    detached: true,
  });
  closeSync(output);
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      over = true;
      resolve();
    });
  });
  child.stdin?.on("error", () => undefined);
  return {
    hasEnded: () => over,
    logTail: () => readFileSync(log, "utf8").trimEnd().split("\n").slice(-8).join("\n"),
    stop: () => {
      child.stdin?.end();
      return ended;
    },
  };
}
