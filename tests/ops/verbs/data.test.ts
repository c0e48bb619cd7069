import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { DataSnapshot } from "../../../contracts/release.ts";
import { captureOutput } from "../output.ts";
import { addSchemaJob } from "./schema-job.ts";
import { SmallCheckout } from "./small-checkout.ts";

describe("what a stack holds, by its commands", () => {
  let place: SmallCheckout;
  beforeAll(async () => {
    place = await SmallCheckout.open();
    expect((await place.infra("up")).code).toBe(0);
  });
  afterAll(() => place.remove());

  const snapshots = async () => {
    const { out } = await place.infra("data", "list", "--json");
    return (JSON.parse(out) as { snapshots: DataSnapshot[] }).snapshots;
  };

  it("is told by its logs", async () => {
    const all = await place.infra("logs");
    expect(all).toMatchObject({ code: 0, out: expect.stringContaining("graph-store begins") });
    const last = await place.infra("logs", "graph-store", "--tail", "1", "--since", "1h", "--json");
    expect(JSON.parse(last.out)).toMatchObject({ service: "graph-store", text: "graph-store begins" });
    const unknown = await place.infra("logs", "gateway");
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain("dev has no service called gateway\n  help: there are: graph-store");
  });

  it("is told as it comes, until Ctrl-C", async () => {
    const output = captureOutput({ terminal: true });
    const following = place.runOn(output, ["logs", "dev", "--follow"]);
    await vi.waitFor(() => expect(output.out()).toContain("graph-store begins"), 30_000);
    output.interrupt();
    expect((await following).code).toBe(130);
  });

  it("is saved, listed and put back, by who agrees", async () => {
    expect((await place.infra("data")).out).toBe("dev has no data snapshots\n");
    await place.inStore("echo before >/data/note");
    const taken = await place.infra("data", "snapshot", "--label", "by a test");
    expect(taken.out).toMatch(/ID +STORE +TAKEN +SIZE\n\S+-by-a-test +graph-store /);
    const id = (await snapshots())[0]?.id ?? "";
    await place.inStore("echo after >/data/note");
    expect((await place.infra("data", "restore", id)).err).toContain(
      "Replace ALL THE DATA of graph-store in dev? Nobody is there to answer.",
    );
    expect(await place.inStore("cat /data/note")).toBe("after\n");
    expect(await place.infra("data", "restore", id, "--yes")).toMatchObject({
      code: 0,
      out: "restored: graph-store\n",
    });
    expect(await place.inStore("cat /data/note")).toBe("before\n");
    expect((await place.infra("data", "list")).out).toContain(id);
  });

  it("is not touched by a wrong word", async () => {
    expect((await place.infra("data", "restore")).code).toBe(2);
    expect((await place.infra("data", "restore", "none")).err).toContain("there is no data snapshot none");
    expect((await place.infra("data", "forget")).err).toContain(
      "data does not forget; it knows list, snapshot, restore, prune, mend",
    );
  });

  it("loses only the snapshots that no release names", async () => {
    expect((await place.infra("data", "prune")).err).toContain(
      "Delete 1 data snapshots that no kept release of dev names?",
    );
    expect(await snapshots()).toHaveLength(1);
    expect((await place.infra("data", "prune", "--yes")).out).toBe("1 data snapshots removed\n");
    expect(await snapshots()).toEqual([]);
    expect((await place.infra("data", "mend")).out).toBe("nothing was left half-done\n");
  });

  it("has no schema that can be moved where there is no schema job", async () => {
    expect(JSON.parse((await place.infra("schema", "--json")).out)).toEqual({ versions: {}, migrations: [] });
    expect((await place.infra("schema", "--to", "1")).err).toContain("dev has no schema job");
  });

  it("has schemas that go down and up, with a question where data is lost", async () => {
    const remove = await addSchemaJob(place);
    try {
      expect((await place.infra("schema")).out).toMatch(
        /graph-store +2\n[\s\S]*2 +more +lossy +a field goes/,
      );
      const asked = await place.infra("schema", "--to", "1");
      expect(asked.err).toMatch(
        /graph-store +down 2 more +lossy[\s\S]*Migrate dev although DATA WILL BE LOST\?/,
      );
      const down = await place.infra("schema", "--to", "1", "--yes");
      expect(down.err).toContain("  backend-node-schema: graph went down");
      expect(down).toMatchObject({ code: 0, out: "every store is at version 1\n" });
      const up = await place.infra("schema", "--to", "2", "--json");
      expect(JSON.parse(up.out)).toMatchObject({
        versions: { "backend-node-documents": "2", "graph-store": "2" },
        steps: [{ direction: "up" }, { direction: "up" }],
      });
    } finally {
      await remove();
    }
  });

  it("is unlocked on demand", async () => {
    expect((await place.infra("cancel")).out).toBe("dev is not locked any more\n");
    expect(JSON.parse((await place.infra("cancel", "--json")).out)).toEqual({ unlocked: "dev" });
  });

  it("stays when the environment goes, unless asked otherwise", async () => {
    const asked = await place.infra("destroy");
    expect(asked.err).toContain("Destroy dev and keep its data? Nobody is there to answer.");
    const kept = await place.infra("destroy", "--yes");
    expect(kept).toMatchObject({ code: 0, out: "dev is destroyed; data volumes and their passwords stay\n" });
    expect([await place.containers(), await place.volumes()]).toEqual([[], [place.volume]]);
    expect((await place.infra("logs")).err).toContain("nothing of dev runs here");
    const gone = await place.infra("destroy", "--with-data", "--yes", "--json");
    expect(JSON.parse(gone.out)).toEqual({
      destroyed: "dev",
      keptResources: 0,
      removedVolumes: [place.volume],
    });
    expect(await place.volumes()).toEqual([]);
  });
});
