import { afterEach, beforeEach, expect } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { configured } from "./configured.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import type { Json } from "./fake-apply.ts";

export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
export const SECRET = "kubernetes:core/v1:Secret";

/** Of the test that runs. */
export let server: FakeApiServer;

export const connected = (inputs: PropertyMap = {}) =>
  configured({ kubeconfig: server.kubeconfig, ...inputs });

export const configMap = (data: PropertyMap, metadata: PropertyMap = {}): PropertyMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "work", ...metadata },
  data,
});

export const PATH = "/api/v1/namespaces/work/configmaps/settings";

export const managersOf = (path: string): string[] => {
  const entries = ((server.get(path)["metadata"] as Json)["managedFields"] ?? []) as Json[];
  return entries.map((entry) => `${String(entry["manager"])} ${String(entry["operation"])}`);
};

/** Statuses that a controller writes of `thing`: each once the provider watches and has read the one before. */
export function writeStatuses(...each: readonly Json[]): void {
  let next = 0;
  let isRead = true;
  server.refuse = ({ method, path, query }) => {
    const status = each[next];
    if (method === "GET" && path.endsWith("/thing")) isRead = true;
    if (!query.has("watch") || !isRead || status === undefined) return undefined;
    next += 1;
    isRead = false;
    server.change(`${path}/thing`, (object) => {
      const { generation } = object["metadata"] as { generation: number };
      object["status"] = { observedGeneration: generation, ...status };
    });
    return undefined;
  };
}

/** Gives each test a cluster of its own, which nobody may ask what it does not know. */
export function useFakeCluster(): void {
  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
  });

  afterEach(async () => {
    await server.stop();
    expect(server.unknown).toEqual([]);
  });
}
