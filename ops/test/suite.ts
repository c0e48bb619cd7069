import type { Output } from "../verb.ts";

/** What a suite found. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** A line each: what failed, and how, as far as the suite tells. */
  readonly failures: readonly string[];
}

/** A suite that could not be run, or that tells nothing of what it did. */
export function oneFailure(what: string): Counts {
  return { passed: 0, failed: 1, failures: [what] };
}

export interface SuiteContext {
  readonly output: Output;
  /** Folder for machine-readable results. */
  readonly results: string;
  /** Runs a command with its output shown; gives its exit code. */
  execute(command: Execution): Promise<number>;
  /** Path of a tool in the Python environment of the tests, which is made at first. */
  python(): Promise<(tool: string) => string>;
}

/**
 * Suites of a lane run one after the other, the two lanes side by side: one keeps the processor busy, the other waits
 * for containers and clusters much of its time, and helps the other when it is through.
 */
export const lanes = ["compute", "environment"] as const;
export type Lane = (typeof lanes)[number];

export interface Execution {
  readonly command: string;
  readonly args: readonly string[];
  /** Relative to the checkout. @default the checkout itself */
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** A part of the tests that can be run by itself. */
export interface Suite {
  readonly name: string;
  readonly summary: string;
  /** Takes minutes rather than seconds. */
  readonly long: boolean;
  readonly lane: Lane;
  readonly needsDocker: boolean;
  /** A plugin of its tests is built with Go. @default false */
  readonly needsGo?: boolean;
  /** Runs against a Kubernetes control plane that is built from source, at first. @default false */
  readonly needsControlPlane?: boolean;
  /** Opens pages in a real browser. @default false */
  readonly needsChromium?: boolean;
  run(context: SuiteContext): Promise<Counts>;
}

/** Counts of several steps together. */
export function addCounts(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    failures: counts.flatMap(({ failures }) => failures),
  };
}
