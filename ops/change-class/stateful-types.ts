import { isReproducible } from "../../contracts/reproducible.ts";

/** What is lost with an object of a type, and whether a data snapshot brings it back. */
export interface Holding {
  readonly holds: string;
  readonly comesBack: "from a data snapshot" | "never";
}

/** Types of resources that hold what no program can make again. */
const STATEFUL_TYPES: { readonly [type: string]: Holding } = {
  "docker:index/volume:Volume": { holds: "the files of the volume", comesBack: "from a data snapshot" },
  "mongodbatlas:index/advancedCluster:AdvancedCluster": {
    holds: "the documents of the cluster",
    comesBack: "from a data snapshot",
  },
  "mongodbatlas:index/cluster:Cluster": {
    holds: "the documents of the cluster",
    comesBack: "from a data snapshot",
  },
  "mongodbatlas:index/serverlessInstance:ServerlessInstance": {
    holds: "the documents of the instance",
    comesBack: "from a data snapshot",
  },
  "mongodbatlas:index/flexCluster:FlexCluster": {
    holds: "the documents of the cluster",
    comesBack: "from a data snapshot",
  },
  "mongodbatlas:index/project:Project": {
    holds: "the project with its clusters and their data snapshots",
    comesBack: "never",
  },
  "mongodbatlas:index/encryptionAtRest:EncryptionAtRest": {
    holds: "the keys of the data at rest",
    comesBack: "never",
  },
  "mongodbatlas:index/cloudBackupSnapshot:CloudBackupSnapshot": {
    holds: "a data snapshot",
    comesBack: "never",
  },
  "aura:index:Instance": {
    holds: "the graph of the instance and its data snapshots",
    comesBack: "from a data snapshot",
  },
  "aura:index:Snapshot": { holds: "a data snapshot", comesBack: "never" },
  "kubernetes:core/v1:Namespace": {
    holds: "everything in the namespace",
    comesBack: "from a data snapshot",
  },
  "kubernetes:core/v1:PersistentVolumeClaim": {
    holds: "the files of the volume",
    comesBack: "from a data snapshot",
  },
  "kubernetes:core/v1:PersistentVolume": {
    holds: "the files of the volume",
    comesBack: "from a data snapshot",
  },
  "kubernetes:apps/v1:StatefulSet": {
    holds: "the volumes of its pods",
    comesBack: "from a data snapshot",
  },
};

/** What an object of a type holds; undefined where a program can make it again, or its inputs say so of its content. */
export function findHolding(
  type: string,
  inputs?: { readonly [property: string]: unknown },
): Holding | undefined {
  if (isReproducible(inputs)) return undefined;
  return Object.hasOwn(STATEFUL_TYPES, type) ? STATEFUL_TYPES[type] : undefined;
}

/** True for values that are drawn and cannot be drawn again. */
export function isDrawnSecret(type: string): boolean {
  return /^random:index\/random(Password|Bytes|Id|Uuid|String):/.test(type);
}
