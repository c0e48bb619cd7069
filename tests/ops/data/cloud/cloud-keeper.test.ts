import { describe, expect, it, onTestFinished } from "vitest";
import { openDataKeeper } from "../../../../ops/data/open-keeper.ts";
import { thisCheckout } from "../../../../ops/paths.ts";
import { clusterCalls, start } from "../../../../simulators/atlas-admin/tests/atlas-caller.ts";
import { start as startAura } from "../../../../simulators/aura/tests/test-client.ts";

const PATIENCE = { interval: 5, deadline: 20_000 };
const OPENED = { name: "cloud", project: "trials", checkout: thisCheckout };

async function stage() {
  const started = await start({ pollStep: 30_000 });
  const { atlas, groupId } = started;
  await clusterCalls(started).ready("main", { backupEnabled: true });
  const { aura, client } = await startAura();
  const instanceId = await client.running();
  const timer = setInterval(() => aura.simulation.advance(30), 20);
  onTestFinished(() => clearInterval(timer));
  const env = {
    MONGODB_ATLAS_BASE_URL: atlas.url,
    MONGODB_ATLAS_CLIENT_ID: atlas.clientId,
    MONGODB_ATLAS_CLIENT_SECRET: atlas.clientSecret,
    AURA_BASE_URL: aura.url,
    AURA_CLIENT_ID: "aura-client",
    AURA_CLIENT_SECRET: "aura-secret",
  };
  const cloud = {
    namespace: "trials",
    documents: { projectId: groupId, cluster: "main" },
    graph: { instanceId },
  };
  return { atlas, aura, env, cloud, instanceId };
}

describe("the keeper of a cloud stack", () => {
  it("takes, lists, restores and removes data snapshots at both vendors", async () => {
    const { atlas, aura, env, cloud, instanceId } = await stage();
    const keeper = openDataKeeper(OPENED, { cloud }, { env, patience: PATIENCE });
    expect(await keeper.stores()).toEqual(["documents", "graph"]);
    aura.simulation.edit(instanceId, { contents: "before" });
    const said = new Set<string>();
    const taken = await keeper.takeSnapshot({
      label: "release 3",
      onProgress: ({ message }) => said.add(message),
    });
    expect(taken.map(({ store, kind }) => `${store} ${kind}`)).toEqual(["documents atlas", "graph aura"]);
    expect([...said].sort()).toEqual(["Atlas copies", "Aura copies"]);
    expect((await keeper.list()).map(({ id }) => id).sort()).toEqual(taken.map(({ id }) => id).sort());
    aura.simulation.edit(instanceId, { contents: "after" });
    await keeper.restore(taken);
    expect(aura.simulation.cloud.getInstance(instanceId).contents).toBe("before");
    expect(atlas.calls.some(({ path }) => path.endsWith("/restoreJobs"))).toBe(true);
    await keeper.remove(taken);
    await keeper.remove(taken);
    expect((await keeper.list()).map(({ store }) => store)).toEqual(["graph"]);
    expect(await keeper.mend()).toEqual([]);
  });

  it("changes nothing where a data snapshot is not there, at either vendor", async () => {
    const { env, cloud } = await stage();
    const keeper = openDataKeeper(OPENED, { cloud }, { env, patience: PATIENCE });
    const at = "2026-11-26T10:00:00.000Z";
    for (const [store, kind] of [
      ["documents", "atlas"],
      ["graph", "aura"],
    ] as const) {
      const gone = { store, kind, id: "5f0000000000000000000000", at };
      await expect(keeper.restore([gone])).rejects.toMatchObject({ code: "snapshot-missing" });
    }
    const elsewhere = { store: "nobody", kind: "aura", id: "x", at } as const;
    await expect(keeper.restore([elsewhere])).rejects.toMatchObject({ code: "store-missing" });
  });

  it("says which credentials are missing, refused, or of nobody's instance", async () => {
    const { env, cloud } = await stage();
    const open = (more: object, graph = cloud.graph) =>
      openDataKeeper(
        OPENED,
        { cloud: { ...cloud, graph } },
        { env: { ...env, ...more }, patience: PATIENCE },
      );
    expect(() => open({ AURA_CLIENT_SECRET: "" })).toThrow("no credentials for Aura");
    expect(() => open({ MONGODB_ATLAS_CLIENT_ID: undefined })).toThrow("no credentials for Atlas");
    expect(() => open({}, { instanceId: "" })).toThrow("does not tell its AuraDB instance");
    await expect(open({ AURA_CLIENT_SECRET: "wrong" }).list()).rejects.toMatchObject({ code: "vendor" });
    await expect(open({ AURA_BASE_URL: "http://127.0.0.1:1" }).list()).rejects.toThrow(
      "Aura does not answer",
    );
  });

  it("ends with one error when it is interrupted, or the vendor is too slow", async () => {
    const { env, cloud } = await stage();
    const slow = openDataKeeper(OPENED, { cloud }, { env, patience: { interval: 1, deadline: -1 } });
    await expect(slow.takeSnapshot({ label: "x" })).rejects.toMatchObject({ code: "vendor-slow" });
    const keeper = openDataKeeper(OPENED, { cloud }, { env, patience: PATIENCE });
    await expect(keeper.takeSnapshot({ label: "x", signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
  });
});
