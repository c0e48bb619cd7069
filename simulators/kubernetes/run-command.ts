import { spawn } from "node:child_process";
import { ControlPlaneError } from "./control-plane-error.ts";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and gives its standard output. @throws ControlPlaneError with the end of what it said */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, signal }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
      ...(cwd !== undefined && { cwd }),
      ...(signal !== undefined && { signal }),
    });
    let output = "";
    let messages = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      messages = (messages + chunk.toString()).slice(-2000);
    });
    child.on("error", (error) => reject(new ControlPlaneError(`${command} does not run: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) return resolve(output);
      reject(
        new ControlPlaneError(`${command} ${args[0] ?? ""} failed (exit code ${code}):\n${messages.trim()}`),
      );
    });
  });
}
