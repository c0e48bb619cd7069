import type { Properties } from "./property-values.ts";

/** What every call says of its resource and of how long it may take. */
export interface Call {
  readonly urn: string;
  /** Aborted when the engine wants everything to end. */
  readonly signal: AbortSignal;
  /** Milliseconds; undefined where the program sets none. */
  readonly timeout: number | undefined;
  /** Nothing may be changed; what is not known yet is UNKNOWN. */
  readonly preview: boolean;
}

/** The reason why a property cannot be used. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

export type ChangeKind = "add" | "update" | "delete";

/** A property that changes. */
export interface PropertyChange {
  readonly kind: ChangeKind;
  readonly replaces: boolean;
}

/** One type of resource: what the engine may ask for. Secrets are opened on the way in and closed on the way out. */
export interface ResourceHandler {
  /** Outputs that are secret whatever they come from. */
  readonly secretOutputs: readonly string[];
  /** Outputs that an update never changes. */
  readonly stableOutputs: readonly string[];
  /** @returns the inputs to add (defaults), and problems */
  check(
    call: Call,
    inputs: { olds: Properties; news: Properties },
  ): Promise<{ defaults: Properties; problems: readonly Problem[] }>;
  /** What differs, by property; empty for nothing. */
  diff(
    call: Call,
    states: { id: string; oldInputs: Properties; olds: Properties; news: Properties },
  ): Promise<ReadonlyMap<string, PropertyChange>>;
  create(call: Call, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Undefined where it is gone. */
  read(
    call: Call,
    recorded: { id: string; inputs: Properties; state: Properties },
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined>;
  update(
    call: Call,
    states: { id: string; oldInputs: Properties; olds: Properties; news: Properties },
  ): Promise<Properties>;
  delete(call: Call, recorded: { id: string; state: Properties }): Promise<void>;
}

/** A provider: its configuration and its resources. */
export interface ProviderHandler {
  readonly version: string;
  readonly schema: () => string;
  /** Configuration whose values are secret. */
  readonly secretConfiguration: readonly string[];
  checkConfiguration(news: Properties): { inputs: Properties; problems: readonly Problem[] };
  configure(inputs: Properties): void;
  /** @throws CallFailure for a type that it does not have */
  resource(type: string): ResourceHandler;
}
