import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { DataSnapshot } from "../../../../contracts/release.ts";
import { SmallStores } from "./small-stores.ts";

const RUNNING = ["graph-store running", "one-documents running"];
const SCRIPT = fileURLToPath(new URL("./work-and-die.ts", import.meta.url));
const LOSS = "rm -rf /data/* && echo lost >/data/wrong";

async function contents(stores: SmallStores): Promise<string[]> {
  return [await stores.content("graph-store"), await stores.content("one-documents")];
}

async function ids(stores: SmallStores): Promise<string[]> {
  return [stores.container("graph-store").id, stores.container("one-documents").id];
}

async function dieAt(stores: SmallStores, killAt: string, restore?: readonly DataSnapshot[]): Promise<void> {
  const task = JSON.stringify({ name: stores.name, folder: stores.folder, killAt, restore });
  const child = spawn(process.execPath, [SCRIPT, task], { stdio: ["ignore", "ignore", "inherit"] });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
}

describe("DockerKeeper", () => {
  it("brings lost data back to the byte, in the same containers, as often as asked", async () => {
    const stores = await SmallStores.start();
    const [before, containers] = [await contents(stores), await ids(stores)];
    const said = new Set<string>();
    const taken = await stores.keeper.takeSnapshot({
      label: "Before: the import!",
      onProgress: ({ store, message }) => said.add(`${store} ${message}`),
    });
    expect(taken.map(({ store, kind }) => `${store} ${kind}`)).toEqual([
      "graph-store docker-volume",
      "one-documents docker-volume",
    ]);
    expect(taken[0]?.id).toMatch(/^\d{8}T\d{9}Z-before-the-import$/);
    expect(said).toContain("graph-store pausing");
    expect(said).toContain("one-documents stopping");
    expect(await stores.states()).toEqual(RUNNING);
    for (let time = 1; time <= 2; time += 1) {
      for (const role of ["graph-store", "one-documents"]) await stores.run(role, LOSS);
      await stores.keeper.restore(taken);
      expect(await contents(stores)).toEqual(before);
    }
    expect(await ids(stores)).toEqual(containers);
    expect(await stores.states()).toEqual(RUNNING);
  });

  it("restores one store and leaves the others alone", async () => {
    const stores = await SmallStores.start();
    const [graph] = await stores.keeper.takeSnapshot({ label: "" });
    for (const role of ["graph-store", "one-documents"]) await stores.run(role, LOSS);
    await stores.keeper.restore(graph === undefined ? [] : [graph]);
    expect(await stores.content("graph-store")).toContain("deep/er/name");
    expect(await stores.content("one-documents")).toContain("./wrong");
  });

  it("lists, keeps to itself and removes what it took", async () => {
    const stores = await SmallStores.start();
    expect(await stores.keeper.stores()).toEqual(["graph-store", "one-documents"]);
    expect(await stores.keeper.list()).toEqual([]);
    const taken = await stores.keeper.takeSnapshot({ label: "x" });
    expect(await stores.keeper.list()).toEqual(taken);
    const folder = join(stores.folder, "snapshots", taken[0]?.id ?? "");
    expect(statSync(join(folder, "graph-store.tar")).mode & 0o777).toBe(0o600);
    await stores.keeper.remove(taken.slice(0, 1));
    expect(await stores.keeper.list()).toEqual(taken.slice(1));
    await stores.keeper.remove(taken);
    expect(readdirSync(join(stores.folder, "snapshots"))).toEqual([]);
  });

  it("changes nothing where a data snapshot is damaged, missing, or of no store", async () => {
    const stores = await SmallStores.start();
    const before = await contents(stores);
    const taken = await stores.keeper.takeSnapshot({ label: "x" });
    const file = join(stores.folder, "snapshots", taken[0]?.id ?? "", "graph-store.tar");
    const [first] = taken as [DataSnapshot];
    const elsewhere = { ...first, store: "nobody" };
    await expect(stores.keeper.restore([elsewhere])).rejects.toMatchObject({ code: "store-missing" });
    writeFileSync(file, "not what was taken");
    await expect(stores.keeper.restore(taken)).rejects.toMatchObject({ code: "snapshot-damaged" });
    rmSync(file);
    await expect(stores.keeper.restore(taken)).rejects.toMatchObject({ code: "snapshot-missing" });
    expect(await contents(stores)).toEqual(before);
    expect(await stores.states()).toEqual(RUNNING);
  });

  it("says so where the stack is not up, and where somebody else works on it", async () => {
    const stores = await SmallStores.start();
    writeFileSync(join(stores.folder, "lock"), String(process.pid));
    await expect(stores.keeper.mend()).rejects.toMatchObject({ code: "data-locked" });
    rmSync(join(stores.folder, "lock"));
    for (const role of ["graph-store", "one-documents"]) await stores.container(role).remove({ force: true });
    await expect(stores.keeper.takeSnapshot({ label: "x" })).rejects.toMatchObject({ code: "no-stores" });
  });

  it("lets the stores run again when it is interrupted, with the data that they had", async () => {
    const stores = await SmallStores.start();
    const before = await contents(stores);
    for (const [message, restores] of [
      ["copying", false],
      ["unpacking", true],
    ] as const) {
      const taken = restores ? await stores.keeper.takeSnapshot({ label: "whole" }) : [];
      const controller = new AbortController();
      const onProgress = (progress: { readonly message: string }) => {
        if (progress.message === message) controller.abort();
      };
      const work = { onProgress, signal: controller.signal };
      const done = restores
        ? stores.keeper.restore(taken, work)
        : stores.keeper.takeSnapshot({ label: "cut", ...work });
      await expect(done).rejects.toMatchObject({ code: "interrupted" });
      expect(await stores.states()).toEqual(RUNNING);
      expect(await contents(stores)).toEqual(before);
    }
    expect((await stores.keeper.list()).map(({ id }) => id)).not.toContainEqual(
      expect.stringContaining("cut"),
    );
  });

  it("mends what a killed data snapshot left behind", async () => {
    const stores = await SmallStores.start();
    const before = await contents(stores);
    for (const moment of ["stopping", "copying", "starting"]) {
      await dieAt(stores, moment);
      expect(await stores.keeper.mend()).toEqual([expect.stringContaining("broken off")]);
      expect(await stores.states()).toEqual(RUNNING);
      expect(await stores.keeper.mend()).toEqual([]);
    }
    expect(await contents(stores)).toEqual(before);
    const whole = readdirSync(join(stores.folder, "snapshots")).filter((name) => name.endsWith(".partial"));
    expect(whole).toEqual([]);
  });

  it("undoes or finishes a restore that was killed, by how far it had come", async () => {
    const stores = await SmallStores.start();
    const before = await contents(stores);
    const taken = await stores.keeper.takeSnapshot({ label: "x" });
    for (const role of ["graph-store", "one-documents"]) await stores.run(role, LOSS);
    const lost = await contents(stores);
    for (const moment of ["stopping", "unpacking"]) {
      await dieAt(stores, moment, taken);
      expect(await stores.keeper.mend()).toEqual([expect.stringContaining("undone")]);
      expect(await contents(stores)).toEqual(lost);
    }
    await dieAt(stores, "putting into place", taken);
    expect(await stores.keeper.mend()).toEqual([expect.stringContaining("finished")]);
    expect(await contents(stores)).toEqual(before);
    expect(await stores.states()).toEqual(RUNNING);
  });
});
