import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { engineStack, openOf, recordedOf, type Wishes } from "./atlas-program.ts";
import { clusterNews, type SimulatedAtlas, simulatedAtlas } from "./simulated-atlas.ts";

const CLUSTERS = "/groups/{groupId}/clusters";

interface Scene {
  readonly world: SimulatedAtlas;
  readonly engine: ReturnType<typeof engineStack>;
  readonly projectId: string;
  /** How often something was posted. */
  readonly posts: (end: string) => number;
}

async function scene(): Promise<Scene> {
  const world = await simulatedAtlas();
  const projectId = await world.project();
  const posts = (end: string) =>
    world.atlas.calls.filter(({ method, path }) => method === "POST" && path.endsWith(end)).length;
  return { world, engine: engineStack(world.atlas), projectId, posts };
}

const cluster = (projectId: string, changes: PropertyMap = {}): Wishes => ({
  main: { kind: "AdvancedCluster", inputs: clusterNews({ projectId, ...changes }) },
});

describe("credentials", () => {
  it("that are wrong are told with where to look, and nothing is recorded", async () => {
    const { world, engine, projectId } = await scene();
    const wrong = { clientId: world.atlas.clientId, clientSecret: "0ld-s3cret" };
    const refused = await engine.up(cluster(projectId), wrong);
    expect(refused.told.join()).toMatch(/HTTP 401 .*check clientId and clientSecret/);
    expect(refused.told.join()).not.toContain("0ld-s3cret");
    expect(recordedOf(refused)).toEqual([]);
    expect(openOf(refused)).toEqual([]);
    expect(recordedOf(await engine.up(cluster(projectId)))).toHaveLength(1);
  });

  it("whose session ends before its time are used for another one", async () => {
    const { world, engine, projectId } = await scene();
    const { clientId, clientSecret } = world.atlas;
    await engine.up(cluster(projectId), { clientId, clientSecret });
    world.atlas.expireTokens();
    const run = await engine.up(cluster(projectId, { backupEnabled: false, pitEnabled: false }), {
      clientId,
      clientSecret,
    });
    expect(run.told).toEqual([]);
    expect(run.changes).toMatchObject({ update: 1 });
  });

  it("that lack a role are told with what they lack", async () => {
    const { world, engine, projectId } = await scene();
    const reader = await world.atlas.addIdentity("reader", [
      { scope: projectId, roleName: "GROUP_READ_ONLY" },
    ]);
    const run = await engine.up(cluster(projectId), { accessToken: reader.accessToken });
    expect(run.told.join()).toMatch(/HTTP 40[13] .*(lack a role|roles)/);
    expect(recordedOf(run)).toEqual([]);
  });
});

describe("Atlas", () => {
  it("that asks for fewer calls is waited for, and told where it goes on asking", async () => {
    const { world, engine, projectId } = await scene();
    const limited = { kind: "answer", errorCode: "RATE_LIMITED", retryAfter: 7 } as const;
    world.atlas.faults.add({ ...limited, method: "POST", path: CLUSTERS, times: 2 });
    expect((await engine.up(cluster(projectId))).told).toEqual([]);
    world.atlas.faults.add({ ...limited, method: "PATCH" });
    const run = await engine.up(cluster(projectId, { backupEnabled: false, pitEnabled: false }));
    expect(run.told.join()).toMatch(/HTTP 429 .*wait a minute, then update again/);
    world.atlas.faults.clear();
    const next = await engine.up(cluster(projectId, { backupEnabled: false, pitEnabled: false }));
    expect(next.changes).toMatchObject({ update: 1 });
  });

  it("that is out of order for a while is waited for, and told where nothing was made", async () => {
    const { world, engine, projectId, posts } = await scene();
    const down = { kind: "answer", errorCode: "SERVICE_UNAVAILABLE" } as const;
    world.atlas.faults.add({ ...down, method: "POST", path: CLUSTERS, times: 1 });
    const run = await engine.up(cluster(projectId));
    expect(run.told.join()).toMatch(/HTTP 503 .*update again later/);
    expect(openOf(run)).toEqual([]);
    world.atlas.faults.add({ ...down, method: "GET", path: `${CLUSTERS}/{clusterName}`, times: 3 });
    const next = await engine.up(cluster(projectId));
    expect(next.told).toEqual([]);
    expect(recordedOf(next)).toHaveLength(1);
    expect(posts("/clusters")).toBe(2);
  });

  it("whose connection breaks once it has begun is asked what became of it: nothing is made twice", async () => {
    const { world, engine, projectId, posts } = await scene();
    world.atlas.faults.add({ kind: "reset", method: "POST", path: CLUSTERS, when: "after", times: 1 });
    const run = await engine.up(cluster(projectId));
    expect(run.told).toEqual([]);
    expect(recordedOf(run)[0]?.outputs).toMatchObject({ stateName: "IDLE" });
    expect(posts("/clusters")).toBe(1);
  });

  it("that does not answer at all any more leaves the create open, and the next update finds it", async () => {
    const { world, engine, projectId, posts } = await scene();
    world.atlas.faults.add({ kind: "reset", method: "POST", path: CLUSTERS, when: "after", times: 1 });
    world.atlas.faults.add({ kind: "reset", method: "GET", when: "before" });
    const run = await engine.up(cluster(projectId));
    expect(run.told.join()).toContain("the next update looks for it before it makes another");
    expect(openOf(run)).toEqual(["creating AdvancedCluster"]);
    world.atlas.faults.clear();
    const next = await engine.up(cluster(projectId));
    expect(next.told).toEqual([]);
    expect(openOf(next)).toEqual([]);
    expect(recordedOf(next)[0]?.outputs).toMatchObject({ stateName: "IDLE" });
    expect(posts("/clusters")).toBe(1);
  });

  it("whose connection breaks before it heard anything has made nothing", async () => {
    const { world, engine, projectId, posts } = await scene();
    world.atlas.faults.add({ kind: "reset", method: "POST", path: CLUSTERS, when: "before", times: 1 });
    const run = await engine.up(cluster(projectId));
    expect(run.told.join()).toMatch(/connection reset|socket hang up/);
    expect(openOf(run)).toEqual([]);
    expect(recordedOf(await engine.up(cluster(projectId)))).toHaveLength(1);
    expect(posts("/clusters")).toBe(2);
  });
});

describe("a cluster that is stuck", () => {
  const stuck = { kind: "stuck", machine: "clusters", state: "CREATING" } as const;
  const hurried = (projectId: string, changes: PropertyMap = {}): Wishes => {
    const { main } = cluster(projectId, changes);
    return main === undefined ? {} : { main: { ...main, customTimeouts: { create: 120 } } };
  };

  it("is told with its state, goes again, and is made anew by a later update", async () => {
    const { world, engine, projectId } = await scene();
    world.atlas.faults.add(stuck);
    const run = await engine.up(hurried(projectId));
    expect(run.told.join()).toMatch(/last state: 'CREATING', timeout: 120s\); it is being deleted/);
    expect(recordedOf(run)).toEqual([]);
    expect(openOf(run)).toEqual([]);
    world.atlas.faults.clear();
    await world.atlas.clock.settle();
    expect(recordedOf(await engine.up(cluster(projectId)))).toHaveLength(1);
  });

  it("stays and is recorded where the program wants that; the next update waits on", async () => {
    const { world, engine, projectId, posts } = await scene();
    world.atlas.faults.add(stuck);
    const kept = hurried(projectId, { deleteOnCreateTimeout: false });
    const run = await engine.up(kept);
    expect(run.told.join()).toContain("the next update waits for it again");
    expect(recordedOf(run)[0]).toMatchObject({ outputs: { stateName: "CREATING" } });
    world.atlas.faults.clear();
    const next = await engine.up(kept);
    expect(next.told).toEqual([]);
    expect(recordedOf(next)[0]).toMatchObject({ outputs: { stateName: "IDLE" } });
    expect(posts("/clusters")).toBe(1);
  });
});

describe("a refusal", () => {
  it("of a name that is taken says to choose another or to import", async () => {
    const { world, engine, projectId } = await scene();
    await world.cluster(projectId);
    const run = await engine.up(cluster(projectId));
    expect(run.told.join()).toMatch(/DUPLICATE_CLUSTER_NAME.*`pulumi import`/);
    expect(recordedOf(run)).toEqual([]);
    const next = await engine.up(cluster(projectId, { name: "other" }));
    expect(recordedOf(next)).toHaveLength(1);
  });

  it.each([
    ["CLUSTER_LIMIT_REACHED", /A quota is used up/],
    ["NO_PAYMENT_INFORMATION_FOUND", /Add a way to pay/],
  ])("with %s says what to do, and the next update goes on", async (errorCode, advice) => {
    const { world, engine, projectId } = await scene();
    world.atlas.faults.add({ kind: "answer", method: "POST", path: CLUSTERS, errorCode, times: 1 });
    const run = await engine.up(cluster(projectId));
    expect(run.told.join()).toMatch(advice);
    expect(openOf(run)).toEqual([]);
    expect(recordedOf(await engine.up(cluster(projectId)))).toHaveLength(1);
  });

  it("to delete what is protected says how; it stays recorded until then", async () => {
    const { engine, projectId } = await scene();
    await engine.up(cluster(projectId, { terminationProtectionEnabled: true }));
    const refused = await engine.destroy();
    expect(refused.told.join()).toMatch(/Set terminationProtectionEnabled to false, update, then delete/);
    expect(recordedOf(refused)).toHaveLength(1);
    await engine.up(cluster(projectId, { terminationProtectionEnabled: false }));
    expect(recordedOf(await engine.destroy())).toEqual([]);
  });
});
