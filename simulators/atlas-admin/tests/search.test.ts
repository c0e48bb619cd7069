import { describe, expect, it } from "vitest";
import { clusterCalls, type Started, start } from "./atlas-caller.ts";

const VERSION = "2024-05-30";

async function withCluster(): Promise<Started & { path: string }> {
  const started = await start();
  await clusterCalls(started).ready("main");
  return { ...started, path: `/groups/${started.groupId}/clusters/main` };
}

describe("a search index", () => {
  const index = { collectionName: "sites", database: "trials", name: "default" };

  it("is built, built anew after a change, and removed", async () => {
    const { atlas, call, path } = await withCluster();
    const indexes = `${path}/search/indexes`;
    const created = await call("POST", indexes, VERSION, index);
    expect(created).toMatchObject({
      status: 201,
      body: { ...index, type: "search", status: "PENDING", queryable: false },
    });
    await atlas.clock.advance(30_000);
    const one = `${indexes}/${created.body["indexID"]}`;
    expect((await call("GET", one, VERSION)).body["status"]).toBe("BUILDING");
    await atlas.clock.settle();
    expect((await call("GET", one, VERSION)).body).toMatchObject({ status: "READY", queryable: true });
    const definition = { mappings: { dynamic: false } };
    const changed = await call("PATCH", one, VERSION, { definition });
    expect(changed.body).toMatchObject({
      status: "PENDING",
      latestDefinition: definition,
      latestDefinitionVersion: { version: 1 },
    });
    await call("PATCH", one, VERSION, { definition });
    for (const place of ["", "/trials/sites"])
      expect((await call("GET", indexes + place, VERSION)).value).toHaveLength(1);
    expect((await call("GET", `${indexes}/trials/other`, VERSION)).value).toEqual([]);
    for (const _ of [1, 2]) expect((await call("DELETE", one, VERSION)).status).toBe(204);
    expect((await call("GET", one, VERSION)).body).toMatchObject({ status: "DELETING", queryable: false });
    await atlas.clock.settle();
    expect((await call("GET", one, VERSION)).body["errorCode"]).toBe("SEARCH_INDEX_NOT_FOUND");
  });

  it("shares its name with no other of its collection, and has fields where it is for vectors", async () => {
    const { call, path } = await withCluster();
    const indexes = `${path}/search/indexes`;
    await call("POST", indexes, VERSION, index);
    expect((await call("POST", indexes, VERSION, index)).body["errorCode"]).toBe("DUPLICATE_SEARCH_INDEX");
    const vector = { ...index, name: "v", type: "vectorSearch" };
    expect((await call("POST", indexes, VERSION, vector)).body["errorCode"]).toBe("MISSING_ATTRIBUTE");
    const fields = [{ type: "vector", path: "e", numDimensions: 3, similarity: "cosine" }];
    expect((await call("POST", indexes, VERSION, { ...vector, definition: { fields } })).status).toBe(201);
  });
});

describe("search nodes", () => {
  it("are made, changed and removed", async () => {
    const { atlas, call, path } = await withCluster();
    const deployment = `${path}/search/deployment`;
    const read = () => call("GET", deployment, "2025-03-12");
    expect((await read()).body["errorCode"]).toBe("ATLAS_SEARCH_DEPLOYMENT_DOES_NOT_EXIST");
    const specs = [{ instanceSize: "S20_HIGHCPU_NVME" }];
    expect(await call("POST", deployment, VERSION, { specs })).toMatchObject({
      status: 201,
      body: { stateName: "UPDATING" },
    });
    expect((await call("POST", deployment, VERSION, { specs })).body["errorCode"]).toBe(
      "ATLAS_SEARCH_DEPLOYMENT_ALREADY_EXISTS",
    );
    await call("PATCH", deployment, VERSION, { specs, defaultNodeCount: 3 });
    await atlas.clock.settle();
    expect((await read()).body).toMatchObject({ stateName: "IDLE", specs: [{ nodeCount: 3 }] });
    const more = [{ instanceSize: "S30_HIGHCPU_NVME", nodeCount: 4 }];
    expect((await call("PATCH", deployment, VERSION, { specs: more })).body["stateName"]).toBe("UPDATING");
    for (const _ of [1, 2]) expect((await call("DELETE", deployment, VERSION)).status).toBe(204);
    await atlas.clock.settle();
    expect((await read()).status).toBe(404);
  });
});

describe("an ordinary index", () => {
  it("is built in a rolling way, and not to be seen again", async () => {
    const { call, path } = await withCluster();
    const body = { db: "trials", collection: "sites", keys: [{ city: "1" }], options: { name: "city" } };
    expect(await call("POST", `${path}/index`, "2023-01-01", body)).toMatchObject({ status: 202, value: {} });
  });
});

describe("an outage simulation", () => {
  it("goes its way, and keeps the cluster from being removed", async () => {
    const { atlas, call, groupId, path } = await withCluster();
    const outage = `${path}/outageSimulation`;
    const version = "2023-01-01";
    const states = async () => (await call("GET", outage, version)).body["state"];
    const body = { outageFilters: [{ cloudProvider: "AWS", regionName: "EU_WEST_1" }] };
    expect((await call("GET", outage, version)).body["errorCode"]).toBe("OUTAGE_SIMULATION_NOT_FOUND");
    const elsewhere = { outageFilters: [{ cloudProvider: "AWS", regionName: "US_EAST_1" }] };
    expect((await call("POST", outage, version, elsewhere)).body["errorCode"]).toBe("INVALID_REGION");
    expect((await call("POST", outage, version, body)).body).toMatchObject({
      state: "START_REQUESTED",
      outageFilters: [{ type: "REGION" }],
    });
    for (const method of ["POST", "DELETE"]) {
      expect((await call(method, outage, version, body)).body["errorCode"]).toBe(
        "INVALID_CLUSTER_OUTAGE_SIMULATION_STATE",
      );
    }
    await atlas.clock.advance(10_000);
    expect(await states()).toBe("STARTING");
    await atlas.clock.settle();
    expect(await states()).toBe("SIMULATING");
    const removal = await clusterCalls({ atlas, call, groupId }).remove("main");
    expect(removal.body["errorCode"]).toBe(
      "CANNOT_TERMINATE_CLUSTER_WITH_UNDERGOING_REGIONAL_OUTAGE_SIMULATION",
    );
    expect((await call("DELETE", outage, version)).body["state"]).toBe("RECOVERY_REQUESTED");
    await atlas.clock.advance(10_000);
    expect(await states()).toBe("RECOVERING");
    await atlas.clock.settle();
    expect(await states()).toBeUndefined();
  });
});
