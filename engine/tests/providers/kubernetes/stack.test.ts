import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPropertyMap, type PropertyValue } from "../../../src/protocol/property-value.ts";
import { createKubernetesProvider } from "../../../src/providers/kubernetes/provider.ts";
import type { Provider } from "../../../src/providers/provider.ts";
import { fakeHost, functionProgram, TestStack } from "../../../src/testing/index.ts";
import { FakeApiServer, type SeenRequest } from "./fake-api-server.ts";
import type { Json } from "./fake-apply.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

let server: FakeApiServer;

beforeEach(async () => {
  server = new FakeApiServer();
  await server.start();
  server.controller = (object) => {
    if (object["kind"] !== "Deployment") return;
    const { generation } = object["metadata"] as { generation: number };
    const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    const conditions = [
      { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
      { type: "Available", status: "True" },
    ];
    object["status"] = { observedGeneration: generation, ...counts, conditions };
  };
});

afterEach(async () => {
  await server.stop();
  expect(server.unknown).toEqual([]);
});

const nameOf = (metadata: PropertyValue | undefined): PropertyValue =>
  isPropertyMap(metadata) ? (metadata["name"] ?? "") : "";

let draws = 0;

/** A test stack's seeds are all the same; names must differ. */
function seededProvider(): Provider {
  const provider = createKubernetesProvider({ environment: {}, lookSeconds: 0.05 });
  const check: Provider["check"] = (request) =>
    provider.check({ ...request, randomSeed: new Uint8Array([++draws]) });
  return { ...provider, check };
}

/** Settings, and a workload that reads them. */
const program = (value: string) =>
  functionProgram(async ({ resource }) => {
    const settings = await resource(CONFIG_MAP, "settings", {
      apiVersion: "v1",
      kind: "ConfigMap",
      data: { value },
    });
    const name = nameOf(settings.outputs["metadata"]);
    const containers = [{ name: "c", image: "i", envFrom: [{ configMapRef: { name } }] }];
    await resource(
      DEPLOYMENT,
      "web",
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: "web" } },
          template: { metadata: { labels: { app: "web" } }, spec: { containers } },
        },
      },
      { dependencies: [settings.urn] },
    );
    return {};
  });

describe("a stack on Kubernetes", () => {
  it("rolls settings out under a new name, finds drift, puts it right and leaves nothing behind", async () => {
    const stack = new TestStack({
      providers: fakeHost({ kubernetes: seededProvider }),
      config: { values: { "kubernetes:kubeconfig": server.kubeconfig }, secretKeys: [] },
    });
    const preview = await stack.preview(program("1"));
    expect(preview).toMatchObject({ result: "succeeded", told: [] });

    const first = await stack.up(program("1"));
    expect(first).toMatchObject({ result: "succeeded", told: [] });
    expect((await stack.up(program("1"))).changes).toMatchObject({ same: 3 });

    const second = await stack.up(program("2"));
    expect(second.told).toEqual([]);
    expect(second.steps.filter((step) => !step.startsWith("same"))).toEqual([
      "create-replacement settings",
      "replace settings",
      "update web",
      "delete-replaced settings",
    ]);

    const isCreate = ({ method, path, query }: SeenRequest) =>
      method === "POST" && path.endsWith("/deployments") && !query.has("dryRun");
    const [web] = server.requests.filter(isCreate).map(({ body }) => body as { metadata: { name: string } });
    const path = `/apis/apps/v1/namespaces/work/deployments/${web?.metadata.name}`;
    server.change(path, (object) => {
      (object["spec"] as Json)["replicas"] = 5;
    });
    expect((await stack.refresh()).changes).toMatchObject({ update: 1 });
    const repaired = await stack.up(program("2"));
    expect(repaired.steps.filter((step) => !step.startsWith("same"))).toEqual(["update web"]);
    expect((server.get(path)["spec"] as Json)["replicas"]).toBe(1);

    expect(await stack.destroy()).toMatchObject({ result: "succeeded" });
    expect(server.find(path)).toBeUndefined();
  });
});
