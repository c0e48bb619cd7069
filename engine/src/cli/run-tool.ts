import { spawn } from "node:child_process";
import { UserError } from "../errors.ts";
import type { CommandProcess } from "./command.ts";

/** Runs a program to its end, its output on ours. @throws UserError `command-failed`. */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, process }: { readonly cwd: string; readonly process: CommandProcess },
): Promise<void> {
  const child = spawn(command, args, {
    cwd,
    env: process.env,
    stdio: ["ignore", "pipe", "pipe"],
    signal: process.signal,
  });
  child.stdout.on("data", (data: Buffer) => process.stdout.write(data.toString()));
  child.stderr.on("data", (data: Buffer) => process.stderr.write(data.toString()));
  const problem = await new Promise<string | undefined>((settle) => {
    child.on("error", (error) => settle(error.message));
    child.on("close", (code, signal) => settle(code === 0 ? undefined : `exit status ${code ?? signal}`));
  });
  if (problem === undefined) return;
  throw new UserError("command-failed", `'${[command, ...args].join(" ")}' failed: ${problem}`, {
    help: `Run it in ${cwd} to see more.`,
  });
}
