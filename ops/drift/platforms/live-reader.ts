import type { DriftKind } from "../../../contracts/drift.ts";
import type { StackName } from "../../stack-name.ts";
import type { Canonical } from "../canonical.ts";
import type { ManagedResource } from "../recorded.ts";

/** What somebody did, as far as the platform tells. */
export interface Trace {
  readonly what: string;
  readonly who: string | null;
  /** ISO 8601. */
  readonly when: string | null;
  /** URN of the resource that this one only follows: a container of a deleted network. */
  readonly follows?: string;
}

/** Something that is otherwise than recorded, before it is judged. */
export interface Sighting {
  readonly kind: DriftKind;
  /** URN; of what is unmanaged, the platform's kind and name. */
  readonly resource: string;
  /** Path of the property; "" for the whole resource. */
  readonly property: string;
  readonly recorded: string | null;
  readonly live: string | null;
  readonly trace: Trace;
}

/** What is there under our labels and in no state. */
export interface Unmanaged {
  /** Kind and id, as the platform takes them: `docker:container/NAME`. */
  readonly resource: string;
  readonly name: string;
  readonly type: string;
  readonly component: string;
  readonly trace: Trace;
}

/** What a platform says about the resources that it was asked about. */
export interface LiveReading {
  readonly sightings: readonly Sighting[];
  readonly unmanaged: readonly Unmanaged[];
  /** URN -> who changed a property of it ("" for the whole resource), for what the engine alone sees. */
  readonly traces: ReadonlyMap<string, (property: string) => Trace>;
  /** URN -> its live properties, for what was compared whole. */
  readonly compared: ReadonlyMap<string, Canonical>;
}

/** Reads what is really there, past the engine, and changes nothing. */
export interface LiveReader {
  /** For error texts: `Docker`. */
  readonly name: string;
  /** Properties of a type that the platform changes by itself; a refresh that reports them raises no alarm. */
  isPlatformsOwn(type: string, property: string): boolean;
  reads(resource: ManagedResource): boolean;
  read(
    resources: readonly ManagedResource[],
    stack: StackName,
    since: string | undefined,
  ): Promise<LiveReading>;
}

export const NOTHING_READ: LiveReading = {
  sightings: [],
  unmanaged: [],
  traces: new Map(),
  compared: new Map(),
};
