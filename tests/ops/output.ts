import type { Output } from "../../ops/verb.ts";

/** An `Output` that remembers what was printed. */
export interface CapturedOutput extends Output {
  out(): string;
  err(): string;
  interrupt(): void;
}

export function captureOutput(options: { terminal?: boolean } = {}): CapturedOutput {
  const written = { out: "", err: "" };
  const controller = new AbortController();
  const isTTY = options.terminal ?? false;
  return {
    stdout: { isTTY, write: (text) => (written.out += text) },
    stderr: { isTTY, write: (text) => (written.err += text) },
    signal: controller.signal,
    out: () => written.out,
    err: () => written.err,
    interrupt: () => controller.abort(),
  };
}
