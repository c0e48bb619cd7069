import { describe, expect, it } from "vitest";
import { callerOf, clusterCalls, start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";

describe("a project", () => {
  it("is made in its organisation, found, renamed and closed", async () => {
    const { atlas, call, groupId } = await start();
    const found = await call("GET", "/groups/byName/trials", VERSION);
    expect(found.body).toMatchObject({ id: groupId, orgId: atlas.organisationId, clusterCount: 0, tags: [] });
    expect(found.body).not.toHaveProperty("withDefaultAlertsSettings");
    const renamed = await call("PATCH", `/groups/${groupId}`, VERSION, {
      name: "other",
      tags: [{ key: "a", value: "b" }],
    });
    expect(renamed.body).toMatchObject({ name: "other", tags: [{ key: "a", value: "b" }] });
    expect((await call("GET", "/groups", VERSION)).body["totalCount"]).toBe(1);
    expect((await call("DELETE", `/groups/${groupId}`, VERSION)).status).toBe(204);
    expect((await call("GET", `/groups/${groupId}`, VERSION)).body["errorCode"]).toBe("GROUP_NOT_FOUND");
    expect((await call("GET", "/groups/byName/other", VERSION)).status).toBe(404);
  });

  it("shares its name with no other, and belongs to this organisation", async () => {
    const { atlas, call, groupId } = await start();
    const orgId = atlas.organisationId;
    const taken = await call("POST", "/groups", VERSION, { name: "trials", orgId });
    expect(taken).toMatchObject({ status: 409, body: { errorCode: "GROUP_ALREADY_EXISTS" } });
    await call("POST", "/groups", VERSION, { name: "second", orgId });
    expect((await call("PATCH", `/groups/${groupId}`, VERSION, { name: "second" })).status).toBe(409);
    expect((await call("PATCH", `/groups/${groupId}`, VERSION, { name: "trials" })).status).toBe(200);
    const elsewhere = await call("POST", "/groups", VERSION, { name: "third", orgId: "5".repeat(24) });
    expect(elsewhere.body["errorCode"]).toBe("USER_UNAUTHORIZED");
  });

  it("is owned by whoever made it", async () => {
    const { atlas } = await start();
    const roles = [{ roleName: "ORG_GROUP_CREATOR", scope: atlas.organisationId }];
    const { accessToken } = await atlas.addIdentity("creator", roles);
    const call = callerOf(atlas.url, `Bearer ${accessToken}`);
    const { body } = await call("POST", "/groups", VERSION, { name: "mine", orgId: atlas.organisationId });
    expect((await call("DELETE", `/groups/${body["id"]}`, VERSION)).status).toBe(204);
    expect((await call("GET", "/groups", VERSION)).body["totalCount"]).toBe(0);
  });

  it("does not close around clusters, peerings and endpoints", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    const close = async () => (await call("DELETE", `/groups/${groupId}`, VERSION)).body["errorCode"];
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    expect(await close()).toBe("CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS");
    await clusters.remove("main");
    expect(await close()).toBe("CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS");
    await atlas.clock.settle();
    const containers = await call("GET", `/groups/${groupId}/containers/all`, VERSION);
    const [container] = containers.body["results"] as { id: string }[];
    const peer = {
      containerId: container?.id,
      accepterRegionName: "eu-west-1",
      awsAccountId: "1",
      routeTableCidrBlock: "10.0.0.0/16",
      vpcId: "vpc-1",
    };
    const peering = await call("POST", `/groups/${groupId}/peers`, VERSION, peer);
    expect(await close()).toBe("CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS");
    await call("DELETE", `/groups/${groupId}/peers/${peering.body["id"]}`, VERSION);
    await call("POST", `/groups/${groupId}/privateEndpoint/endpointService`, VERSION, {
      providerName: "AWS",
      region: "EU_WEST_1",
    });
    await atlas.clock.settle();
    expect(await close()).toBe("CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_PRIVATE_ENDPOINT_SERVICES");
  });

  it("has settings, slow operations, addresses and limits", async () => {
    const started = await start();
    const { call, groupId } = started;
    const at = (end: string) => `/groups/${groupId}/${end}`;
    expect((await call("GET", at("settings"), VERSION)).body["isDataExplorerEnabled"]).toBe(true);
    const changed = await call("PATCH", at("settings"), VERSION, { isDataExplorerEnabled: false });
    expect(changed.body).toMatchObject({ isDataExplorerEnabled: false, isPerformanceAdvisorEnabled: true });
    expect((await call("GET", at("managedSlowMs"), VERSION)).value).toBe(true);
    expect((await call("DELETE", at("managedSlowMs/disable"), VERSION)).status).toBe(204);
    expect((await call("GET", at("managedSlowMs"), VERSION)).value).toBe(false);
    expect((await call("POST", at("managedSlowMs/enable"), VERSION)).status).toBe(204);
    await clusterCalls(started).ready("main");
    expect((await call("GET", at("ipAddresses"), VERSION)).body).toMatchObject({
      services: { clusters: [{ clusterName: "main", inbound: expect.arrayContaining(["192.0.2.1"]) }] },
    });
    const limit = at("limits/atlas.project.deployment.clusters");
    expect((await call("GET", at("limits"), VERSION)).value).toHaveLength(5);
    expect((await call("PATCH", limit, VERSION, { value: 91 })).body["errorCode"]).toBe("VALIDATION_ERROR");
    expect((await call("PATCH", limit, VERSION, { value: 30 })).body["value"]).toBe(30);
    expect((await call("DELETE", limit, VERSION)).status).toBe(204);
    expect((await call("GET", limit, VERSION)).body).toMatchObject({
      value: 25,
      defaultLimit: 25,
      maximumLimit: 90,
    });
  });

  it("has teams", async () => {
    const { call, groupId } = await start();
    const teams = `/groups/${groupId}/teams`;
    const teamId = "7".repeat(24);
    const added = await call("POST", teams, VERSION, [{ teamId, roleNames: ["GROUP_READ_ONLY"] }]);
    expect(added.body["results"]).toMatchObject([{ teamId, roleNames: ["GROUP_READ_ONLY"] }]);
    await call("PATCH", `${teams}/${teamId}`, VERSION, { roleNames: ["GROUP_OWNER"] });
    expect((await call("GET", `${teams}/${teamId}`, VERSION)).body["roleNames"]).toEqual(["GROUP_OWNER"]);
    expect((await call("DELETE", `${teams}/${teamId}`, VERSION)).status).toBe(204);
    expect((await call("GET", teams, VERSION)).body["totalCount"]).toBe(0);
    expect((await call("GET", `${teams}/${teamId}`, VERSION)).status).toBe(404);
  });
});
