import { describe, expect, it } from "vitest";
import type { Aura } from "../start-aura.ts";
import { type Client, start } from "./test-client.ts";

describe("data snapshots", () => {
  const contentsOf = (aura: Aura, id: string) => aura.simulation.cloud.getInstance(id).contents;

  async function withSnapshot({ aura, client }: { aura: Aura; client: Client }) {
    const id = await client.running();
    aura.simulation.edit(id, { contents: "before" });
    const { body } = await client.call("POST", `/v1/instances/${id}/snapshots`);
    return { id, snapshot: body.data["snapshot_id"] ?? "" };
  }

  it("are pending, then going on, then complete", async () => {
    const { aura, client } = await start();
    const { id, snapshot } = await withSnapshot({ aura, client });
    const path = `/v1/instances/${id}/snapshots/${snapshot}`;
    expect(await client.refusal("POST", `${path}/restore`)).toEqual([400, "snapshot-not-usable"]);
    expect((await client.call("GET", path)).body.data).toMatchObject({
      instance_id: id,
      profile: "AdHoc",
      status: "InProgress",
    });
    aura.simulation.advance(60);
    const { body } = await client.call("GET", `/v1/instances/${id}/snapshots`);
    expect(body.data).toMatchObject([{ snapshot_id: snapshot, status: "Completed" }]);
    expect(await client.refusal("GET", `/v1/instances/${id}/snapshots/none`)).toEqual([
      404,
      "snapshot-not-found",
    ]);
  });

  it("bring the data back", async () => {
    const { aura, client } = await start();
    const { id, snapshot } = await withSnapshot({ aura, client });
    aura.simulation.advance(60);
    aura.simulation.edit(id, { contents: "after" });
    await client.call("POST", `/v1/instances/${id}/snapshots/${snapshot}/restore`);
    expect(await client.status(id)).toBe("restoring");
    aura.simulation.advance(120);
    expect(contentsOf(aura, id)).toBe("before");
  });

  it("fill another instance, new or old", async () => {
    const { aura, client } = await start();
    const { id, snapshot } = await withSnapshot({ aura, client });
    aura.simulation.advance(60);
    aura.simulation.edit(id, { contents: "after" });
    const source = { source_instance_id: id, source_snapshot_id: snapshot };
    const copy = await client.create(source);
    aura.simulation.advance(180);
    expect(await client.status(copy)).toBe("loading");
    aura.simulation.advance(60);
    expect([await client.status(copy), contentsOf(aura, copy)]).toEqual(["running", "before"]);
    await client.call("POST", `/v1/instances/${copy}/overwrite`, { source_instance_id: id });
    expect(await client.status(copy)).toBe("overwriting");
    aura.simulation.advance(180);
    expect(contentsOf(aura, copy)).toBe("after");
    expect(await client.refusal("POST", `/v1/instances/${copy}/overwrite`, {})).toEqual([
      400,
      "invalid-request",
    ]);
  });

  it("fill nothing else where they are not complete or not for export", async () => {
    const { aura, client } = await start();
    const { id, snapshot } = await withSnapshot({ aura, client });
    const overwrite = () =>
      client.refusal("POST", `/v1/instances/${id}/overwrite`, { source_snapshot_id: snapshot });
    expect(await overwrite()).toEqual([400, "snapshot-not-usable"]);
    aura.simulation.advance(60);
    aura.simulation.cloud.getSnapshot(aura.simulation.cloud.getInstance(id), snapshot).exportable = false;
    expect(await overwrite()).toEqual([400, "snapshot-not-usable"]);
  });

  it("fail to bring the data back where a fault says so", async () => {
    const { aura, client } = await start();
    const { id, snapshot } = await withSnapshot({ aura, client });
    aura.simulation.advance(60);
    aura.simulation.inject({ kind: "loading-failed", method: "POST" });
    await client.call("POST", `/v1/instances/${id}/snapshots/${snapshot}/restore`);
    aura.simulation.advance(120);
    expect(await client.status(id)).toBe("loading failed");
    expect(await client.refusal("POST", `/v1/instances/${id}/snapshots`)).toEqual([
      409,
      "invalid-database-state",
    ]);
  });
});
