import type { HealthPart, LogLine } from "../parts.ts";

/** Which lines of which service are wanted. */
export interface LogRequest {
  /** As the outputs call it. */
  readonly service: string;
  /** Name of its container or workload. */
  readonly workload: string;
  /** Time of the last line that is known: what follows it comes. */
  readonly since?: string;
  readonly signal: AbortSignal;
}

/** Where the services of a stack run, as the page watches them. */
export interface Platform {
  /** Posts how the workloads do, at once and after each change, until the signal. */
  watchHealth(post: (health: HealthPart) => void, signal: AbortSignal): Promise<void>;
  /** The lines of a service as they come; ends with the service or the signal. */
  followLogs(request: LogRequest): AsyncIterable<LogLine>;
}
