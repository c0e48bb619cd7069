import type { LogLine } from "./line.ts";

/** Which lines are wanted. */
export interface LogRequest {
  readonly follow: boolean;
  /** Lines of the last so many seconds. @default all that are kept */
  readonly since?: number | undefined;
  /** The last so many lines of each service. @default all */
  readonly tail?: number | undefined;
  readonly signal: AbortSignal;
}

/** Where the logs of a stack are. */
export interface LogSource {
  /** The services and jobs that have one, sorted. */
  services(): Promise<string[]>;
  /** Gives a service's lines; ends with them, and while following with the service or the signal. */
  read(service: string, request: LogRequest, onLine: (line: LogLine) => void): Promise<void>;
}
