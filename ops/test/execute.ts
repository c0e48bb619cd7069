import { spawn } from "node:child_process";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { root } from "../paths.ts";
import type { Output } from "../verb.ts";
import type { Execution } from "./suite.ts";

/**
 * Runs a command in the checkout and hands on what it prints. Gives its exit code.
 * @throws UserError when it does not start.
 */
export function execute(
  { command, args, cwd, env }: Execution,
  { output, niceness = 0 }: { readonly output: Output; readonly niceness?: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const [program, ...words] = niceness === 0 ? [command] : ["nice", "-n", String(niceness), command];
    const child = spawn(program ?? command, [...words, ...args], {
      cwd: cwd === undefined ? root : join(root, cwd),
      env: { ...process.env, ...colours(output), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = output;
    child.stdout.setEncoding("utf8").on("data", (text: string) => stdout.write(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.write(text));
    const stop = () => child.kill("SIGINT");
    output.signal.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => {
      reject(new UserError("command-not-started", `${command} does not start: ${error.message}`));
    });
    child.on("close", (code) => {
      output.signal.removeEventListener("abort", stop);
      resolve(code ?? 1);
    });
  });
}

/** A command that prints through us sees no terminal. */
function colours({ stdout }: Output): { readonly FORCE_COLOR?: string } {
  return stdout.isTTY === true && process.env["NO_COLOR"] === undefined ? { FORCE_COLOR: "1" } : {};
}
