import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterOf } from "../../../ops/cluster-access.ts";
import { loadKubeConfig } from "../../../ops/kube-config.ts";
import { kubernetesLogs } from "../../../ops/logs/kubernetes-logs.ts";
import type { LogLine } from "../../../ops/logs/line.ts";
import type { LogSource } from "../../../ops/logs/log-source.ts";
import { kubeconfigOf } from "../kubeconfig.ts";

const folder = mkdtempSync(join(tmpdir(), "trials-logs-"));
const asked: string[] = [];
let source: LogSource;

const pod = (name: string, service: string) => ({
  metadata: { name, labels: { "app.kubernetes.io/name": service } },
  spec: { containers: [{ name: "main" }] },
});

/** Answers like an API server whose pods of `api` write, and whose pod of `silent` runs nothing. */
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://server");
  asked.push(`${url.pathname}${url.search}`);
  if (url.pathname.endsWith("/log")) {
    const silent = url.pathname.includes("silent");
    response.writeHead(silent ? 500 : 200);
    response.end(silent ? "no logs" : "2026-01-01T00:00:00Z from the pod\n2026-01-01T00:00:01Z again");
    return;
  }
  const items = [pod("api-1", "api"), pod("api-2", "api"), pod("silent-1", "silent")];
  const service = url.searchParams.get("labelSelector")?.split("=")[1];
  const found = items.filter(
    ({ metadata }) => service === undefined || metadata.labels["app.kubernetes.io/name"] === service,
  );
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ kind: "PodList", apiVersion: "v1", items: found }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, kubeconfigOf(server, { other: "here", production: "here" }, "other"));
  const value = JSON.stringify({ kubeconfig: file, context: "production" });
  const cluster = loadKubeConfig(clusterOf({ "trials:kubernetes": { value } }, "trials"));
  expect(cluster.getCurrentContext()).toBe("production");
  source = kubernetesLogs(cluster, "trials");
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const request = { follow: false, since: 60, tail: 5, signal: new AbortController().signal };

it("finds the services by the pods' labels", async () => {
  expect(await source.services()).toEqual(["api", "silent"]);
});

it("reads every pod of a service", async () => {
  const lines: LogLine[] = [];
  await source.read("api", request, (line) => lines.push(line));
  expect(lines.map(({ text }) => text).sort()).toEqual(["again", "again", "from the pod", "from the pod"]);
  expect(asked.find((url) => url.includes("api-1/log"))).toMatch(/sinceSeconds=60.*tailLines=5/);
});

it("says so where a pod has none", async () => {
  await expect(source.read("silent", request, () => undefined)).rejects.toThrow(
    "pod silent-1 has no log to read",
  );
});
