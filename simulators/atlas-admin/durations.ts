import type { MachineName } from "./machines.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * How long, in milliseconds of virtual time, a row stays in a state that ends by itself: `machine.state`.
 * Clusters are as recorded (16 polls of 30 s to be ready, 9 to change, 4 to 8 to go); the rest is estimated.
 */
export const DURATIONS = {
  "clusters.CREATING": 8 * MINUTE,
  "clusters.UPDATING": 4.5 * MINUTE,
  "clusters.REPAIRING": 5 * MINUTE,
  "clusters.DELETING": 2.5 * MINUTE,
  "flexClusters.CREATING": 9 * SECOND,
  "flexClusters.UPDATING": 6 * SECOND,
  "flexClusters.DELETING": 9 * SECOND,
  "peers.INITIATING": 30 * SECOND,
  "peers.ADDING_PEER": 30 * SECOND,
  "peers.FINALIZING": 30 * SECOND,
  "peers.TERMINATING": 30 * SECOND,
  "endpointServices.INITIATING": 2 * MINUTE,
  "endpointServices.DELETING": MINUTE,
  "privateEndpoints.INITIATING": 2 * MINUTE,
  "privateEndpoints.DELETING": MINUTE,
  "customRoles.no": 3 * SECOND,
  "accessList.PENDING": 2 * SECOND,
  "snapshots.queued": 30 * SECOND,
  "snapshots.inProgress": 2 * MINUTE,
  "restoreJobs.running": 3 * MINUTE,
  "collectionRestoreJobs.QUEUED": 30 * SECOND,
  "collectionRestoreJobs.IN_PROGRESS": MINUTE,
  "flexSnapshots.QUEUED": 30 * SECOND,
  "flexSnapshots.RUNNING": MINUTE,
  "flexRestoreJobs.QUEUED": 30 * SECOND,
  "flexRestoreJobs.RUNNING": MINUTE,
  "searchIndexes.PENDING": 30 * SECOND,
  "searchIndexes.BUILDING": MINUTE,
  "searchIndexes.DELETING": 5 * SECOND,
  "searchDeployments.UPDATING": 3 * MINUTE,
  "searchDeployments.DELETING": 3 * MINUTE,
  "outages.START_REQUESTED": 10 * SECOND,
  "outages.STARTING": MINUTE,
  "outages.RECOVERY_REQUESTED": 10 * SECOND,
  "outages.RECOVERING": MINUTE,
} as const;

export type DurationName = keyof typeof DURATIONS;

export type Durations = { readonly [Name in DurationName]: number };

export function durationOf(durations: Durations, machine: MachineName, state: string): number {
  const all: { readonly [name: string]: number } = durations;
  return all[`${machine}.${state}`] ?? 0;
}
