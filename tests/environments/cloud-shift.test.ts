import { describe, expect, it } from "vitest";
import { cloudOverrides } from "../cloud-config.ts";
import { EmbeddedStack } from "../embedded.ts";
import { plain } from "../plain.ts";

type Tree = { readonly [key: string]: Tree };

async function make(changes: { readonly [key: string]: unknown } = {}) {
  const { snapshot, outputs } = await new EmbeddedStack("cloud", cloudOverrides(changes)).update();
  const resources = snapshot.resources.map(({ urn, type, inputs }) => ({
    type,
    name: urn.split("::").at(-1) ?? "",
    inputs: plain(inputs) as Tree,
  }));
  const find = (type: string, name: string) =>
    resources.find((resource) => resource.type === type && resource.name === name)?.inputs ?? {};
  const childrenOf = (prefix: string) =>
    resources
      .filter(({ type, name }) => !type.startsWith("trials:") && name.startsWith(prefix))
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
      .sort();
  return { find, childrenOf, outputs: plain(outputs) };
}

describe("the comparator of a cloud stack", () => {
  it("runs once, asks both backends, and is reached by the gateway and the API server alone", async () => {
    const { childrenOf, outputs, find } = await make();
    expect(childrenOf("parity-")).toEqual([
      "ConfigMap parity-service-workload-config",
      "Deployment parity-service-workload",
      "NetworkPolicy parity-service-workload-from-api-server",
      "NetworkPolicy parity-service-workload-from-gateway",
      "NetworkPolicy parity-service-workload-into-backend-node",
      "NetworkPolicy parity-service-workload-into-backend-python",
      "NetworkPolicy parity-service-workload-to-backend-node",
      "NetworkPolicy parity-service-workload-to-backend-python",
      "Service parity-service-workload-service",
      "ServiceAccount parity-service-workload-account",
    ]);
    const { data } = find("kubernetes:core/v1:ConfigMap", "parity-service-workload-config");
    expect(data).toEqual({ NODE_BACKEND: "backend-node:8080", PYTHON_BACKEND: "backend-python:8080" });
    expect(find("kubernetes:apps/v1:Deployment", "parity-service-workload")["spec"]).toMatchObject({
      replicas: 1,
    });
    expect(outputs).toMatchObject({
      services: { parity: { name: "parity" } },
      traffic: { systemOfRecord: "node", writes: "open", replication: "off" },
    });
  });

  it("is left out, or gets no copies, where the settings say so", async () => {
    const none = await make({ parity: { enabled: false } });
    expect(none.childrenOf("parity")).toEqual([]);
    const { find } = await make({ parity: { share: 0 } });
    const type = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
    expect(JSON.stringify(find(type, "gateway-routes"))).not.toContain("RequestMirror");
  });
});

describe("the copying of documents of a cloud stack", () => {
  it("is not there while it is off", async () => {
    const { childrenOf } = await make();
    expect([...childrenOf("replication"), ...childrenOf("documents-replication")]).toEqual([]);
  });

  it.each([
    ["node-to-python", "trials_node", "trials_python"],
    ["python-to-node", "trials_python", "trials_node"],
  ])("copies %s as a user that only reads the source, and never runs twice", async (way, source, target) => {
    const { find, outputs } = await make({ replication: way });
    const secrets = find("kubernetes:core/v1:Secret", "replication-service-workload-secret")["stringData"];
    expect(secrets).toMatchObject({ SOURCE_DATABASE: source, TARGET_DATABASE: target });
    expect(String(secrets?.["SOURCE_URL"])).toMatch(/^mongodb\+srv:\/\/replication:/);
    const role = find("mongodbatlas:index/customDbRole:CustomDbRole", "documents-replication-role");
    const databasesOf = (action: string) =>
      (role["actions"] as unknown as { action: string; resources: { databaseName: string }[] }[])
        .find((allowed) => allowed.action === action)
        ?.resources.map(({ databaseName }) => databaseName);
    expect(databasesOf("FIND")).toEqual([source, target]);
    expect(databasesOf("INSERT")).toEqual([target]);
    const { spec } = find("kubernetes:apps/v1:Deployment", "replication-service-workload");
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
    expect(outputs).toMatchObject({ services: { replication: { name: "replication" } } });
  });

  it("leaves caches behind that were filled under another system of record", async () => {
    const gateway = { host: "api.trials.example", systemOfRecord: "python" };
    const { find } = await make({ gateway });
    for (const backend of ["node", "python"]) {
      const config = find("kubernetes:core/v1:ConfigMap", `${backend}-backend-cache-service-workload-config`);
      expect(config["data"]).toEqual({ FILLED_UNDER: "python" });
    }
  });
});
