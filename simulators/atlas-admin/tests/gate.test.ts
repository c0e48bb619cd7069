import { describe, expect, it } from "vitest";
import { PROJECT_ROLES } from "../auth/roles.ts";
import { allRoutes } from "../routes/all-routes.ts";
import { callerOf, clusterNamed, replyOf, start } from "./atlas-caller.ts";

/** A day after or before a version's date. */
const shifted = (version: string, days: number) =>
  new Date(Date.parse(version) + days * 86_400_000).toISOString().slice(0, 10);

const someWhere = (path: string, groupId: string, orgId: string) =>
  path
    .replace("{groupId}", groupId)
    .replace("{orgId}", orgId)
    .replace(/\{\w+\}/g, "x");

describe("the versions", () => {
  it("of every route are its own date and newer ones", async () => {
    const { atlas, call, groupId } = await start({}, { mayBeUnknown: true });
    // Of bodies no more than that they are missing shall be told.
    const reads = allRoutes.filter(({ method, path }) => method === "GET" && path !== "/groups");
    expect(reads.length).toBeGreaterThan(40);
    for (const { method, path, version: newest, older } of reads) {
      const version = older?.version ?? newest;
      const place = someWhere(path, groupId, atlas.organisationId);
      const statuses = [];
      for (const each of [version, shifted(version, 400), shifted(version, -1)])
        statuses.push((await call(method, place, each)).status);
      const refused = version === "2023-01-01" ? 410 : 406;
      expect({ path, statuses }).toMatchObject({
        path,
        statuses: [expect.not.toBeOneOf([406, 410, 501]), expect.not.toBeOneOf([406, 410, 501]), refused],
      });
    }
  });

  it("are told apart: none, not a date, too old for this route, never there", async () => {
    const { atlas, call, groupId } = await start({}, { mayBeUnknown: true });
    const accept = async (text: string) => {
      const headers = { Authorization: `Bearer ${atlas.accessToken}`, Accept: text };
      return replyOf(await fetch(`${atlas.url}/api/atlas/v2/groups/${groupId}`, { headers }));
    };
    for (const text of ["application/json", "application/vnd.atlas.2023-99-99+json", "*/*"]) {
      expect((await accept(text)).body["errorCode"]).toBe("NOT_ACCEPTABLE");
    }
    expect((await call("GET", `/groups/${groupId}/clusters`, "2023-02-01")).status).toBe(406);
    expect((await call("GET", `/groups/${groupId}`, "2022-01-01")).body["errorCode"]).toBe("VERSION_GONE");
    expect(atlas.unknownRoutes).toHaveLength(5);
    const good = await call("GET", `/groups/${groupId}`, "2025-03-12");
    expect(good.headers.get("content-type")).toBe("application/vnd.atlas.2025-03-12+json;charset=utf-8");
  });
});

describe("an unknown route", () => {
  it("is refused, noted, and told by /__sim/unknown-routes", async () => {
    const { atlas, call, groupId } = await start({}, { mayBeUnknown: true });
    for (const [method, path] of [
      ["GET", "/orgs"],
      ["PUT", `/groups/${groupId}`],
      ["GET", `/groups/${groupId}/streams`],
    ]) {
      expect((await call(String(method), String(path), "2023-01-01")).body["errorCode"]).toBe(
        "NOT_SIMULATED",
      );
    }
    expect(atlas.unknownRoutes).toEqual([
      "501 GET /orgs 2023-01-01",
      `501 PUT /groups/${groupId} 2023-01-01`,
      `501 GET /groups/${groupId}/streams 2023-01-01`,
    ]);
    expect(await (await fetch(`${atlas.url}/__sim/unknown-routes`)).json()).toEqual(atlas.unknownRoutes);
  });
});

describe("a body", () => {
  it.each([
    [{ ...clusterNamed("c"), pauzed: true }, "INVALID_ATTRIBUTE", "pauzed"],
    [{ name: "c", clusterType: "REPLICASET" }, "MISSING_ATTRIBUTE", "replicationSpecs"],
    [clusterNamed("c", { clusterType: "ROUND" }), "INVALID_ENUM_VALUE", "ROUND"],
    [clusterNamed("c", { paused: "yes" }), "VALIDATION_ERROR", undefined],
    [
      clusterNamed("c", { replicationSpecs: [{ regionConfigs: [{ size: 1 }] }] }),
      "MISSING_ATTRIBUTE",
      "replicationSpecs.0.regionConfigs.0.providerName",
    ],
    ["text", "VALIDATION_ERROR", undefined],
  ])("%j is refused with %s", async (body, errorCode, parameter) => {
    const { call, groupId } = await start();
    const reply = await call("POST", `/groups/${groupId}/clusters`, "2024-10-23", body);
    expect(reply).toMatchObject({ status: 400, body: { errorCode, reason: "Bad Request" } });
    if (parameter !== undefined) expect(reply.body["parameters"]).toEqual([parameter]);
  });

  it("that is no JSON is refused, and what answers hold may be sent back", async () => {
    const { atlas, call, groupId } = await start();
    const headers = {
      Authorization: `Bearer ${atlas.accessToken}`,
      Accept: "application/vnd.atlas.2023-01-01+json",
    };
    const broken = await fetch(`${atlas.url}/api/atlas/v2/groups`, { method: "POST", headers, body: "{" });
    expect((await replyOf(broken)).body["errorCode"]).toBe("INVALID_JSON");
    const { body } = await call("GET", `/groups/${groupId}`, "2023-01-01");
    const { orgId: _, ...project } = body;
    expect((await call("PATCH", `/groups/${groupId}`, "2023-01-01", project)).status).toBe(200);
  });
});

describe("a role", () => {
  it("opens what it is for and nothing else, on every route", async () => {
    const { atlas, groupId } = await start();
    const project = allRoutes.filter(
      ({ path, roles }) => path.startsWith("/groups/{groupId}") && roles.length > 0,
    );
    for (const roleName of PROJECT_ROLES) {
      const { accessToken } = await atlas.addIdentity(roleName, [{ roleName, scope: groupId }]);
      const call = callerOf(atlas.url, `Bearer ${accessToken}`);
      const opened: string[] = [];
      // Reads only: what is refused is refused before anything is done.
      for (const { method, path, version, roles } of project.filter(({ method }) => method === "GET")) {
        const { status } = await call(method, someWhere(path, groupId, ""), version);
        expect([401, 406, 410, 501]).not.toContain(status);
        if (status !== 403) opened.push(path);
        const isNamed =
          roles.includes(roleName) || roles.includes("GROUP_READ_ONLY") || roleName === "GROUP_OWNER";
        if (isNamed) expect({ roleName, path, status }).not.toMatchObject({ status: 403 });
      }
      expect(opened.length).toBeGreaterThan(25);
    }
  });

  it.each([
    ["GROUP_READ_ONLY", []],
    ["GROUP_CLUSTER_MANAGER", ["clusters"]],
    ["GROUP_CLUSTER_CREATOR", ["clusters"]],
    ["GROUP_DATABASE_ACCESS_ADMIN", ["databaseUsers"]],
    ["GROUP_DATA_ACCESS_ADMIN", []],
    ["GROUP_NETWORK_ACCESS_MANAGER", ["accessList"]],
    ["GROUP_ALERTS_MANAGER", ["alertConfigs"]],
    ["GROUP_OWNER", ["accessList", "alertConfigs", "clusters", "databaseUsers"]],
  ])("%s makes %j", async (roleName, made) => {
    const { atlas, groupId } = await start();
    const { accessToken } = await atlas.addIdentity("one", [{ roleName, scope: groupId }]);
    const call = callerOf(atlas.url, `Bearer ${accessToken}`);
    const bodies = {
      accessList: [{ cidrBlock: "10.0.0.0/8" }],
      alertConfigs: { eventTypeName: "NO_PRIMARY" },
      clusters: clusterNamed("c"),
      databaseUsers: { username: "u", databaseName: "admin", password: "12345678", roles: [] },
    };
    const able: string[] = [];
    for (const [end, body] of Object.entries(bodies)) {
      const { status } = await call("POST", `/groups/${groupId}/${end}`, "2025-03-12", body);
      expect([200, 201, 403]).toContain(status);
      if (status !== 403) able.push(end);
    }
    expect(able).toEqual(made);
  });

  it("of a cluster manager does not reach termination protection, nor deletion", async () => {
    const { atlas, call, groupId } = await start();
    const { accessToken } = await atlas.addIdentity("deploy", [
      { roleName: "GROUP_CLUSTER_MANAGER", scope: groupId },
    ]);
    const deploy = callerOf(atlas.url, `Bearer ${accessToken}`);
    await call(
      "POST",
      `/groups/${groupId}/clusters`,
      "2024-10-23",
      clusterNamed("c", { terminationProtectionEnabled: true }),
    );
    const path = `/groups/${groupId}/clusters/c`;
    expect((await deploy("PATCH", path, "2024-10-23", { backupEnabled: true })).status).toBe(200);
    expect((await deploy("PATCH", path, "2024-10-23", { terminationProtectionEnabled: true })).status).toBe(
      200,
    );
    const off = await deploy("PATCH", path, "2024-10-23", { terminationProtectionEnabled: false });
    expect(off).toMatchObject({ status: 403, body: { errorCode: "FORBIDDEN" } });
    expect((await deploy("DELETE", path, "2023-02-01")).status).toBe(403);
  });

  it("elsewhere is nothing here", async () => {
    const { atlas, groupId } = await start();
    const { accessToken } = await atlas.addIdentity("stranger", [
      { roleName: "GROUP_OWNER", scope: "9".repeat(24) },
    ]);
    const call = callerOf(atlas.url, `Bearer ${accessToken}`);
    expect((await call("GET", `/groups/${groupId}`, "2023-01-01")).body["errorCode"]).toBe(
      "USER_UNAUTHORIZED",
    );
    expect((await call("GET", "/groups", "2023-01-01")).body["totalCount"]).toBe(0);
    expect(
      (await call("POST", "/groups", "2023-01-01", { name: "n", orgId: atlas.organisationId })).status,
    ).toBe(403);
    expect((await call("GET", "/groups/short", "2023-01-01")).body["errorCode"]).toBe("INVALID_GROUP_ID");
  });

  it("of an organisation's reader reads every project and changes none", async () => {
    const { atlas, groupId } = await start();
    const { accessToken } = await atlas.addIdentity("auditor", [
      { roleName: "ORG_READ_ONLY", scope: atlas.organisationId },
    ]);
    const call = callerOf(atlas.url, `Bearer ${accessToken}`);
    expect((await call("GET", "/groups", "2023-01-01")).body["totalCount"]).toBe(1);
    expect((await call("GET", `/groups/${groupId}/clusters`, "2024-08-05")).status).toBe(200);
    expect((await call("PATCH", `/groups/${groupId}`, "2023-01-01", {})).status).toBe(403);
  });
});

describe("rate limits", () => {
  it("are told with every answer, and make callers wait", async () => {
    const { atlas, call, groupId } = await start({ rateLimit: { capacity: 2, perMinute: 6 }, now: () => 0 });
    const look = () => call("GET", `/groups/${groupId}`, "2023-01-01");
    const first = await look();
    expect([first.headers.get("ratelimit-limit"), first.headers.get("ratelimit-remaining")]).toEqual([
      "2",
      "1",
    ]);
    await look();
    const limited = await look();
    expect(limited).toMatchObject({ status: 429, body: { errorCode: "RATE_LIMITED" } });
    expect(limited.headers.get("retry-after")).toBe("10");
    expect((await call("GET", "/groups", "2023-01-01")).status).toBe(200);
    await atlas.clock.advance(10_000);
    expect((await look()).status).toBe(200);
  });
});
