import { describe, expect, it } from "vitest";
import { clusterNews, simulatedAtlas, typeOf } from "./simulated-atlas.ts";

const CLUSTER = typeOf("AdvancedCluster");

describe("against an Atlas that fails, the adapter", () => {
  it("finds a cluster whose create was cut off once it was made, and makes no second one", async () => {
    const { atlas, stack, project } = await simulatedAtlas();
    const projectId = await project();
    const path = "/groups/{groupId}/clusters";
    atlas.faults.add({ kind: "reset", when: "after", method: "POST", path, times: 1 });
    const { outputs } = await stack.create(CLUSTER, clusterNews({ projectId }));
    expect(outputs).toMatchObject({ name: "main", stateName: "IDLE" });
    expect(atlas.moves.filter(({ from }) => from === undefined)).toHaveLength(1);
  });

  it("gives up a cluster that is stuck, and says in which state", async () => {
    const { atlas, stack, project } = await simulatedAtlas();
    atlas.faults.add({ kind: "stuck", machine: "clusters", state: "CREATING" });
    const news = clusterNews({
      projectId: await project(),
      timeouts: { create: "1h" },
      deleteOnCreateTimeout: false,
    });
    await expect(stack.create(CLUSTER, news)).rejects.toThrow(/last state: 'CREATING'/);
  });

  it("tells a quota that is reached and a card that is missing as Atlas does", async () => {
    const { atlas, stack, project } = await simulatedAtlas();
    const projectId = await project();
    const path = "/groups/{groupId}/clusters";
    for (const errorCode of ["CLUSTER_LIMIT_REACHED", "NO_PAYMENT_INFORMATION_FOUND"]) {
      atlas.faults.add({ kind: "answer", method: "POST", path, errorCode, times: 1 });
      await expect(stack.create(CLUSTER, clusterNews({ projectId }))).rejects.toThrow(errorCode);
    }
    expect(atlas.moves).toEqual([]);
  });

  it("comes back when it is asked to, and says so when its session was ended from outside", async () => {
    const { atlas, stack, orgId } = await simulatedAtlas(
      {},
      { settings: ({ clientId, clientSecret }) => ({ clientId, clientSecret }) },
    );
    atlas.faults.add({
      kind: "answer",
      method: "POST",
      path: "/groups",
      errorCode: "RATE_LIMITED",
      retryAfter: 7,
      times: 1,
    });
    const project = await stack.create(typeOf("Project"), { orgId, name: "trials" });
    expect(stack.slept()).toBeGreaterThanOrEqual(7000);
    atlas.expireTokens();
    await expect(stack.read(project)).rejects.toThrow("HTTP 401");
  });
});
