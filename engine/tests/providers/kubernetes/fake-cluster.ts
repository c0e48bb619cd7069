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
