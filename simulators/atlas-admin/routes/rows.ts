import { AtlasFailure, type ErrorCode } from "../errors.ts";
import type { Json } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf, type TableName } from "../state.ts";

export interface RowPlace {
  readonly table: TableName;
  readonly key: string;
  readonly otherwise: ErrorCode;
  readonly parameters: readonly string[];
}

/** The row at a place. @throws AtlasFailure with the code that says it is missing */
export function getRow(simulation: Simulation, { table, key, otherwise, parameters }: RowPlace): Json {
  const row = simulation.table(table).find(key);
  if (row === undefined) throw new AtlasFailure(otherwise, parameters);
  return row;
}

/** A cluster of the cluster API. @throws AtlasFailure */
export function getCluster(simulation: Simulation, groupId: string, name: string): Json {
  const key = keyOf(groupId, name);
  if (simulation.table("flexClusters").find(key) !== undefined) {
    throw new AtlasFailure("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API", [name, groupId]);
  }
  return getRow(simulation, {
    table: "clusters",
    key,
    otherwise: "CLUSTER_NOT_FOUND",
    parameters: [name, groupId],
  });
}

/** What callers see of a row: without the fields that are the simulator's own. */
export function shown(row: Json): Json {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith("$")));
}
