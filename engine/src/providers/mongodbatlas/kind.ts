import type { PropertyMap } from "../../protocol/property-value.ts";
import type { Clock } from "../clock.ts";
import type { LiveObject } from "../live-object.ts";
import type { AtlasClient } from "./client.ts";
import type { ResourceSchema } from "./schema.ts";
import type { Turns } from "./turns.ts";

/** What one operation on a resource has at hand. */
export interface CallContext {
  readonly client: AtlasClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Seconds; 0 = the kind's own limit. */
  readonly timeout: number;
  /** For what Atlas does not take at the same time. */
  readonly turns: Turns;
  /** Tells the person something that is no failure. */
  readonly warn: (message: string) => void;
}

export interface Change {
  readonly id: string;
  readonly recorded: PropertyMap;
  /** Everything that is wanted; unknown where Atlas decides. */
  readonly planned: PropertyMap;
  /** What the program says, with what is sent but not recorded. */
  readonly inputs: PropertyMap;
}

/** How an interrupted create is found again and brought to its end. */
export interface Resumption {
  /** Looks under the keys that are wanted; changes nothing. */
  find(context: CallContext, planned: PropertyMap): Promise<LiveObject | undefined>;
  /** Fields that are set after the creation: they need not be as they are wanted yet. */
  readonly late: readonly string[];
  /** Waits and sets what is missing. */
  finish(context: CallContext, change: Change): Promise<LiveObject>;
}

/** How one type of resource is handled; values carry no secrets. */
export interface ResourceKind {
  readonly schema: ResourceSchema;
  create(context: CallContext, wanted: Pick<Change, "planned" | "inputs">): Promise<LiveObject>;
  /** `recorded` is `{}` for an import. Undefined: the object is gone. */
  read(context: CallContext, id: string, recorded: PropertyMap): Promise<LiveObject | undefined>;
  update(context: CallContext, change: Change): Promise<LiveObject>;
  /** Absent where creating again after an interruption does no harm. */
  readonly resumption?: Resumption;
  /** Must not fail where the object is gone already. */
  remove(context: CallContext, id: string, recorded: PropertyMap): Promise<void>;
}
