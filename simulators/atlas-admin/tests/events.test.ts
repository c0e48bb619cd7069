import { describe, expect, it } from "vitest";
import { eventTypeOf } from "../events/event-types.ts";
import { allRoutes } from "../routes/all-routes.ts";
import { callerOf, clusterCalls, replyOf, start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";

interface Event {
  readonly id: string;
  readonly eventTypeName: string;
  readonly created: string;
  readonly username?: string;
  readonly dbUserUsername?: string;
}

async function startWatched() {
  const started = await start();
  const { call, groupId } = started;
  const list = async (query = "") =>
    (await call("GET", `/groups/${groupId}/events${query}`, VERSION)).body["results"] as unknown as Event[];
  const typesOf = async (query = "") => (await list(query)).map(({ eventTypeName }) => eventTypeName);
  return { ...started, list, typesOf };
}

describe("events of a project", () => {
  it("tell each change and who made it, the newest first", async () => {
    const { atlas, call, groupId, list } = await startWatched();
    const owner = { roleName: "GROUP_OWNER", scope: groupId };
    const anna = await atlas.addIdentity("anna@trials.example", [owner]);
    const asAnna = callerOf(atlas.url, `Bearer ${anna.accessToken}`);
    const user = { username: "guest", databaseName: "admin", password: "secret-1", roles: [] };
    const added = await asAnna("POST", `/groups/${groupId}/databaseUsers`, VERSION, user);
    expect(added.status).toBe(201);
    await atlas.clock.advance(60_000);
    await call("DELETE", `/groups/${groupId}/databaseUsers/admin/guest`, VERSION);
    const events = await list();
    expect(
      events.map(({ eventTypeName, username, dbUserUsername }) => [eventTypeName, username, dbUserUsername]),
    ).toEqual([
      ["MONGODB_USER_DELETED", "owner", "guest"],
      ["MONGODB_USER_ADDED", "anna@trials.example", "guest"],
      ["GROUP_CREATED", "owner", undefined],
    ]);
    expect(JSON.stringify(events)).not.toContain("secret-1");
    const one = await call("GET", `/groups/${groupId}/events/${events[0]?.id}`, VERSION);
    expect(one.body).toEqual(events[0]);
    const none = await call("GET", `/groups/${groupId}/events/${"0".repeat(24)}`, VERSION);
    expect(none.status).toBe(404);
  });

  it("tell service accounts by their client id, and keys by their public part", async () => {
    const { atlas, groupId, list } = await startWatched();
    const owner = { roleName: "GROUP_OWNER", scope: groupId };
    const robot = await atlas.addIdentity("robot", [owner]);
    const login = Buffer.from(`${robot.clientId}:${robot.clientSecret}`).toString("base64");
    const token = await replyOf(
      await fetch(`${atlas.url}/api/oauth/token`, {
        method: "POST",
        headers: { authorization: `Basic ${login}`, "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=client_credentials",
      }),
    );
    const asRobot = callerOf(atlas.url, `Bearer ${String(token.body["access_token"])}`);
    await asRobot("PATCH", `/groups/${groupId}/auditLog`, VERSION, { enabled: true, auditFilter: "{}" });
    expect((await list())[0]).toMatchObject({
      eventTypeName: "AUDIT_LOG_CONFIGURATION_UPDATED",
      username: robot.clientId,
    });
  });

  it("are found by date, type and cluster, in pages", async () => {
    const started = await startWatched();
    const { atlas, call, groupId, typesOf } = started;
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    await clusters.ready("other");
    const before = new Date(atlas.clock.now()).toISOString();
    await atlas.clock.advance(60_000);
    await clusters.update("main", { backupEnabled: true });
    expect(await typesOf("?clusterNames=main")).toEqual(["CLUSTER_UPDATE_SUBMITTED", "CLUSTER_CREATED"]);
    expect(await typesOf(`?minDate=${before}`)).toEqual(["CLUSTER_UPDATE_SUBMITTED"]);
    expect(await typesOf(`?maxDate=${before}&excludedEventType=GROUP_CREATED`)).toEqual([
      "CLUSTER_CREATED",
      "CLUSTER_CREATED",
    ]);
    expect(await typesOf("?eventType=GROUP_CREATED&eventType=CLUSTER_UPDATE_SUBMITTED")).toEqual([
      "CLUSTER_UPDATE_SUBMITTED",
      "GROUP_CREATED",
    ]);
    expect(await typesOf("?itemsPerPage=1&pageNum=2")).toEqual(["CLUSTER_CREATED"]);
    const events = `/groups/${groupId}/events`;
    expect((await call("GET", `${events}?minDate=yesterday`, VERSION)).status).toBe(400);
    expect((await call("GET", `${events}?includeRaw=true`, VERSION)).status).toBe(400);
  });

  it("are not made by what is refused, read or closed", async () => {
    const { atlas, call, groupId, typesOf } = await startWatched();
    await call("DELETE", `/groups/${groupId}/databaseUsers/admin/nobody`, VERSION);
    await call("GET", `/groups/${groupId}`, VERSION);
    expect(await typesOf()).toEqual(["GROUP_CREATED"]);
    expect((await call("DELETE", `/groups/${groupId}`, VERSION)).status).toBe(204);
    const state = (await (await fetch(`${atlas.url}/__sim/state`)).json()) as {
      tables: { events: object };
    };
    expect(state.tables.events).toEqual({});
  });

  it("have a type for every change that the simulator serves", () => {
    const silent = allRoutes
      .filter(({ method, path }) => method !== "GET" && path.startsWith("/groups"))
      .filter(({ method, path }) => eventTypeOf(method, path) === undefined);
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});
