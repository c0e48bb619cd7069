import { Secret } from "../../../../src/protocol/property-value.ts";
import { because, identity, type KindCase, mutationsOf, WRITE_ONLY } from "./kind-case.ts";

export const PROJECT: KindCase = {
  name: "Project",
  news: ({ world }) => ({
    orgId: world.orgId,
    name: "kinds",
    isCollectDatabaseSpecificsStatisticsEnabled: true,
    isDataExplorerEnabled: true,
    isExtendedStorageSizesEnabled: false,
    isPerformanceAdvisorEnabled: true,
    isRealtimePerformancePanelEnabled: true,
    isSchemaAdvisorEnabled: false,
    isSlowOperationThresholdingEnabled: true,
    tags: { team: "a" },
    limits: [{ name: "atlas.project.deployment.clusters", value: 30 }],
    withDefaultAlertsSettings: true,
  }),
  changes: { name: "renamed", isDataExplorerEnabled: false },
  replaces: { orgId: "5f0000000000000000000001" },
  importId: (_, { id }) => id,
  untold: ["withDefaultAlertsSettings", "limits"],
  mutations: ({ world }, { id }) => [
    ...mutationsOf("projects", world.key(id), {
      name: [["name"], "other"],
      "tags.team": [["tags", 0, "value"], "b"],
      isSlowOperationThresholdingEnabled: [["$slowOperationsManaged"], false],
    }),
    ...mutationsOf(
      "projectSettings",
      world.key(id),
      Object.fromEntries(
        [
          ["isCollectDatabaseSpecificsStatisticsEnabled", false],
          ["isDataExplorerEnabled", false],
          ["isExtendedStorageSizesEnabled", true],
          ["isPerformanceAdvisorEnabled", false],
          ["isRealtimePerformancePanelEnabled", false],
          ["isSchemaAdvisorEnabled", true],
        ].map(([name, value]) => [String(name), [[String(name)], value]] as const),
      ),
    ),
    ...mutationsOf("projectLimits", world.key(id, "atlas.project.deployment.clusters"), {
      "limits[0].value": [["value"], 40],
    }),
  ],
  notInConsole: {
    ...identity("orgId", "limits[0].name"),
    ...because("counts at the creation only", "withDefaultAlertsSettings"),
  },
};

export const DATABASE_USER: KindCase = {
  name: "DatabaseUser",
  news: ({ projectId }) => ({
    projectId,
    username: "backend",
    authDatabaseName: "admin",
    description: "of the backend",
    password: new Secret("pw-of-the-backend"),
    roles: [{ roleName: "read", databaseName: "db", collectionName: "c" }],
    scopes: [{ name: "main", type: "CLUSTER" }],
    labels: [{ key: "k", value: "v" }],
  }),
  changes: { roles: [{ roleName: "readWrite", databaseName: "db" }] },
  replaces: { username: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => `${projectId}-backend-admin`,
  untold: ["password"],
  mutations: ({ world, projectId }) =>
    mutationsOf("databaseUsers", world.key(projectId, "admin", "backend"), {
      description: [["description"], "other"],
      "roles[0].roleName": [["roles", 0, "roleName"], "dbAdmin"],
      "roles[0].databaseName": [["roles", 0, "databaseName"], "other"],
      "roles[0].collectionName": [["roles", 0, "collectionName"], "other"],
      "scopes[0].name": [["scopes", 0, "name"], "other"],
      "scopes[0].type": [["scopes", 0, "type"], "DATA_LAKE"],
      "labels[0].key": [["labels", 0, "key"], "other"],
      "labels[0].value": [["labels", 0, "value"], "other"],
    }),
  notInConsole: {
    ...identity("projectId", "username", "authDatabaseName"),
    ...because(WRITE_ONLY, "password"),
  },
};

export const CUSTOM_DB_ROLE: KindCase = {
  name: "CustomDbRole",
  news: ({ projectId }) => ({
    projectId,
    roleName: "writer",
    actions: [
      { action: "FIND", resources: [{ databaseName: "db", collectionName: "c" }] },
      { action: "SERVER_STATUS", resources: [{ cluster: true }] },
    ],
    inheritedRoles: [{ databaseName: "admin", roleName: "read" }],
  }),
  changes: { actions: [{ action: "INSERT", resources: [{ databaseName: "db" }] }] },
  replaces: { roleName: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => `${projectId}-writer`,
  mutations: ({ world, projectId }) =>
    mutationsOf("customRoles", world.key(projectId, "writer"), {
      "actions[0].action": [["actions", 0, "action"], "REMOVE"],
      "actions[0].resources[0].databaseName": [["actions", 0, "resources", 0, "db"], "other"],
      "actions[0].resources[0].collectionName": [["actions", 0, "resources", 0, "collection"], "other"],
      "actions[1].action": [["actions", 1, "action"], "TOP"],
      "actions[1].resources[0].cluster": [["actions", 1, "resources", 0, "cluster"], false],
      "inheritedRoles[0].databaseName": [["inheritedRoles", 0, "db"], "other"],
      "inheritedRoles[0].roleName": [["inheritedRoles", 0, "role"], "other"],
    }),
  notInConsole: identity("projectId", "roleName"),
};

export const IP_ACCESS_LIST: KindCase = {
  name: "ProjectIpAccessList",
  news: ({ projectId }) => ({ projectId, cidrBlock: "10.0.0.0/8", comment: "office" }),
  replaces: { comment: "other", cidrBlock: "10.1.0.0/16" },
  importId: ({ projectId }) => `${projectId}-10.0.0.0/8`,
  mutations: ({ world, projectId }) =>
    mutationsOf("accessList", world.key(projectId, "10.0.0.0/8"), { comment: [["comment"], "other"] }),
  notInConsole: identity("projectId", "cidrBlock"),
};
