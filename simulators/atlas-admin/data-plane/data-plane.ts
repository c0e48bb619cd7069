/** A collection of a data snapshot, and where it goes. */
export interface CollectionCopy {
  /** `database.collection` */
  readonly source: string;
  readonly target: string;
}

/** Where the clusters' documents are. Clusters and snapshots are named by their ids. */
export interface DataPlane {
  /** @throws where documents cannot be kept, so that it is told at once */
  check(): Promise<void>;
  /** Starts the cluster's store, with the data that it had. */
  start(cluster: string): Promise<void>;
  /** Stops the store and keeps its data. */
  stop(cluster: string): Promise<void>;
  /** Removes the store and its data; data snapshots stay. */
  remove(cluster: string): Promise<void>;
  /** Copies the cluster's data as it is now. Gives the copy's bytes. */
  takeSnapshot(cluster: string, snapshot: string): Promise<number>;
  /** `database.collection` of a snapshot. */
  collectionsOf(snapshot: string): Promise<readonly string[]>;
  removeSnapshot(snapshot: string): Promise<void>;
  /** Puts a snapshot's data in place of all that the cluster has. */
  restore(snapshot: string, cluster: string): Promise<void>;
  /** Puts some collections of a snapshot into the cluster; everything else there stays. */
  restoreCollections(snapshot: string, cluster: string, copies: readonly CollectionCopy[]): Promise<void>;
  /** `127.0.0.1:port` of a running store. */
  addressOf(cluster: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Clusters without documents: the control plane alone. */
export const noDataPlane: DataPlane = {
  check: async () => {},
  start: async () => {},
  stop: async () => {},
  remove: async () => {},
  takeSnapshot: async () => 0,
  collectionsOf: async () => [],
  removeSnapshot: async () => {},
  restore: async () => {},
  restoreCollections: async () => {},
  addressOf: async () => undefined,
  close: async () => {},
};

export interface DataPlanePlace {
  readonly organisationId: string;
  /** Where documents may lie between runs; undefined: this run is the only one. */
  readonly folder: string | undefined;
}

export type CreateDataPlane = (place: DataPlanePlace) => DataPlane;
