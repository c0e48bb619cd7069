import { describe, expect, it } from "vitest";
import type { FaultInput } from "../faults.ts";
import { clusterCalls, start } from "./atlas-caller.ts";

const CLUSTERS = "/groups/{groupId}/clusters";

describe("an answer that was asked for", () => {
  it("comes so often, after so many calls, with its code and when to come back", async () => {
    const { atlas, call, groupId } = await start();
    const look = () => call("GET", `/groups/${groupId}`, "2023-01-01");
    atlas.faults.add({
      kind: "answer",
      method: "GET",
      path: "/groups/{groupId}",
      errorCode: "RATE_LIMITED",
      parameters: ["7"],
      retryAfter: 7,
      after: 1,
      times: 2,
    });
    const replies = [await look(), await look(), await look(), await look()];
    expect(replies.map(({ status }) => status)).toEqual([200, 429, 429, 200]);
    expect(replies[1]?.body["detail"]).toBe("Too many requests; try again in 7 seconds.");
    expect(replies[1]?.headers.get("retry-after")).toBe("7");
  });

  it("may have any status, on a path as it is, until it is cleared", async () => {
    const { atlas, call, groupId } = await start();
    const one = atlas.faults.add({ kind: "answer", path: `/groups/${groupId}`, status: 503 });
    atlas.faults.add({
      kind: "answer",
      path: "/groups/{groupId}/settings",
      errorCode: "UNEXPECTED_ERROR",
      status: 502,
    });
    expect((await call("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(503);
    expect(await call("GET", `/groups/${groupId}/settings`, "2023-01-01")).toMatchObject({
      status: 502,
      body: { error: 502 },
    });
    atlas.faults.clear(one);
    expect((await call("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
    expect((await call("GET", `/groups/${groupId}/settings`, "2023-01-01")).status).toBe(502);
    atlas.faults.clear();
    expect((await call("GET", `/groups/${groupId}/settings`, "2023-01-01")).status).toBe(200);
  });

  it.each(["NO_PAYMENT_INFORMATION_FOUND", "CLUSTER_LIMIT_REACHED"])(
    "refuses a cluster with %s, and nothing is made",
    async (errorCode) => {
      const started = await start();
      const clusters = clusterCalls(started);
      started.atlas.faults.add({ kind: "answer", method: "POST", path: CLUSTERS, errorCode, times: 1 });
      expect((await clusters.create("main")).body["errorCode"]).toBe(errorCode);
      expect((await clusters.get("main")).status).toBe(404);
    },
  );
});

describe("a connection that breaks", () => {
  it.each([
    ["before", 404],
    ["after", 200],
  ] as const)("%s the effect leaves %d behind", async (when, status) => {
    const started = await start();
    const clusters = clusterCalls(started);
    started.atlas.faults.add({ kind: "reset", when, method: "POST", path: CLUSTERS, times: 1 });
    await expect(clusters.create("main")).rejects.toThrow("fetch failed");
    expect((await clusters.get("main")).status).toBe(status);
    const again = await clusters.create("main");
    expect(again.status).toBe(when === "before" ? 201 : 400);
  });
});

describe("a read that is late", () => {
  it("does not find what was just made, so often", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    started.atlas.faults.add({ kind: "lateRead", path: CLUSTERS, times: 2 });
    expect((await clusters.get("main")).body["errorCode"]).toBe("CLUSTER_NOT_FOUND");
    expect((await clusters.create("main")).status).toBe(201);
    const statuses = [await clusters.get("main"), await clusters.get("main"), await clusters.get("main")];
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 200]);
  });
});

describe("a cluster that is stuck", () => {
  it.each(["CREATING", "UPDATING", "DELETING"])("in %s stays there until it is let go", async (state) => {
    const started = await start();
    const { atlas } = started;
    const clusters = clusterCalls(started);
    atlas.faults.add({ kind: "stuck", machine: "clusters", name: "main", state });
    await clusters.create("main");
    await clusters.create("other");
    await atlas.clock.settle();
    if (state === "UPDATING") await clusters.update("main", { backupEnabled: true });
    if (state === "DELETING") await clusters.remove("main");
    await atlas.clock.settle();
    await atlas.clock.advance(86_400_000);
    expect((await clusters.get("main")).body["stateName"]).toBe(state);
    expect((await clusters.get("other")).body["stateName"]).toBe("IDLE");
    atlas.faults.clear();
    await atlas.clock.settle();
    expect((await clusters.get("main")).body["stateName"]).toBe(state === "DELETING" ? undefined : "IDLE");
  });
});

describe("an edit behind everybody's back", () => {
  it("changes any property of a cluster", async () => {
    const started = await start();
    const { atlas, groupId } = started;
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    const edit = (path: (string | number)[], value?: string | boolean | number) =>
      atlas.edit({ table: "clusters", key: `${groupId}/main`, path, value });
    await edit(["backupEnabled"], true);
    await edit(["replicationSpecs", 0, "regionConfigs", 0, "electableSpecs", "instanceSize"], "M20");
    await edit(["pitEnabled"]);
    await edit(["tags", 0], 1);
    await edit(["tags", 0]);
    const { body } = await clusters.get("main");
    expect(body).toMatchObject({
      backupEnabled: true,
      tags: [],
      replicationSpecs: [{ regionConfigs: [{ electableSpecs: { instanceSize: "M20" } }] }],
    });
    expect(body).not.toHaveProperty("pitEnabled");
    await expect(edit(["nowhere", "at", "all"], true)).rejects.toThrow("there is no nowhere");
    await expect(edit(["name", "first"], true)).rejects.toThrow("has no place name.first");
    await expect(atlas.edit({ table: "clusters", key: "x", path: ["a"] })).rejects.toThrow(
      "clusters has no x",
    );
  });
});

describe("a fault", () => {
  it.each([[{ kind: "answer", errorCode: "NO_SUCH_CODE" }], [{ kind: "reset" }], [{ kind: "flood" }]])(
    "that makes no sense is refused: %j",
    async (fault) => {
      const { atlas } = await start();
      expect(() => atlas.faults.add(fault as FaultInput)).toThrow();
      const reply = await fetch(`${atlas.url}/__sim/faults`, { method: "POST", body: JSON.stringify(fault) });
      expect(reply.status).toBe(400);
    },
  );
});
