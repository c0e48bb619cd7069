import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  at,
  type ClusterStack,
  changesOf,
  configMap,
  createStack,
  deleteNamespace,
  must,
  objects,
} from "./cluster.ts";

let cluster: ClusterStack;

beforeAll(async () => {
  cluster = await createStack({ enableConfigMapMutable: "true" });
});

afterAll(() => deleteNamespace(cluster.namespace));

describe("an object of somebody else on a real API server", () => {
  it("is imported as it is, then changed and deleted like one of ours", async () => {
    const { stack, namespace } = cluster;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await must("POST", path, { metadata: { name: "old" }, data: { a: "1" } });
    const id = `${namespace}/old`;
    const imported = await stack.up(objects([configMap("old", { a: "1" })], { importId: id }));
    expect(imported.told).toEqual([]);
    expect(changesOf(imported)).toEqual(["import old"]);
    expect(changesOf(await stack.up(objects([configMap("old", { a: "1" })])))).toEqual([]);
    const changed = await stack.up(objects([configMap("old", { a: "2" })]));
    expect(changed.told).toEqual([]);
    expect(at(await must("GET", `${path}/old`), "data")).toEqual({ a: "2" });
    expect((await stack.destroy()).told).toEqual([]);
  });

  it("is not imported where the program says something else, and names what differs", async () => {
    const { stack, namespace } = cluster;
    await must("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: "other" },
      data: { a: "1" },
    });
    const up = await stack.up(objects([configMap("other", { a: "9" })], { importId: `${namespace}/other` }));
    expect(up.told.join()).toContain("inputs to import do not match the existing resource");
  });

  it("that is not there cannot be imported", async () => {
    const { stack, namespace } = cluster;
    const up = await stack.up(objects([configMap("none", {})], { importId: `${namespace}/none` }));
    expect(up.told.join()).toMatch(/not found|does not exist/);
  });
});
