import { spawn } from "node:child_process";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { root } from "../paths.ts";
import type { Execution } from "./suite.ts";

/** Runs a command in the checkout with its output shown. Gives its exit code. @throws UserError when it does not start. */
export function execute(execution: Execution, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(execution.command, [...execution.args], {
      cwd: execution.cwd === undefined ? root : join(root, execution.cwd),
      env: { ...process.env, ...execution.env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const stop = () => child.kill("SIGINT");
    signal.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => {
      reject(new UserError("command-not-started", `${execution.command} does not start: ${error.message}`));
    });
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      resolve(code ?? 1);
    });
  });
}
