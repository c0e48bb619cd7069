import {
  rollingIndexBody,
  type SearchIndexBody,
  searchIndexBody,
  searchIndexChange,
} from "../bodies/search.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getCluster, getRow, shown } from "./rows.ts";

const VERSION = "2024-05-30";
const CLUSTER = "/groups/{groupId}/clusters/{clusterName}";
const INDEXES = `${CLUSTER}/search/indexes`;
const INDEX = `${INDEXES}/{indexId}`;
const EDITOR = ["GROUP_SEARCH_INDEX_EDITOR"];
const READERS = [
  "GROUP_DATA_ACCESS_READ_ONLY",
  "GROUP_DATA_ACCESS_READ_WRITE",
  "GROUP_SEARCH_INDEX_EDITOR",
  "GROUP_STREAM_PROCESSING_OWNER",
];

export const searchIndexRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: INDEXES,
    version: VERSION,
    roles: READERS,
    handle: (call) => indexesOf(call),
  }),
  route({
    method: "GET",
    path: `${INDEXES}/{databaseName}/{collectionName}`,
    version: VERSION,
    roles: READERS,
    handle: (call) =>
      indexesOf(call).filter(
        (index) =>
          index["database"] === call.param("databaseName") &&
          index["collectionName"] === call.param("collectionName"),
      ),
  }),
  route({
    method: "POST",
    path: INDEXES,
    version: VERSION,
    status: 201,
    roles: EDITOR,
    body: searchIndexBody,
    handle: createIndex,
  }),
  route({
    method: "GET",
    path: INDEX,
    version: VERSION,
    roles: READERS,
    handle: (call) => shown(indexAt(call)),
  }),
  route({
    method: "PATCH",
    path: INDEX,
    version: VERSION,
    roles: EDITOR,
    body: searchIndexChange,
    handle: async (call) => {
      const index = indexAt(call);
      const version = Number(index["$version"]) + 1;
      Object.assign(index, versioned(call.body.definition, version, call.simulation.clock.stamp()));
      if (["READY", "FAILED"].includes(textAt(index, "status"))) {
        await call.simulation.move("searchIndexes", indexKey(call), "PENDING");
      }
      return shown(index);
    },
  }),
  route({
    method: "DELETE",
    path: INDEX,
    version: VERSION,
    status: 204,
    roles: EDITOR,
    handle: async (call) => {
      if (indexAt(call)["status"] !== "DELETING") {
        await call.simulation.move("searchIndexes", indexKey(call), "DELETING");
      }
    },
  }),
  route({
    method: "POST",
    path: `${CLUSTER}/index`,
    version: "2023-01-01",
    status: 202,
    roles: ["GROUP_DATA_ACCESS_ADMIN", "GROUP_INDEX_MANAGER"],
    body: rollingIndexBody,
    // There is no way to see it again but with a driver.
    handle: (call) => {
      const name = call.param("clusterName");
      getCluster(call.simulation, call.groupId, name);
      const key = keyOf(call.groupId, name, call.simulation.newId());
      call.simulation.table("rollingIndexes").put(key, call.body as Json);
    },
  }),
];

function indexesOf(call: Call): Json[] {
  const name = call.param("clusterName");
  getCluster(call.simulation, call.groupId, name);
  return call.simulation.table("searchIndexes").below(keyOf(call.groupId, name)).map(shown);
}

async function createIndex(call: Call<SearchIndexBody>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const cluster = call.param("clusterName");
  getCluster(simulation, groupId, cluster);
  const { collectionName, database, name, type = "search", definition } = body;
  const isTaken = simulation
    .table("searchIndexes")
    .below(keyOf(groupId, cluster))
    .some(
      (each) =>
        each["database"] === database && each["collectionName"] === collectionName && each["name"] === name,
    );
  if (isTaken) throw new AtlasFailure("DUPLICATE_SEARCH_INDEX", [name, `${database}.${collectionName}`]);
  if (type === "vectorSearch" && definition?.fields === undefined) {
    throw new AtlasFailure("MISSING_ATTRIBUTE", ["definition.fields"]);
  }
  const indexID = simulation.newId();
  const row: Json = {
    collectionName,
    database,
    indexID,
    name,
    type,
    status: "PENDING",
    queryable: false,
    statusDetail: [],
    ...versioned(definition ?? { mappings: { dynamic: true } }, 0, simulation.clock.stamp()),
  };
  return shown(await simulation.begin("searchIndexes", keyOf(groupId, cluster, indexID), row));
}

function versioned(latestDefinition: Json, version: number, createdAt: string): Json {
  return { latestDefinition, latestDefinitionVersion: { version, createdAt }, $version: version };
}

function indexKey(call: Call<unknown>): string {
  return keyOf(call.groupId, call.param("clusterName"), call.param("indexId"));
}

function indexAt(call: Call<unknown>): Json {
  getCluster(call.simulation, call.groupId, call.param("clusterName"));
  return getRow(call.simulation, {
    table: "searchIndexes",
    key: indexKey(call),
    otherwise: "SEARCH_INDEX_NOT_FOUND",
    parameters: [call.param("indexId")],
  });
}
