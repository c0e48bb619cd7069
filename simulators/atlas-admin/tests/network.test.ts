import { describe, expect, it } from "vitest";
import { clusterCalls, type Started, start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";

async function containerOf({ call, groupId }: Started, providerName: string, place: object): Promise<string> {
  const body = { providerName, atlasCidrBlock: "192.168.0.0/21", ...place };
  const made = await call("POST", `/groups/${groupId}/containers`, VERSION, body);
  expect(made).toMatchObject({ status: 200, body: { provisioned: false, providerName } });
  return String(made.body["id"]);
}

describe("a network container", () => {
  it("is made once a region, changed and removed", async () => {
    const started = await start();
    const { call, groupId } = started;
    const path = `/groups/${groupId}/containers`;
    const id = await containerOf(started, "AWS", { regionName: "EU_WEST_1" });
    expect(await containerOf(started, "AWS", { regionName: "EU_WEST_1" })).toBe(id);
    expect(
      (await call("PATCH", `${path}/${id}`, VERSION, { atlasCidrBlock: "10.8.0.0/21" })).body[
        "atlasCidrBlock"
      ],
    ).toBe("10.8.0.0/21");
    await containerOf(started, "AZURE", { region: "EUROPE_NORTH" });
    const google = await containerOf(started, "GCP", { regions: ["WESTERN_EUROPE"] });
    expect(await containerOf(started, "GCP", { regions: ["EASTERN_US"] })).toBe(google);
    expect((await call("GET", path, VERSION)).body["totalCount"]).toBe(1);
    expect((await call("GET", `${path}?providerName=AZURE`, VERSION)).body["results"]).toMatchObject([
      { region: "EUROPE_NORTH" },
    ]);
    expect((await call("GET", `${path}/all`, VERSION)).body["totalCount"]).toBe(3);
    expect((await call("DELETE", `${path}/${id}`, VERSION)).status).toBe(204);
    expect((await call("GET", `${path}/${id}`, VERSION)).body["errorCode"]).toBe("RESOURCE_NOT_FOUND");
  });

  it("comes along with a cluster, which holds it", async () => {
    const started = await start();
    const { call, groupId } = started;
    await clusterCalls(started).ready("main");
    const { body } = await call("GET", `/groups/${groupId}/containers?providerName=AWS`, VERSION);
    const [container] = body["results"] as { id: string }[];
    expect(container).toMatchObject({
      regionName: "EU_WEST_1",
      provisioned: true,
      atlasCidrBlock: "192.168.248.0/21",
    });
    const path = `/groups/${groupId}/containers/${container?.id}`;
    expect((await call("DELETE", path, VERSION)).body["errorCode"]).toBe("CONTAINERS_IN_USE");
    expect((await call("PATCH", path, VERSION, { atlasCidrBlock: "10.0.0.0/21" })).body["errorCode"]).toBe(
      "CONTAINERS_IN_USE",
    );
  });
});

describe("a peering connection", () => {
  const aws = {
    accepterRegionName: "eu-west-1",
    awsAccountId: "123",
    routeTableCidrBlock: "10.0.0.0/16",
    vpcId: "vpc-1",
  };

  it("waits for the other side on AWS, and is there once that has accepted", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    const containerId = await containerOf(started, "AWS", { regionName: "EU_WEST_1" });
    const peers = `/groups/${groupId}/peers`;
    const { body } = await call("POST", peers, VERSION, { ...aws, containerId });
    expect(body).toMatchObject({ statusName: "INITIATING", connectionId: null });
    await atlas.clock.settle();
    const path = `${peers}/${body["id"]}`;
    expect((await call("GET", path, VERSION)).body["statusName"]).toBe("PENDING_ACCEPTANCE");
    const move = { machine: "peers", key: `${groupId}/${body["id"]}`, to: "FINALIZING" };
    await fetch(`${atlas.url}/__sim/move`, { method: "POST", body: JSON.stringify(move) });
    await atlas.clock.settle();
    expect((await call("GET", peers, VERSION)).body["results"]).toMatchObject([{ statusName: "AVAILABLE" }]);
    expect((await call("DELETE", path, VERSION)).status).toBe(202);
    expect((await call("DELETE", path, VERSION)).body["errorCode"]).toBe("PEER_ALREADY_REQUESTED_DELETION");
    await atlas.clock.settle();
    expect((await call("GET", path, VERSION)).status).toBe(404);
  });

  it("says `status` on Azure and Google, and is tried again by a change after it failed", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    const containerId = await containerOf(started, "GCP", {});
    const google = { providerName: "GCP", gcpProjectId: "p", networkName: "n", containerId };
    atlas.faults.add({ kind: "divert", machine: "peers", from: "ADDING_PEER", to: "FAILED", times: 1 });
    const { body } = await call("POST", `/groups/${groupId}/peers`, VERSION, google);
    expect([body["status"], body["statusName"]]).toEqual(["ADDING_PEER", undefined]);
    await atlas.clock.settle();
    const path = `/groups/${groupId}/peers/${body["id"]}`;
    expect((await call("GET", path, VERSION)).body["status"]).toBe("FAILED");
    expect((await call("PATCH", path, VERSION, google)).body["status"]).toBe("ADDING_PEER");
    await atlas.clock.settle();
    expect((await call("GET", path, VERSION)).body["status"]).toBe("WAITING_FOR_USER");
    expect((await call("GET", `/groups/${groupId}/peers?providerName=GCP`, VERSION)).body["totalCount"]).toBe(
      1,
    );
  });

  it("needs a container and what its provider needs", async () => {
    const started = await start();
    const { call, groupId } = started;
    const peers = `/groups/${groupId}/peers`;
    const unknown = await call("POST", peers, VERSION, { ...aws, containerId: "0".repeat(24) });
    expect(unknown.body["errorCode"]).toBe("RESOURCE_NOT_FOUND");
    const containerId = await containerOf(started, "AWS", { regionName: "EU_WEST_1" });
    const { vpcId: _, ...without } = aws;
    expect((await call("POST", peers, VERSION, { ...without, containerId })).body).toMatchObject({
      errorCode: "MISSING_ATTRIBUTE",
      parameters: ["vpcId"],
    });
    expect((await call("PATCH", `${peers}/${"0".repeat(24)}`, VERSION, { ...aws, containerId })).status).toBe(
      404,
    );
  });
});

describe("a private endpoint", () => {
  it.each([
    ["AWS", "EU_WEST_1", { id: "vpce-1" }, "interfaceEndpoints", "connectionStatus"],
    [
      "AZURE",
      "EUROPE_NORTH",
      { id: "/subscriptions/s/privateEndpoints/pe", privateEndpointIPAddress: "10.0.0.4" },
      "privateEndpoints",
      "status",
    ],
    [
      "GCP",
      "WESTERN_EUROPE",
      {
        endpointGroupName: "group",
        gcpProjectId: "p",
        endpoints: [{ endpointName: "e", ipAddress: "10.0.0.5" }],
      },
      "endpointGroupNames",
      "status",
    ],
  ])(
    "on %s is connected to its service, and shows in the clusters' connection strings",
    async (provider, region, body, list, status) => {
      const started = await start();
      const { atlas, call, groupId } = started;
      const clusters = clusterCalls(started);
      await clusters.ready("main");
      const base = `/groups/${groupId}/privateEndpoint`;
      const service = await call("POST", `${base}/endpointService`, VERSION, {
        providerName: provider,
        region,
      });
      expect(service.body).toMatchObject({
        status: "INITIATING",
        regionName: region,
        cloudProvider: provider,
      });
      const path = `${base}/${provider}/endpointService/${service.body["id"]}`;
      await atlas.clock.settle();
      expect((await call("GET", `${base}/${provider}/endpointService`, VERSION)).value).toMatchObject([
        { status: "AVAILABLE" },
      ]);
      const endpoint = await call("POST", `${path}/endpoint`, VERSION, body);
      expect(endpoint).toMatchObject({
        status: 200,
        body: { [status]: "INITIATING", cloudProvider: provider },
      });
      expect((await call("POST", `${path}/endpoint`, VERSION, body)).body["errorCode"]).toBe(
        "ENDPOINT_ALREADY_EXISTS",
      );
      expect((await call("DELETE", path, VERSION)).body["errorCode"]).toBe("ENDPOINT_SERVICE_IN_USE");
      await atlas.clock.advance(120_000);
      const id = encodeURIComponent(String("id" in body ? body.id : body.endpointGroupName));
      expect((await call("GET", `${path}/endpoint/${id}`, VERSION)).body[status]).toBe("AVAILABLE");
      expect((await clusters.get("main")).body).toMatchObject({
        stateName: "UPDATING",
        connectionStrings: {
          privateEndpoint: [{ type: "MONGOD", endpoints: [{ providerName: provider, region }] }],
        },
      });
      await atlas.clock.settle();
      expect((await clusters.get("main")).body["connectionStrings"]).toMatchObject({
        standardSrv: expect.any(String),
        privateEndpoint: [{ srvConnectionString: expect.stringMatching(/^mongodb\+srv:\/\/main-pl-0\./) }],
      });
      expect((await call("GET", path, VERSION)).body[list]).toHaveLength(1);
      expect((await call("DELETE", `${path}/endpoint/${id}`, VERSION)).status).toBe(204);
      await atlas.clock.settle();
      expect((await call("GET", path, VERSION)).body[list]).toEqual([]);
      expect((await clusters.get("main")).body["connectionStrings"]).toMatchObject({ privateEndpoint: [] });
      for (const _ of [1, 2]) expect((await call("DELETE", path, VERSION)).status).toBe(204);
      await atlas.clock.settle();
      expect((await call("GET", path, VERSION)).status).toBe(404);
    },
  );

  it("needs an id, and a region of its provider", async () => {
    const { call, groupId } = await start();
    const base = `/groups/${groupId}/privateEndpoint`;
    const nowhere = await call("POST", `${base}/endpointService`, VERSION, {
      providerName: "AWS",
      region: "EUROPE_NORTH",
    });
    expect(nowhere.body["errorCode"]).toBe("INVALID_REGION");
    for (const [providerName, region, missing] of [
      ["AWS", "EU_WEST_1", "id"],
      ["GCP", "WESTERN_EUROPE", "endpointGroupName"],
    ]) {
      const service = await call("POST", `${base}/endpointService`, VERSION, { providerName, region });
      const endpoint = await call(
        "POST",
        `${base}/${providerName}/endpointService/${service.body["id"]}/endpoint`,
        VERSION,
        {},
      );
      expect(endpoint.body["parameters"]).toEqual([missing]);
    }
  });
});
