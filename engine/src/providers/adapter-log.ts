import type { Severity } from "../events.ts";

/** What an adapter tells the person beside its answers. */
export interface AdapterLogEntry {
  readonly severity: Severity;
  readonly urn: string;
  readonly message: string;
  /** True: for the status line only. */
  readonly ephemeral: boolean;
}

export type AdapterLog = (entry: AdapterLogEntry) => void;
