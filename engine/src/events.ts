import type { PolicyViolation } from "./policy/policy-pack.ts";
import type { PropertyMap } from "./protocol/property-value.ts";
import type { PropertyDiff } from "./providers/provider.ts";
import type { ResourceState } from "./state/resource.ts";

/** What a step does. The strings are those a user sees. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

export type Severity = "debug" | "info" | "info#err" | "warning" | "error";

/** One step as told to listeners; `internal` steps (default providers) are logged but neither shown nor counted. */
export interface StepMetadata {
  readonly op: StepOp;
  readonly urn: string;
  readonly type: string;
  readonly provider: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState | undefined;
  /** Keys that cause a replacement. */
  readonly keys: readonly string[];
  readonly diffs: readonly string[];
  readonly detailedDiff: { readonly [path: string]: PropertyDiff } | undefined;
  readonly logical: boolean;
  readonly internal: boolean;
}

export interface Diagnostic {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string;
  readonly prefix: string;
  readonly streamId: number;
  readonly ephemeral: boolean;
}

/** Where a debugger attaches to a process that waits for it, in the words of an editor's launch configuration. */
export interface DebuggerPlace {
  readonly name: string;
  readonly type: "node";
  readonly request: "attach";
  readonly processId: number;
  /** On the loopback interface. */
  readonly port: number;
}

/** What happens during an operation, in order. The first is `prelude`, the last `cancel`. */
export type EngineEvent =
  | { readonly kind: "prelude"; readonly config: { readonly [key: string]: string } }
  | { readonly kind: "resource-pre"; readonly step: StepMetadata; readonly planning: boolean }
  | { readonly kind: "resource-outputs"; readonly step: StepMetadata; readonly planning: boolean }
  | {
      readonly kind: "resource-failed";
      readonly step: StepMetadata;
      /** 0 ok, 1 partial failure, 2 unknown. */
      readonly status: 0 | 1 | 2;
      readonly steps: number;
    }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly kind: "stdout"; readonly message: string }
  /** A process waits for a debugger. */
  | { readonly kind: "start-debugging"; readonly at: DebuggerPlace }
  /** A policy pack is about to be loaded; comes before `prelude`. */
  | { readonly kind: "policy-load" }
  /** `violation.urn` is the resource that is shown as the one to blame. */
  | { readonly kind: "policy-violation"; readonly violation: PolicyViolation }
  | {
      readonly kind: "policy-remediation";
      readonly urn: string;
      readonly policy: string;
      readonly pack: string;
      readonly packVersion: string;
      readonly before: PropertyMap;
      readonly after: PropertyMap;
    }
  | {
      readonly kind: "policy-summary";
      readonly phase: "remediate" | "analyze" | "analyze-stack";
      /** "" for the stack as a whole. */
      readonly urn: string;
      readonly pack: string;
      readonly packVersion: string;
      readonly passed: readonly string[];
      readonly failed: readonly string[];
    }
  | {
      readonly kind: "summary";
      readonly isPreview: boolean;
      readonly maybeCorrupt: boolean;
      readonly durationSeconds: number;
      readonly resourceChanges: { readonly [op in StepOp]?: number };
      readonly policyPacks: { readonly [name: string]: string };
      readonly result: "succeeded" | "failed" | "canceled";
    }
  | { readonly kind: "cancel" };

/** Receives events in order; must not throw and must not wait. */
export type EventListener = (event: EngineEvent) => void;

/** Stack outputs, for displays. */
export type StackOutputs = PropertyMap;
