import type { ProgramSpec } from "./program-spec.ts";

/** What goes wrong in one call of a provider. `call` is `<verb> <name>`. */
export interface Fault {
  readonly call: string;
  /**
   * `refuse`: nothing happens, and it says so. `lost-request`: nothing happens, but that is not known. `lost-answer`: it
   * happens, but that is not known. `partial`: it happens, and is not ready.
   */
  readonly kind: "refuse" | "lost-request" | "lost-answer" | "partial";
}

/** What goes wrong during an operation. */
export interface Trouble {
  readonly faults?: readonly Fault[];
  /** The process dies before this turn of the scheduler. */
  readonly crashAt?: number;
  /** A person interrupts before this turn. */
  readonly abortAt?: number;
  /** Which write of the operation finds the disk full. */
  readonly diskFullAt?: number;
}

/** Names: every resource that has one of them, wherever it is. */
export interface Selection {
  readonly targets?: readonly string[];
  readonly targetDependents?: boolean;
  readonly excludes?: readonly string[];
  readonly replaces?: readonly string[];
}

export interface OperationSpec extends Selection {
  readonly kind: "up" | "refresh" | "destroy" | "import";
  readonly parallel?: number;
  readonly continueOnError?: boolean;
  readonly refresh?: boolean;
  readonly runProgram?: boolean;
  readonly excludeProtected?: boolean;
  /** A preview comes first and must say what happens. */
  readonly previewed?: boolean;
  /** Of `import`: the object, and the name it gets. */
  readonly object?: { readonly id: string; readonly type: string; readonly name: string };
}

/** What a person or the world does between operations. */
export type Event =
  | { readonly kind: "change"; readonly object: number }
  | { readonly kind: "vanish"; readonly object: number }
  | { readonly kind: "state-delete"; readonly name: string }
  | { readonly kind: "state-rename"; readonly name: string; readonly to: string }
  | { readonly kind: "state-protect"; readonly name: string }
  | { readonly kind: "state-taint"; readonly name: string };

export interface Stage {
  readonly program: ProgramSpec;
  readonly before?: readonly Event[];
  readonly operation: OperationSpec;
  readonly trouble?: Trouble;
}

/** A whole run as data, but for the order in which what happens at the same time takes its turns. */
export interface Scenario {
  /** Blobs are written whole; `files`: a file system that loses what was not synced. */
  readonly disk: "blobs" | "files";
  readonly stages: readonly Stage[];
  readonly ending: Ending;
}

/** How everything is brought to an end. */
export interface Ending {
  /** `refresh` first, or as part of the update. */
  readonly by: "refresh" | "up --refresh";
  /** What must find nothing to do then. */
  readonly check: "up" | "refresh";
  readonly destroy: boolean;
}
