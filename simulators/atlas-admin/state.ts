import type { ClockState } from "./clock.ts";
import type { Json } from "./json.ts";

/** Everything the simulator knows. Plain JSON: it is the file that outlives a restart. */
export interface SimulationState {
  readonly format: 1;
  readonly organisationId: string;
  readonly clock: ClockState;
  /** Counts ids; the second half of each. */
  identifiers: number;
  readonly tables: { readonly [Name in TableName]: { [key: string]: Json } };
}

export const TABLE_NAMES = [
  "projects",
  "projectSettings",
  "projectLimits",
  "projectTeams",
  "clusters",
  "processArgs",
  "flexClusters",
  "databaseUsers",
  "customRoles",
  "accessList",
  "containers",
  "peers",
  "endpointServices",
  "privateEndpoints",
  "backupSchedules",
  "snapshots",
  "restoreJobs",
  "collectionRestoreJobs",
  "flexSnapshots",
  "flexRestoreJobs",
  "compliancePolicies",
  "auditLogs",
  "encryption",
  "alerts",
  "maintenance",
  "searchIndexes",
  "searchDeployments",
  "outages",
  "rollingIndexes",
  "events",
  "identities",
  "tokens",
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

/** 2026-01-01T00:00:00Z: virtual time starts here unless told otherwise. */
const EPOCH = Date.UTC(2026, 0, 1);

export function emptyState(organisationId: string, now = EPOCH): SimulationState {
  return {
    format: 1,
    organisationId,
    clock: { now, sequence: 0, events: [] },
    identifiers: 0,
    tables: Object.fromEntries(TABLE_NAMES.map((name) => [name, {}])) as SimulationState["tables"],
  };
}

/** Rows by key. A key is the row's place in the API: `groupId/name`. */
export class Table {
  private readonly rows: { [key: string]: Json };

  constructor(rows: { [key: string]: Json }) {
    this.rows = rows;
  }

  find(key: string): Json | undefined {
    return Object.hasOwn(this.rows, key) ? this.rows[key] : undefined;
  }

  put(key: string, row: Json): Json {
    this.rows[key] = row;
    return row;
  }

  remove(key: string): void {
    delete this.rows[key];
  }

  /** Rows below a place, oldest first. */
  below(place: string): Json[] {
    return this.entriesBelow(place).map(([, row]) => row);
  }

  entriesBelow(place: string): [string, Json][] {
    return Object.entries(this.rows).filter(([key]) => key.startsWith(`${place}/`));
  }

  all(): Json[] {
    return Object.values(this.rows);
  }

  removeBelow(place: string): void {
    for (const [key] of this.entriesBelow(place)) this.remove(key);
  }
}

/** A row's key. Parts may contain slashes of their own. */
export function keyOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join("/");
}
