import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

  it.each([
    ["with a name of its own", configMap("named", { a: "1" })],
    ["with a drawn name", unnamed],
  ])("is found again %s, and not made twice", async (_, object) => {
    proxy.decide((method, url) => (method === "POST" && isWrite(url) ? "lose answer" : "pass"));
    const broken = await cluster.stack.up(objects([object]));
    expect(broken.told.join()).toMatch(/socket hang up|ECONNRESET/);
    const made = await names();
    expect(made).toHaveLength(1);
    proxy.decide(() => "pass");
    const up = await cluster.stack.up(objects([object]));
    expect(up.told).toEqual([]);
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
    expect(broken.told.join()).toMatch(/socket hang up|ECONNRESET/);
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

  it("before a preview: says where nobody answers, and the state stays as it was", async () => {
    await cluster.stack.up(objects([configMap("kept", { a: "1" })]));
    proxy.decide(() => "cut");
    const preview = await cluster.stack.preview(objects([configMap("kept", { a: "2" })]));
    expect(preview.told.join()).toMatch(/unreachable|socket hang up|ECONNRESET/);
    proxy.decide(() => "pass");
    expect(changesOf(await cluster.stack.up(objects([configMap("kept", { a: "1" })])))).toEqual([]);
  });
});
