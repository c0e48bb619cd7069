import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, type ClusterStack, changesOf, createStack, deleteNamespace, must, objects } from "./cluster.ts";

let cluster: ClusterStack;

beforeAll(async () => {
  cluster = await createStack({ enableConfigMapMutable: "true" });
});

afterAll(() => deleteNamespace(cluster.namespace));

const settings = (name: string, a: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { a },
});

describe("an object of somebody else on a real API server", () => {
  it("is imported as it is, then changed and deleted like one of ours", async () => {
    const { stack, namespace } = cluster;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await must("POST", `${path}?fieldManager=kubectl`, { metadata: { name: "old" }, data: { a: "1" } });
    const id = `${namespace}/old`;
    const imported = await stack.up(objects([settings("old", "1")], { importId: id }));
    expect(imported.told).toEqual([]);
    expect(changesOf(imported).filter((change) => change.endsWith(" old"))).toEqual(["import old"]);
    expect(changesOf(await stack.up(objects([settings("old", "1")])))).toEqual([]);
    const changed = await stack.up(objects([settings("old", "2")]));
    expect(changed.told).toEqual([]);
    expect(at(await must("GET", `${path}/old`), "data")).toEqual({ a: "2" });
    expect((await stack.destroy()).told).toEqual([]);
  });

  it("is imported, and then told of the field that somebody else manages and the program changes", async () => {
    const { stack, namespace } = cluster;
    await must("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: "other" },
      data: { a: "1" },
    });
    const up = await stack.up(objects([settings("other", "9")], { importId: `${namespace}/other` }));
    expect(up.told.join()).toContain('conflict with "unknown" using v1: .data.a');
  });

  it("that is not there cannot be imported", async () => {
    const { stack, namespace } = cluster;
    const up = await stack.up(objects([settings("none", "1")], { importId: `${namespace}/none` }));
    expect(up.told.join()).toMatch(/not found|does not exist/);
  });
});
