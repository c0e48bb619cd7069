import { randomBytes } from "node:crypto";
import { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { HealthPart } from "../../ops/dashboard/parts.ts";
import { clusterPlatform } from "../../ops/dashboard/sources/cluster.ts";
import { loadKubeConfig } from "../../ops/kube-config.ts";

const namespace = `dashboard-${randomBytes(4).toString("hex")}`;
const labels = { "app.kubernetes.io/name": "api" };
const deployment = (replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api-workload", namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "api", image: "api" }] } },
  },
});

function saysOf({ workloads }: HealthPart): string | undefined {
  const found = workloads["api-workload"];
  return found && `${found.health}: ${found.detail}`;
}

describe("the dashboard of a cloud stack, on a real API server", () => {
  const kubeconfig = inject("kubeconfig");
  const objects = KubernetesObjectApi.makeApiClient(loadKubeConfig({ kubeconfig }));
  const platform = clusterPlatform({ kubeconfig, namespace });
  const controller = new AbortController();
  let told: HealthPart | undefined;
  let heard = Promise.withResolvers<void>();

  beforeAll(() => objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
  afterAll(async () => {
    controller.abort();
    await objects.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  /** Waits for what the page says: states that pass quickly may be skipped. */
  const until = async (said: string | undefined) => {
    while (told === undefined || saysOf(told) !== said) await heard.promise;
  };

  it("shows how workloads do, and what happens to them as it happens", async () => {
    const watching = platform.watchHealth((health) => {
      told = health;
      heard.resolve();
      heard = Promise.withResolvers();
    }, controller.signal);
    await until(undefined);
    await objects.create(deployment(2));
    await until("healthy: 2 of 2 pods are ready");
    await objects.patch(deployment(3));
    await until("healthy: 3 of 3 pods are ready");
    await objects.patch(deployment(0));
    await until("stopped: 0 of 0 pods are ready");
    await objects.delete(deployment(0));
    await until(undefined);
    controller.abort();
    await watching;
  });

  it("says why pods that run nothing have no log", async () => {
    await objects.create(deployment(1));
    const { signal } = new AbortController();
    const firstLine = async () => {
      const lines = platform.followLogs({ service: "api", workload: "api-workload", signal });
      for await (const { text } of lines) return text;
      return undefined;
    };
    // Its pods are there in a moment.
    const line = await vi.waitUntil(firstLine, { timeout: 60_000 });
    expect(line).toMatch(/^pod api-workload-\S+ has no log to read: /);
  });
});
