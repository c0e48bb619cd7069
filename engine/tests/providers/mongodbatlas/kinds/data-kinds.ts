import { outputAt, typeOf } from "../simulated-atlas.ts";
import { because, identity, type KindCase, mutationsOf, ours } from "./kind-case.ts";

const withCluster: KindCase["prepare"] = async (world, projectId) => {
  await world.cluster(projectId);
  return {};
};

export const CLOUD_BACKUP_SNAPSHOT: KindCase = {
  name: "CloudBackupSnapshot",
  prepare: withCluster,
  news: ({ projectId }) => ({
    projectId,
    clusterName: "main",
    description: "before the cut-over",
    retentionInDays: 7,
    deleteOnCreateTimeout: true,
  }),
  replaces: { description: "other", retentionInDays: 8, deleteOnCreateTimeout: false },
  importId: ({ projectId }, recorded) => `${projectId}-main-${outputAt(recorded, "snapshotId")}`,
  untold: ["deleteOnCreateTimeout"],
  mutations: ({ world, projectId }, recorded) =>
    mutationsOf("snapshots", world.key(projectId, "main", outputAt(recorded, "snapshotId")), {
      description: [["description"], "other"],
      // Kept longer in the console: it must not be made anew for that.
      expiresAt: [["expiresAt"], "2027-01-01T00:00:00Z"],
    }),
  notInConsole: {
    ...identity("projectId", "clusterName"),
    ...ours("deleteOnCreateTimeout"),
    ...because("found in expiresAt", "retentionInDays"),
  },
};

export const SNAPSHOT_RESTORE_JOB: KindCase = {
  name: "CloudBackupSnapshotRestoreJob",
  prepare: async (world, projectId) => {
    await world.cluster(projectId);
    const snapshot = await world.stack.create(typeOf("CloudBackupSnapshot"), {
      projectId,
      clusterName: "main",
      description: "d",
      retentionInDays: 1,
    });
    return { snapshotId: outputAt(snapshot, "snapshotId") };
  },
  news: ({ projectId, parts }) => ({
    projectId,
    clusterName: "main",
    snapshotId: parts["snapshotId"] ?? "",
    deliveryTypeConfig: { automated: true, targetClusterName: "main", targetProjectId: projectId },
  }),
  replaces: { snapshotId: "5f0000000000000000000003" },
  importId: ({ projectId }, recorded) => `${projectId}-main-${outputAt(recorded, "snapshotRestoreJobId")}`,
  mutations: () => [],
  notInConsole: {
    ...identity("projectId", "clusterName"),
    ...because(
      "a job is never changed",
      "snapshotId",
      "deliveryTypeConfig.automated",
      "deliveryTypeConfig.targetClusterName",
      "deliveryTypeConfig.targetProjectId",
    ),
  },
  stays: true,
};

export const SEARCH_INDEX: KindCase = {
  name: "SearchIndex",
  prepare: withCluster,
  news: ({ projectId }) => ({
    projectId,
    clusterName: "main",
    database: "db",
    collectionName: "trials",
    name: "trials-text",
    type: "search",
    analyzer: "lucene.english",
    searchAnalyzer: "lucene.english",
    analyzers: JSON.stringify([{ name: "short", tokenizer: { type: "standard" } }]),
    mappingsDynamic: false,
    mappingsFields: JSON.stringify({ title: { analyzer: "short", type: "string" } }),
    storedSource: JSON.stringify({ include: ["title"] }),
    numPartitions: 2,
    synonyms: [{ name: "s", analyzer: "lucene.english", sourceCollection: "synonyms" }],
    typeSets: [{ name: "t", types: JSON.stringify([{ type: "string" }]) }],
    waitForIndexBuildCompletion: true,
  }),
  changes: { mappingsDynamic: true, analyzer: "lucene.standard" },
  replaces: { clusterName: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }, recorded) => `${projectId}--main--${outputAt(recorded, "indexId")}`,
  untold: ["type", "waitForIndexBuildCompletion"],
  mutations: ({ world, projectId }, recorded) => {
    const at = (...path: readonly (string | number)[]) => ["latestDefinition", ...path];
    return mutationsOf("searchIndexes", world.key(projectId, "main", outputAt(recorded, "indexId")), {
      analyzer: [at("analyzer"), "lucene.french"],
      searchAnalyzer: [at("searchAnalyzer"), "lucene.french"],
      analyzers: [at("analyzers", 0, "name"), "other"],
      mappingsDynamic: [at("mappings", "dynamic"), true],
      mappingsFields: [at("mappings", "fields", "title", "type"), "number"],
      storedSource: [at("storedSource", "include"), ["other"]],
      numPartitions: [at("numPartitions"), 4],
      "synonyms[0].name": [at("synonyms", 0, "name"), "other"],
      "synonyms[0].analyzer": [at("synonyms", 0, "analyzer"), "other"],
      "synonyms[0].sourceCollection": [at("synonyms", 0, "source", "collection"), "other"],
      "typeSets[0].name": [at("typeSets", 0, "name"), "other"],
      "typeSets[0].types": [at("typeSets", 0, "types", 0, "type"), "number"],
    });
  },
  notInConsole: {
    ...identity("projectId", "clusterName"),
    ...because("fixed when the index is made", "database", "collectionName", "name", "type"),
    ...ours("waitForIndexBuildCompletion"),
  },
};

export const SEARCH_DEPLOYMENT: KindCase = {
  name: "SearchDeployment",
  prepare: withCluster,
  news: ({ projectId }) => ({
    projectId,
    clusterName: "main",
    specs: [{ instanceSize: "S20_HIGHCPU_NVME", nodeCount: 2 }],
    skipWaitOnUpdate: false,
    deleteOnCreateTimeout: true,
    timeouts: { create: "1h" },
  }),
  changes: { specs: [{ instanceSize: "S20_HIGHCPU_NVME", nodeCount: 4 }] },
  replaces: { clusterName: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => `${projectId}-main`,
  untold: ["skipWaitOnUpdate", "deleteOnCreateTimeout", "timeouts"],
  mutations: ({ world, projectId }) =>
    mutationsOf("searchDeployments", world.key(projectId, "main"), {
      "specs[0].instanceSize": [["specs", 0, "instanceSize"], "S30_HIGHCPU_NVME"],
      "specs[0].nodeCount": [["specs", 0, "nodeCount"], 8],
    }),
  notInConsole: {
    ...identity("projectId", "clusterName"),
    ...ours("skipWaitOnUpdate", "deleteOnCreateTimeout", "timeouts.create"),
  },
};
