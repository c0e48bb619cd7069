import type { Extensions } from "./extensions.ts";
import type {
  Manifest,
  PendingOperationType,
  ResourceState,
  SecretsProviderRecord,
  Snapshot,
} from "./resource.ts";

/** Where a resource stands in a run: what was recorded before has the places 0, 1, …; the run gives out those that follow. */
export type Place = number;

export interface Begun {
  readonly place: Place;
  readonly type: PendingOperationType;
}

/** What one mutation means for the recorded state. */
export interface StateChange {
  /** Contents that are new, by place. */
  readonly contents: ReadonlyMap<Place, ResourceState>;
  /** Places that now count as finished: they are recorded in this order, before what the run has not touched. */
  readonly finished: readonly Place[];
  /** Places that are recorded no more. */
  readonly dropped: readonly Place[];
  /** Operations that are under way from now on. */
  readonly begun: readonly Begun[];
  /** The place whose operation has ended. */
  readonly ended?: Place;
  /** What the run has not touched, where a refresh changed it. */
  readonly untouched?: readonly Place[];
  /** The pending operations of earlier runs that still count, by their index in the base. */
  readonly inherited?: readonly number[];
  /** True where the program had an object read again: what others need may be gone. */
  readonly reread?: true;
  /** Extensions that resources may need from now on. */
  readonly extensions?: Extensions;
}

/** What the changes of a run are changes to. */
export interface RunStart {
  /** The state as it was loaded. */
  readonly base: Snapshot;
  /** The manifest and the secrets provider of everything the run writes. */
  readonly manifest: Manifest;
  readonly secretsProvider: SecretsProviderRecord | undefined;
  /** The pending operations of earlier runs that still count, by their index. */
  readonly inherited: readonly number[];
}
