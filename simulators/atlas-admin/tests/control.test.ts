import { describe, expect, it } from "vitest";
import { clusterCalls, start } from "./atlas-caller.ts";

interface Shown {
  readonly now: string;
  readonly pending: readonly unknown[];
  readonly moves: readonly { readonly to: string }[];
  readonly tables: { readonly [name: string]: unknown };
}

describe("/__sim", () => {
  it("tells the state without secrets, and moves time", async () => {
    const started = await start();
    const { atlas, groupId } = started;
    const clusters = clusterCalls(started);
    const post = async (path: string, body: unknown) => {
      const reply = await fetch(`${atlas.url}/__sim/${path}`, { method: "POST", body: JSON.stringify(body) });
      return { status: reply.status, body: (await reply.json()) as { [key: string]: unknown } };
    };
    const state = async () => (await (await fetch(`${atlas.url}/__sim/state`)).json()) as Shown;
    await clusters.create("main");
    const before = await state();
    expect(before.now).toBe("2026-01-01T00:00:00Z");
    expect([before.pending.length, before.moves.map(({ to }) => to)]).toEqual([1, ["CREATING"]]);
    expect(Object.keys(before.tables)).not.toContain("identities");
    expect(JSON.stringify(before)).not.toContain(atlas.clientSecret);
    expect(await post("advance", { milliseconds: 60_000 })).toMatchObject({
      status: 200,
      body: { now: "2026-01-01T00:01:00Z" },
    });
    await post("advance", { settle: true });
    expect((await clusters.get("main")).body["stateName"]).toBe("IDLE");
    const key = `${groupId}/main`;
    await post("edit", { table: "clusters", key, path: ["paused"], value: true });
    expect((await clusters.get("main")).body["paused"]).toBe(true);
    await post("move", { machine: "clusters", key, to: "REPAIRING" });
    expect((await clusters.get("main")).body["stateName"]).toBe("REPAIRING");
    expect(await post("move", { machine: "clusters", key, to: "CREATING" })).toMatchObject({
      status: 400,
      body: { error: `clusters ${key} cannot go from REPAIRING to CREATING` },
    });
    expect((await post("move", { machine: "clusters", key: "x", to: "IDLE" })).body["error"]).toBe(
      "clusters have no x",
    );
    for (const [path, body] of [
      ["advance", {}],
      ["move", { machine: "mill" }],
      ["edit", {}],
    ] as const) {
      expect((await post(path, body)).status).toBe(400);
    }
    expect(await (await fetch(`${atlas.url}/__sim/overrides`)).json()).toEqual({});
  });

  it("adds faults, lists and clears them", async () => {
    const { atlas, call } = await start();
    const faults = `${atlas.url}/__sim/faults`;
    const add = async () => {
      const fault = { kind: "answer", path: "/groups", status: 503 };
      return (await (await fetch(faults, { method: "POST", body: JSON.stringify(fault) })).json()) as {
        id: number;
      };
    };
    const { id } = await add();
    await add();
    expect((await call("GET", "/groups", "2023-01-01")).status).toBe(503);
    expect(await (await fetch(faults)).json()).toMatchObject([{ id, struck: 1 }, { struck: 0 }]);
    expect((await fetch(`${faults}?id=${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(`${faults}?id=x`, { method: "DELETE" })).status).toBe(400);
    expect((await call("GET", "/groups", "2023-01-01")).status).toBe(503);
    await fetch(faults, { method: "DELETE" });
    expect((await call("GET", "/groups", "2023-01-01")).status).toBe(200);
  });

  it("ends all sessions", async () => {
    const { atlas } = await start();
    const headers = {
      Authorization: `Basic ${Buffer.from(`${atlas.clientId}:${atlas.clientSecret}`).toString("base64")}`,
    };
    const body = "grant_type=client_credentials";
    const token = (await (
      await fetch(`${atlas.url}/api/oauth/token`, { method: "POST", headers, body })
    ).json()) as { access_token: string };
    await fetch(`${atlas.url}/__sim/expire-tokens`, { method: "POST" });
    const look = {
      Authorization: `Bearer ${token.access_token}`,
      Accept: "application/vnd.atlas.2023-01-01+json",
    };
    expect((await fetch(`${atlas.url}/api/atlas/v2/groups`, { headers: look })).status).toBe(401);
  });
});
