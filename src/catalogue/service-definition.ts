import type { Bytes, Cpu, Duration } from "../quantities.ts";

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
  /** The program makes that content again: losing it costs time and no data. @default false */
  readonly dataIsReproducible?: boolean;
  readonly memory: Bytes;
  /** What it asks for where processor time is shared out. @default 100 thousandths of a core */
  readonly cpu?: Cpu;
  readonly health: HealthCheck;
  /** Where its metrics are, in Prometheus's format. @default it has none */
  readonly metrics?: { readonly port: string; readonly path: string };
  /** Port that operations read counters and reports from, by way of the platform. @default they ask it nothing */
  readonly askedPort?: string;
  /** There are never two of it: an old one is gone before the new one starts. @default the new one is up first, where that can be */
  readonly isAlone?: boolean;
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
  /** The same over HTTP, for a platform that asks by itself. @default the command */
  readonly http?: HttpHealthCheck;
}

/** Paths that answer 200. */
export interface HttpHealthCheck {
  readonly port: number;
  /** Can take requests now: what it depends on answers too. */
  readonly ready: string;
  /** Need not be restarted: never asks what it depends on. */
  readonly live: string;
}
