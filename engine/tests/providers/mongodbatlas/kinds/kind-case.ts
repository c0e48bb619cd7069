import type { JsonValue } from "../../../../../simulators/atlas-admin/json.ts";
import type { TableName } from "../../../../../simulators/atlas-admin/state.ts";
import type { PropertyMap } from "../../../../src/protocol/property-value.ts";
import type { Recorded } from "../atlas-stack.ts";
import type { SimulatedAtlas } from "../simulated-atlas.ts";

/** What is there before a resource of the kind. */
export interface Setting {
  readonly world: SimulatedAtlas;
  readonly projectId: string;
  /** What the kind asked for in `prepare`. */
  readonly parts: { readonly [name: string]: string };
}

/** A change that somebody makes in Atlas' console. */
export interface Mutation {
  /** As the program names it: `policyItemDaily.retentionValue`. */
  readonly property: string;
  readonly table: TableName;
  readonly key: string;
  readonly path: readonly (string | number)[];
  readonly value: JsonValue | undefined;
}

/** One kind of resource with everything that the tests of all kinds need. */
export interface KindCase {
  /** `CustomDbRole`. */
  readonly name: string;
  readonly prepare?: (
    world: SimulatedAtlas,
    projectId: string,
  ) => Promise<{ readonly [name: string]: string }>;
  /** All that a program may say of one resource at once. */
  readonly news: (setting: Setting) => PropertyMap;
  /** Inputs that change in place; absent where everything makes another one. */
  readonly changes?: PropertyMap;
  /** Inputs, each of which makes another resource. */
  readonly replaces: PropertyMap;
  readonly importId: (setting: Setting, recorded: Recorded) => string;
  /** Inputs that an import cannot tell: Atlas does not. */
  readonly untold?: readonly string[];
  /** What the console can change; each managed property must be among them, or in `notInConsole`. */
  readonly mutations: (setting: Setting, recorded: Recorded) => readonly Mutation[];
  /** Managed properties that cannot change in Atlas, with the reason. */
  readonly notInConsole: { readonly [property: string]: string };
  /** True where what is deleted stays there: a setting of something else. */
  readonly stays?: true;
}

/** Mutations of one row. */
export function mutationsOf(
  table: TableName,
  key: string,
  changes: { readonly [property: string]: readonly [path: Mutation["path"], value: JsonValue | undefined] },
): readonly Mutation[] {
  return Object.entries(changes).map(([property, [path, value]]) => ({ property, table, key, path, value }));
}

const IDENTITY = "part of its address in Atlas";
const OURS = "says how the adapter works, Atlas does not know it";
export const WRITE_ONLY = "write-only: Atlas never tells it";

export const because = (reason: string, ...properties: readonly string[]) =>
  Object.fromEntries(properties.map((property) => [property, reason]));
export const identity = (...properties: readonly string[]) => because(IDENTITY, ...properties);
export const ours = (...properties: readonly string[]) => because(OURS, ...properties);
