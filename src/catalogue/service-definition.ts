import type { Bytes, Duration } from "../quantities.ts";

/** A service as data: what it is, whatever platform runs it. */
export interface ServiceDefinition {
  /** Role, and folder below `services/`. */
  readonly name: string;
  /** Ports it listens on, by role; the first is the one its clients use. */
  readonly ports: { readonly [role: string]: number };
  /** Numeric `user:group` it runs as; never root. */
  readonly user: string;
  /** Directories that are written to and need not last. */
  readonly scratch: readonly string[];
  /** Directory whose content must last; undefined = stateless. */
  readonly data?: string;
  readonly memory: Bytes;
  readonly health: HealthCheck;
  /** How long it may take to stop gracefully. */
  readonly stopTimeout: Duration;
  /** How long its first start may take until it is healthy. */
  readonly startTimeout: Duration;
}

/** Run inside the container; exit 0 = healthy. */
export interface HealthCheck {
  readonly command: readonly string[];
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly retries: number;
  readonly startPeriod: Duration;
}
