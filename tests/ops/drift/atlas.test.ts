import { describe, expect, it } from "vitest";
import { ATLAS_KINDS } from "../../../engine/src/providers/mongodbatlas/kinds.ts";
import { EVENTS } from "../../../ops/drift/platforms/atlas/event-types.ts";
import { traceOfEvents } from "../../../ops/drift/platforms/atlas/events.ts";
import { atlasReader } from "../../../ops/drift/platforms/atlas.ts";
import type { LiveReading } from "../../../ops/drift/platforms/live-reader.ts";
import { readPlatforms } from "../../../ops/drift/platforms/read-platforms.ts";
import type { ManagedResource, PlainObject } from "../../../ops/drift/recorded.ts";
import {
  callerOf,
  clusterCalls,
  clusterNamed,
  start,
} from "../../../simulators/atlas-admin/tests/atlas-caller.ts";

const stack = { project: "trials", stack: "cloud" };
const VERSION = "2023-01-01";
const MINUTE = 60_000;
const TAGS = [
  { key: "trials.project", value: "trials" },
  { key: "trials.stack", value: "cloud" },
  { key: "trials.role", value: "documents" },
];
const user = (username: string, more: object = {}) => ({
  username,
  databaseName: "admin",
  password: "canary-password",
  roles: [{ roleName: "read", databaseName: "trials" }],
  ...more,
});

/** A project with a cluster and a user as a stack made and recorded them, and a person who may do everything there. */
async function stage() {
  const started = await start();
  const { atlas, call, groupId } = started;
  await clusterCalls(started).ready("main");
  const users = `/groups/${groupId}/databaseUsers`;
  await call("POST", users, VERSION, user("backend"));
  await atlas.clock.advance(MINUTE);
  const owner = { roleName: "GROUP_OWNER", scope: groupId };
  const anna = await atlas.addIdentity("anna@trials.example", [owner]);
  const asAnna = callerOf(atlas.url, `Bearer ${anna.accessToken}`);
  const provider = { baseUrl: atlas.url, clientId: atlas.clientId, clientSecret: atlas.clientSecret };
  const resource = (kind: string, name: string, inputs: PlainObject): ManagedResource => {
    const type = `mongodbatlas:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`;
    return {
      urn: `urn:pulumi:cloud::trials::${type}::${name}`,
      name,
      type,
      id: kind === "Project" ? groupId : `${groupId}-${name}`,
      component: "documents",
      inputs: { projectId: groupId, ...inputs },
      outputs: {},
      secrets: new Set(["password"]),
      provider,
      created: undefined,
    };
  };
  const recorded = {
    project: resource("Project", "project", {}),
    cluster: resource("AdvancedCluster", "servers", { name: "main" }),
    schedule: resource("CloudBackupSchedule", "backups", { clusterName: "main" }),
    user: resource("DatabaseUser", "user", { username: "backend", authDatabaseName: "admin" }),
    role: resource("CustomDbRole", "role", { roleName: "backend" }),
    peering: resource("NetworkPeering", "peering", {}),
  };
  const since = new Date(atlas.clock.now()).toISOString();
  await atlas.clock.advance(MINUTE);
  const read = async (resources: readonly ManagedResource[] = Object.values(recorded)) => {
    const [platform] = await readPlatforms(resources, stack, since, [atlasReader({})]);
    if (platform === undefined) throw new Error("nothing was read");
    return platform.reading;
  };
  return { ...started, asAnna, users, recorded, resource, read, clusters: clusterCalls(started) };
}

const traceOf = ({ traces }: LiveReading, { urn }: ManagedResource) => traces.get(urn)?.("");
const namesOf = ({ unmanaged }: LiveReading) => unmanaged.map(({ resource }) => resource.split("/").at(-1));

describe("Atlas' reader", () => {
  it("finds nothing on a clean stack, and names nobody for what the stack did itself", async () => {
    const { read, recorded } = await stage();
    const reading = await read();
    expect([reading.sightings, reading.unmanaged]).toEqual([[], []]);
    for (const resource of Object.values(recorded)) {
      expect(traceOf(reading, resource)).toEqual({
        what: "changed at Atlas; no event tells by whom",
        who: null,
        when: null,
      });
    }
  });

  it("reads what is in a project", async () => {
    const { recorded, resource } = await stage();
    const { reads, isPlatformsOwn } = atlasReader();
    expect(Object.values(recorded).every(reads)).toBe(true);
    expect(reads(resource("Organization", "organisation", { projectId: "" }))).toBe(false);
    expect(reads({ ...recorded.user, type: "docker:index/container:Container" })).toBe(false);
    expect(isPlatformsOwn("mongodbatlas:index/databaseUser:DatabaseUser", "roles")).toBe(false);
  });

  it("says who changed a cluster, and when", async () => {
    const { atlas, groupId, asAnna, clusters, read, recorded } = await stage();
    const changed = `/groups/${groupId}/clusters/main`;
    expect((await asAnna("PATCH", changed, "2024-10-23", { backupEnabled: true })).status).toBe(200);
    const when = new Date(atlas.clock.now()).toISOString();
    await clusters.ready("unrelated");
    const reading = await read();
    expect(traceOf(reading, recorded.cluster)).toEqual({
      what: "cluster changed at Atlas",
      who: "anna@trials.example",
      when,
    });
    expect(traceOf(reading, recorded.schedule)).toMatchObject({ who: null });
  });

  it("tells users apart", async () => {
    const { atlas, asAnna, users, read, recorded, resource } = await stage();
    const other = resource("DatabaseUser", "other", { username: "other", authDatabaseName: "admin" });
    await asAnna("POST", users, VERSION, user("other"));
    await asAnna("PATCH", `${users}/admin/backend`, VERSION, { roles: [] });
    await atlas.clock.advance(MINUTE);
    await asAnna("DELETE", `${users}/admin/backend`, VERSION);
    const reading = await read([...Object.values(recorded), other]);
    expect(traceOf(reading, recorded.user)).toMatchObject({
      what: "database user deleted at Atlas",
      who: "anna@trials.example",
    });
    expect(traceOf(reading, other)).toMatchObject({ what: "database user added at Atlas" });
    expect(reading.unmanaged).toEqual([]);
  });

  it("names everybody who may have done what an event does not tie to one resource", async () => {
    const { atlas, call, groupId, asAnna, read, recorded } = await stage();
    const roles = `/groups/${groupId}/customDBRoles/roles`;
    await asAnna("POST", roles, VERSION, { roleName: "first", actions: [] });
    await call("POST", roles, VERSION, { roleName: "second", actions: [] });
    await atlas.clock.settle();
    expect(traceOf(await read(), recorded.role)).toMatchObject({
      what: "a role added at Atlas",
      who: "anna@trials.example or owner",
    });
  });

  it("finds clusters and users that nobody manages, and who made them", async () => {
    const { atlas, groupId, asAnna, users, read } = await stage();
    await asAnna("POST", users, VERSION, user("guest"));
    await asAnna("POST", `/groups/${groupId}/clusters`, "2024-10-23", clusterNamed("copy", { tags: TAGS }));
    const flex = { name: "small", providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" } };
    await asAnna("POST", `/groups/${groupId}/flexClusters`, "2024-11-13", flex);
    await asAnna("POST", `/groups/${groupId}/clusters`, "2024-10-23", clusterNamed("brief"));
    await atlas.clock.settle();
    await asAnna("DELETE", `/groups/${groupId}/clusters/brief`, "2023-02-01");
    const { unmanaged } = await read();
    expect(
      unmanaged.map(({ resource, name, type, component, trace }) => [
        resource,
        name,
        type.split(":").at(-1),
        component,
        trace.what,
        trace.who,
      ]),
    ).toEqual([
      [
        `atlas:cluster/${groupId}/copy`,
        "copy",
        "AdvancedCluster",
        "documents",
        "cluster created at Atlas",
        "anna@trials.example",
      ],
      [
        `atlas:cluster/${groupId}/small`,
        "small",
        "FlexCluster",
        "",
        "cluster created at Atlas",
        "anna@trials.example",
      ],
      [
        `atlas:user/${groupId}/admin/guest`,
        "guest",
        "DatabaseUser",
        "",
        "database user added at Atlas",
        "anna@trials.example",
      ],
    ]);
  });

  it("finds in somebody else's project only what is the stack's, or may reach its data", async () => {
    const { groupId, asAnna, users, recorded, read } = await stage();
    const make = (name: string, more: { tags?: typeof TAGS }) =>
      asAnna("POST", `/groups/${groupId}/clusters`, "2024-10-23", clusterNamed(name, more));
    await make("theirs", {});
    await make("ours", { tags: TAGS });
    const scoped = (name: string) => ({ scopes: [{ name, type: "CLUSTER" }] });
    await asAnna("POST", users, VERSION, user("their-service", scoped("theirs")));
    await asAnna("POST", users, VERSION, user("intruder", scoped("main")));
    await asAnna("POST", users, VERSION, user("everywhere"));
    const { project: _, ...rest } = recorded;
    expect(namesOf(await read(Object.values(rest)))).toEqual(["ours", "intruder", "everywhere"]);
  });

  it("says when a cluster was made of which no event tells, and nothing of an older user's making", async () => {
    const { atlas, recorded, read } = await stage();
    atlas.faults.add({
      kind: "answer",
      path: "/groups/{groupId}/events",
      method: "GET",
      status: 404,
    });
    const { project } = recorded;
    const { unmanaged } = await read([project]);
    expect(unmanaged.map(({ name, trace }) => [name, trace.what, trace.who])).toEqual([
      ["main", "made outside of the program", null],
      ["backend", "made outside of the program", null],
    ]);
    expect(unmanaged[0]?.trace.when).toMatch(/^2026-01-01T/);
  });

  it("reads lists to their end", async () => {
    const { call, users, read } = await stage();
    const names = Array.from({ length: 501 }, (_, index) => `user-${index}`);
    for (const name of names) await call("POST", users, VERSION, user(name));
    expect(namesOf(await read())).toEqual(names);
  });

  it("has nothing to say of a project that is gone", async () => {
    const { atlas, recorded, read } = await stage();
    const project = { ...recorded.project, id: "0".repeat(24) };
    const reading = await read([project]);
    expect(reading.unmanaged).toEqual([]);
    expect(traceOf(reading, project)).toMatchObject({ who: null });
    expect(atlas.calls.at(-1)?.status).toBe(404);
  });

  it("says which call Atlas refused", async () => {
    const { recorded, read } = await stage();
    const provider = { ...recorded.user.provider, clientSecret: "wrong" };
    await expect(read([{ ...recorded.user, provider }])).rejects.toMatchObject({ code: "vendor" });
    const nobody = { ...recorded.user, provider: {} };
    await expect(read([nobody])).rejects.toMatchObject({ code: "credentials-missing" });
  });
});

describe("what events tell", () => {
  const ROLE = "mongodbatlas:index/customDbRole:CustomDbRole";
  const event = (more: object = {}) => ({
    created: "2026-11-26T10:00:00Z",
    eventTypeName: "MONGODB_ROLE_UPDATED",
    ...more,
  });

  it("is about kinds that there are", () => {
    const known = ATLAS_KINDS.map(({ schema }) => schema.type);
    expect(Object.keys(EVENTS).filter((type) => !known.includes(type))).toEqual([]);
  });

  it("names a key by its public part, and nobody where Atlas does not", () => {
    expect(traceOfEvents(ROLE, [event({ publicKey: "abcdefgh" })])).toEqual({
      what: "a role changed at Atlas",
      who: "API key abcdefgh",
      when: "2026-11-26T10:00:00.000Z",
    });
    expect(traceOfEvents(ROLE, [event()])?.who).toBeNull();
  });

  it("is nothing where events are of another kind, or none are known of the kind", () => {
    expect(traceOfEvents(ROLE, [event({ eventTypeName: "CLUSTER_READY" })])).toBeUndefined();
    expect(traceOfEvents("mongodbatlas:index/networkPeering:NetworkPeering", [event()])).toBeUndefined();
  });
});
