import type { EventListener, Severity } from "../events.ts";
import type { RunConfig } from "../operation.ts";
import type { LogEntry } from "../protocol/engine-service.ts";
import { LineSplitter } from "./line-splitter.ts";
import { redactSecrets } from "./redact-secrets.ts";

const PREFIXES: { readonly [severity in Severity]: string } = {
  debug: "debug: ",
  info: "",
  "info#err": "",
  warning: "warning: ",
  error: "error: ",
};

/** Lines of one stream belong together; these are the ids of the program's own two. */
const STDOUT_STREAM = 1;
const STDERR_STREAM = 2;

/** Everything a program says, as diagnostics. */
export interface ProgramDiagnostics {
  log(entry: LogEntry): void;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Tells what is left of lines that the program did not finish. */
  flush(): void;
  error(urn: string, message: string): void;
}

/** The stack's secret configuration values never reach the listener. */
export function createProgramDiagnostics(listener: EventListener, config: RunConfig): ProgramDiagnostics {
  const redact = redactSecrets(config);

  function log({ severity, message, urn, streamId, ephemeral }: LogEntry): void {
    const text = `${redact(message)}\n`;
    const diagnostic = { severity, message: text, urn, prefix: PREFIXES[severity], streamId, ephemeral };
    listener({ kind: "diagnostic", diagnostic });
  }

  function lines(severity: Severity, streamId: number): LineSplitter {
    return new LineSplitter((line) => {
      if (line.trim() !== "") log({ severity, message: line, urn: "", streamId, ephemeral: false });
    });
  }

  const stdout = lines("info", STDOUT_STREAM);
  const stderr = lines("info#err", STDERR_STREAM);
  return {
    log,
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    flush: () => {
      stdout.end();
      stderr.end();
    },
    error: (urn, message) => log({ severity: "error", message, urn, streamId: 0, ephemeral: false }),
  };
}
