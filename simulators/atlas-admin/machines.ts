import type { TableName } from "./state.ts";

/** Where a row ends that is no more. */
export const GONE = "gone";

export interface Machine {
  readonly table: TableName;
  /** The row's field that holds its state. */
  readonly field: string;
  readonly initial: readonly string[];
  readonly moves: { readonly [from: string]: readonly string[] };
  /** What a state becomes by itself, after a while. */
  readonly afterwards: { readonly [from: string]: string };
}

const CLUSTER_MOVES = {
  CREATING: ["IDLE", "DELETING"],
  IDLE: ["UPDATING", "REPAIRING", "DELETING"],
  UPDATING: ["UPDATING", "IDLE", "DELETING"],
  REPAIRING: ["IDLE", "DELETING"],
  DELETING: [GONE],
};

const CLUSTER_THEN = { CREATING: "IDLE", UPDATING: "IDLE", REPAIRING: "IDLE", DELETING: GONE };

const ENDPOINT_SERVICE_MOVES = {
  INITIATING: ["AVAILABLE", "WAITING_FOR_USER", "FAILED", "DELETING"],
  WAITING_FOR_USER: ["AVAILABLE", "DELETING"],
  AVAILABLE: ["DELETING"],
  FAILED: ["DELETING"],
  DELETING: [GONE],
};

const ENDPOINT_SERVICE_THEN = { INITIATING: "AVAILABLE", DELETING: GONE };

const JOB_MOVES = { QUEUED: ["IN_PROGRESS"], IN_PROGRESS: ["COMPLETED", "FAILED"] };

const JOB_THEN = { QUEUED: "IN_PROGRESS", IN_PROGRESS: "COMPLETED" };

const RUNNING_MOVES = { QUEUED: ["RUNNING"], RUNNING: ["COMPLETED", "FAILED"] };

const RUNNING_THEN = { QUEUED: "RUNNING", RUNNING: "COMPLETED" };

/** What may follow what. Nothing changes its state but along these. */
export const MACHINES = {
  clusters: {
    table: "clusters",
    field: "stateName",
    initial: ["CREATING", "UPDATING"],
    moves: CLUSTER_MOVES,
    afterwards: CLUSTER_THEN,
  },
  flexClusters: {
    table: "flexClusters",
    field: "stateName",
    initial: ["CREATING"],
    // An upgrade takes it away at once: it goes on as a cluster.
    moves: {
      CREATING: ["IDLE", "DELETING"],
      IDLE: ["UPDATING", "DELETING", GONE],
      UPDATING: ["UPDATING", "IDLE", "DELETING"],
      DELETING: [GONE],
    },
    afterwards: { CREATING: "IDLE", UPDATING: "IDLE", DELETING: GONE },
  },
  peers: {
    table: "peers",
    field: "statusName",
    initial: ["INITIATING", "ADDING_PEER"],
    moves: {
      INITIATING: ["PENDING_ACCEPTANCE", "FAILED", "TERMINATING"],
      ADDING_PEER: ["WAITING_FOR_USER", "AVAILABLE", "FAILED", "TERMINATING"],
      PENDING_ACCEPTANCE: ["FINALIZING", "FAILED", "TERMINATING"],
      WAITING_FOR_USER: ["AVAILABLE", "FAILED", "TERMINATING"],
      FINALIZING: ["AVAILABLE", "TERMINATING"],
      AVAILABLE: ["TERMINATING"],
      FAILED: ["INITIATING", "ADDING_PEER", "TERMINATING"],
      TERMINATING: [GONE],
    },
    afterwards: {
      INITIATING: "PENDING_ACCEPTANCE",
      ADDING_PEER: "WAITING_FOR_USER",
      FINALIZING: "AVAILABLE",
      TERMINATING: GONE,
    },
  },
  endpointServices: {
    table: "endpointServices",
    field: "status",
    initial: ["INITIATING"],
    moves: ENDPOINT_SERVICE_MOVES,
    afterwards: ENDPOINT_SERVICE_THEN,
  },
  privateEndpoints: {
    table: "privateEndpoints",
    field: "$status",
    initial: ["INITIATING"],
    moves: ENDPOINT_SERVICE_MOVES,
    afterwards: ENDPOINT_SERVICE_THEN,
  },
  customRoles: {
    table: "customRoles",
    field: "$visible",
    initial: ["no"],
    moves: { no: ["yes"], yes: [GONE] },
    afterwards: { no: "yes" },
  },
  accessList: {
    table: "accessList",
    field: "$status",
    initial: ["PENDING"],
    moves: { PENDING: ["ACTIVE", GONE], ACTIVE: [GONE] },
    afterwards: { PENDING: "ACTIVE" },
  },
  snapshots: {
    table: "snapshots",
    field: "status",
    initial: ["queued"],
    moves: {
      queued: ["inProgress", GONE],
      inProgress: ["completed", "failed", GONE],
      completed: [GONE],
      failed: [GONE],
    },
    afterwards: { queued: "inProgress", inProgress: "completed" },
  },
  restoreJobs: {
    table: "restoreJobs",
    field: "$state",
    initial: ["running"],
    moves: { running: ["finished", "failed", "cancelled"] },
    afterwards: { running: "finished" },
  },
  collectionRestoreJobs: {
    table: "collectionRestoreJobs",
    field: "state",
    initial: ["QUEUED"],
    moves: JOB_MOVES,
    afterwards: JOB_THEN,
  },
  flexSnapshots: {
    table: "flexSnapshots",
    field: "status",
    initial: ["QUEUED"],
    moves: RUNNING_MOVES,
    afterwards: RUNNING_THEN,
  },
  flexRestoreJobs: {
    table: "flexRestoreJobs",
    field: "status",
    initial: ["QUEUED"],
    moves: RUNNING_MOVES,
    afterwards: RUNNING_THEN,
  },
  searchIndexes: {
    table: "searchIndexes",
    field: "status",
    initial: ["PENDING"],
    moves: {
      PENDING: ["BUILDING", "DELETING"],
      BUILDING: ["READY", "FAILED", "DELETING"],
      READY: ["PENDING", "DELETING"],
      FAILED: ["PENDING", "DELETING"],
      DELETING: [GONE],
    },
    afterwards: { PENDING: "BUILDING", BUILDING: "READY", DELETING: GONE },
  },
  searchDeployments: {
    table: "searchDeployments",
    field: "stateName",
    initial: ["UPDATING"],
    moves: { UPDATING: ["IDLE", "DELETING"], IDLE: ["UPDATING", "DELETING"], DELETING: [GONE] },
    afterwards: { UPDATING: "IDLE", DELETING: GONE },
  },
  outages: {
    table: "outages",
    field: "state",
    initial: ["START_REQUESTED"],
    moves: {
      START_REQUESTED: ["STARTING"],
      STARTING: ["SIMULATING"],
      SIMULATING: ["RECOVERY_REQUESTED"],
      RECOVERY_REQUESTED: ["RECOVERING"],
      RECOVERING: [GONE],
    },
    afterwards: {
      START_REQUESTED: "STARTING",
      STARTING: "SIMULATING",
      RECOVERY_REQUESTED: "RECOVERING",
      RECOVERING: GONE,
    },
  },
} as const satisfies { readonly [name: string]: Machine };

export type MachineName = keyof typeof MACHINES;

export function isMachineName(name: string): name is MachineName {
  return Object.hasOwn(MACHINES, name);
}

export function mayMove(name: MachineName, from: string, to: string): boolean {
  const { moves }: Machine = MACHINES[name];
  return moves[from]?.includes(to) ?? false;
}
