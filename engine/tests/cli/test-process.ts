import { Readable } from "node:stream";
import type { CommandProcess } from "../../src/cli/command.ts";

/** A process that remembers what it was told to write. */
export interface TestProcess {
  readonly process: CommandProcess;
  stdout(): string;
  stderr(): string;
}

export function testProcess(
  options: {
    cwd?: string;
    env?: CommandProcess["env"];
    stdin?: string;
    isTTY?: boolean;
    signal?: AbortSignal;
  } = {},
): TestProcess {
  let stdout = "";
  let stderr = "";
  const stdin = Object.assign(Readable.from([options.stdin ?? ""]), { isTTY: options.isTTY ?? false });
  return {
    process: {
      cwd: options.cwd ?? "/",
      env: options.env ?? {},
      stdin,
      stdout: {
        isTTY: options.isTTY ?? false,
        write: (text) => {
          stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
      },
      signal: options.signal ?? new AbortController().signal,
    },
    stdout: () => stdout,
    stderr: () => stderr,
  };
}
