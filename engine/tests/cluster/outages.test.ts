import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import {
  at,
  type ClusterStack,
  changesOf,
  configMap,
  createStack,
  deleteNamespace,
  must,
  objects,
  workload,
} from "./cluster.ts";
import { type LossyProxy, startLossyProxy } from "./lossy-proxy.ts";

let proxy: LossyProxy;
let cluster: ClusterStack;

beforeAll(async () => {
  proxy = await startLossyProxy();
});

beforeEach(async () => {
  proxy.decide(() => "pass");
  cluster = await createStack({ enableConfigMapMutable: "true" }, { kubeconfig: proxy.kubeconfig });
  return () => deleteNamespace(cluster.namespace);
});

afterAll(() => proxy.close());

const isWrite = (path: string) => !path.includes("dryRun");
const path = () => `/api/v1/namespaces/${cluster.namespace}/configmaps`;
const names = async () =>
  ((await must("GET", path()))["items"] as unknown[])
    .map((item) => String(at(item, "metadata", "name")))
    .filter((name) => name !== "kube-root-ca.crt");

describe("a create whose answer is lost", () => {
  const unnamed = { apiVersion: "v1", kind: "ConfigMap", metadata: {}, data: { a: "1" } };

  const cases: [string, PropertyMap][] = [
    ["with a name of its own", configMap("named", { a: "1" })],
    ["with a drawn name", unnamed],
  ];

  it.each(cases)("is found again at once %s", async (_, object) => {
    proxy.decide((method, url) => (method === "POST" && isWrite(url) ? "lose answer" : "pass"));
    expect((await cluster.stack.up(objects([object]))).told).toEqual([]);
    proxy.decide(() => "pass");
    expect(await names()).toHaveLength(1);
    expect(changesOf(await cluster.stack.up(objects([object])))).toEqual([]);
  });

  it.each(cases)("is found by the next run %s where the server is away by then", async (_, object) => {
    let isAway = false;
    proxy.decide((method, url) => {
      if (isAway) return "cut";
      isAway = method === "POST" && isWrite(url);
      return isAway ? "lose answer" : "pass";
    });
    const broken = await cluster.stack.up(objects([object]));
    expect(broken.told.join()).toContain("Whether it was made is not known yet");
    proxy.decide(() => "pass");
    const made = await names();
    expect(made).toHaveLength(1);
    expect((await cluster.stack.up(objects([object]))).told).toEqual([]);
    expect(await names()).toEqual(made);
    expect(changesOf(await cluster.stack.up(objects([object])))).toEqual([]);
  });

  it("is done again where the server never heard of it", async () => {
    proxy.decide((method, url) => (method === "POST" && isWrite(url) ? "cut" : "pass"));
    await cluster.stack.up(objects([configMap("late", { a: "1" })]));
    expect(await names()).toEqual([]);
    proxy.decide(() => "pass");
    expect((await cluster.stack.up(objects([configMap("late", { a: "1" })]))).told).toEqual([]);
    expect(await names()).toEqual(["late"]);
  });
});

describe("an API server that goes away", () => {
  it.each(["cut", "lose answer"] as const)("in an update (%s): the next one goes on", async (fate) => {
    await cluster.stack.up(objects([configMap("kept", { a: "1" })]));
    proxy.decide((method, url) => (method === "PATCH" && isWrite(url) ? fate : "pass"));
    const broken = await cluster.stack.up(objects([configMap("kept", { a: "2" })]));
    expect(broken.told.join()).toContain("connection reset by peer");
    proxy.decide(() => "pass");
    expect((await cluster.stack.up(objects([configMap("kept", { a: "2" })]))).told).toEqual([]);
    expect((await must("GET", `${path()}/kept`))["data"]).toEqual({ a: "2" });
    expect(changesOf(await cluster.stack.up(objects([configMap("kept", { a: "2" })])))).toEqual([]);
  });

  it("while a deployment is waited for: it is looked at again", async () => {
    let cuts = 0;
    proxy.decide((method, url) =>
      method === "GET" && url.includes("watch=") && ++cuts < 4 ? "cut" : "pass",
    );
    const up = await cluster.stack.up(objects([workload("Deployment", "web")]));
    expect(up.told).toEqual([]);
    expect(cuts).toBeGreaterThan(0);
  });

  it("before a preview: it shows what the state alone tells", async () => {
    await cluster.stack.up(objects([configMap("kept", { a: "1" })]));
    proxy.decide(() => "cut");
    const preview = await cluster.stack.preview(objects([configMap("kept", { a: "2" })]));
    expect(changesOf(preview)).toEqual(["update kept"]);
    proxy.decide(() => "pass");
    expect(changesOf(await cluster.stack.up(objects([configMap("kept", { a: "1" })])))).toEqual([]);
  });
});
