import { describe, expect, it } from "vitest";
import { PROJECT_ID, refusal } from "./fake-atlas.ts";
import { atlas, expectSettled, PROJECT, stack, useFakeAtlas } from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("a project", () => {
  const news = { orgId: "5f0000000000000000000001", name: "corpus" };

  it("is made with its settings, found as it was recorded, changed and deleted", async () => {
    const wanted = { ...news, isDataExplorerEnabled: false, tags: { team: "a" } };
    const created = await stack.create(PROJECT, wanted);
    expect(created.id).toBe(PROJECT_ID);
    expect(created.outputs).toMatchObject({
      id: PROJECT_ID,
      name: "corpus",
      isDataExplorerEnabled: false,
      isSlowOperationThresholdingEnabled: false,
      ipAddresses: { services: { clusters: [{ clusterName: "c", inbounds: ["192.0.2.1"], outbounds: [] }] } },
      withDefaultAlertsSettings: true,
      tags: { team: "a" },
      teams: [],
      limits: [],
    });
    await expectSettled(created, wanted);

    const changed = { ...news, name: "renamed", isSlowOperationThresholdingEnabled: true };
    const diff = await stack.diff(created, changed);
    expect(diff.detailedDiff).toMatchObject({ name: { kind: "update" }, tags: { kind: "delete" } });
    const updated = await stack.update(created, changed);
    expect(updated.outputs).toMatchObject({ name: "renamed", isSlowOperationThresholdingEnabled: true });
    expect(updated.outputs).not.toHaveProperty("tags");
    const off = await stack.update(updated, { ...changed, isSlowOperationThresholdingEnabled: false });
    expect(off.outputs["isSlowOperationThresholdingEnabled"]).toBe(false);

    await stack.delete(off);
    expect(atlas.projects.size).toBe(0);
    expect(await stack.read(off)).toBeUndefined();
    await stack.delete(off);
  });

  it("gets a name of its own where the program gives none", async () => {
    const { outputs, ...created } = await stack.create(PROJECT, { orgId: "o" });
    expect(outputs["name"]).toMatch(/^thing-[0-9a-f]{7}$/);
    const moved = await stack.diff({ ...created, outputs }, { orgId: "other" });
    expect(moved).toMatchObject({ replaceKeys: ["orgId"], deleteBeforeReplace: false });
  });

  it("is replaced in another organisation, the old one first where the name is the program's", async () => {
    const created = await stack.create(PROJECT, news);
    const diff = await stack.diff(created, { ...news, orgId: "other" });
    expect(diff).toMatchObject({
      replaceKeys: ["orgId"],
      deleteBeforeReplace: true,
      detailedDiff: { orgId: { kind: "update-replace" } },
    });
  });

  it("refuses what counts at its creation only", async () => {
    const created = await stack.create(PROJECT, news);
    await expect(stack.diff(created, { ...news, withDefaultAlertsSettings: false })).rejects.toThrow(
      "withDefaultAlertsSettings cannot be updated or set after import, remove it from the configuration or use the state value (see below).: The current state value is true",
    );
    const owned = await stack.create(PROJECT, { orgId: "o", name: "owned", projectOwnerId: "u1" });
    expect(atlas.called("POST", "/groups").at(-1)?.query.get("projectOwnerId")).toBe("u1");
    expect(owned.outputs["projectOwnerId"]).toBe("u1");
  });

  it("keeps its teams and limits as the program says, in any order", async () => {
    const team = (teamId: string, ...roleNames: string[]) => ({ teamId, roleNames });
    const limit = (name: string, value: number) => ({ name, value });
    const wanted = {
      ...news,
      teams: [team("t1", "A", "B"), team("t2", "A")],
      limits: [limit("a", 1), limit("b", 1)],
    };
    const created = await stack.create(PROJECT, wanted);
    expect(created.outputs["limits"]).toMatchObject([
      { name: "a", value: 1, maximumLimit: 9 },
      { name: "b" },
    ]);
    const turned = { ...news, teams: [...wanted.teams].reverse(), limits: [...wanted.limits].reverse() };
    expect((await stack.diff(created, turned)).changes).toBe("none");

    const changed = {
      ...news,
      teams: [team("t1", "C"), team("t3", "A")],
      limits: [limit("a", 2), limit("c", 1)],
    };
    expect((await stack.diff(created, changed)).changedKeys).toEqual(["limits", "teams"]);
    const updated = await stack.update(created, changed);
    expect(updated.outputs).toMatchObject({
      teams: [{ teamId: "t1", roleNames: ["C"] }, { teamId: "t3" }],
      limits: [{ name: "a", value: 2 }, { name: "c" }],
    });
    atlas.intercept = ({ method, path }) =>
      method === "DELETE" && path.includes("/teams/") ? refusal(401, "USER_UNAUTHORIZED") : undefined;
    await stack.update(updated, news);
    atlas.intercept = ({ method, path }) =>
      method === "DELETE" && path.includes("/teams/") ? refusal(400, "OTHER") : undefined;
    await expect(stack.update(updated, news)).rejects.toThrow(
      /error in project teams update: DELETE .*OTHER/,
    );
  });

  it("is taken away again where its settings fail, and tells a taken name", async () => {
    atlas.intercept = ({ method, path }) =>
      method === "PATCH" && path.endsWith("/settings") ? refusal(400, "BAD") : undefined;
    const wanted = { ...news, isDataExplorerEnabled: false };
    await expect(stack.create(PROJECT, wanted)).rejects.toThrow("error in project settings update");
    expect(atlas.projects.size).toBe(0);
    atlas.intercept = () => undefined;
    await stack.create(PROJECT, news);
    await expect(stack.create(PROJECT, news)).rejects.toThrow(
      /error creating project: corpus: POST http:.*\/groups: HTTP 409 .*\(Error code: "GROUP_ALREADY_EXISTS"\) Detail: the name is taken Reason: Refused\. Params: \[corpus\]/,
    );
  });

  it("waits for clusters that are going before it is deleted, and says what holds it", async () => {
    const created = await stack.create(PROJECT, news);
    atlas.clusters.set("c", { stateName: "DELETING" });
    let looks = 0;
    atlas.intercept = ({ method, path }) => {
      if (method === "GET" && path.endsWith("/clusters") && ++looks === 3) atlas.clusters.clear();
      return method === "DELETE" && looks < 3
        ? refusal(409, "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS")
        : undefined;
    };
    await stack.delete(created);
    expect(stack.slept()).toBe(60_000);
    const again = await stack.create(PROJECT, news);
    atlas.intercept = ({ method }) =>
      method === "DELETE" ? refusal(409, "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS") : undefined;
    await expect(stack.delete(again)).rejects.toThrow(
      /error when destroying resource: error deleting project \(5f00000000000000000000aa\): DELETE/,
    );
    atlas.intercept = ({ method }) => (method === "GET" ? refusal(403, "FORBIDDEN") : undefined);
    await expect(stack.read(again)).rejects.toThrow("error when getting project from Atlas");
  });

  it("is imported as a program would have written it", async () => {
    await stack.create(PROJECT, { ...news, tags: { a: "b" } });
    const read = await stack.import(PROJECT, PROJECT_ID);
    expect(read?.inputs).toMatchObject({ ...news, tags: { a: "b" }, isDataExplorerEnabled: true });
    expect(read?.inputs).not.toHaveProperty("clusterCount");
  });
});
