import type { Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadKubeConfig } from "../../../ops/kube-config.ts";
import { clusterAsker } from "../../../ops/traffic/cluster-asker.ts";
import { askOne, type ServiceAsker } from "../../../ops/traffic/service-asker.ts";
import { kubeconfigOf } from "../kubeconfig.ts";
import { startPodServer } from "./pod-server.ts";

const PODS = [
  { name: "api-1", service: "api" },
  { name: "api-2", service: "api" },
  { name: "api-3", service: "api", ready: false },
  { name: "api-4", service: "api", leaving: true },
  { name: "broken-1", service: "broken" },
  { name: "mute-1", service: "mute" },
];

let server: Server;
let asker: ServiceAsker;
beforeAll(async () => {
  server = await startPodServer(
    () => PODS,
    async (pod, port, path) => {
      if (pod.startsWith("broken")) return 503;
      if (pod.startsWith("mute")) return new Promise<never>(() => undefined);
      return path === "/report" ? `{"pod":"${pod}"}` : `counter{pod="${pod}"} ${port}\n`;
    },
  );
  asker = clusterAsker(loadKubeConfig({ kubeconfig: kubeconfigOf(server, { here: "here" }, "here") }), "ns");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

it("asks every pod that takes requests, and gives its answer as it is", async () => {
  expect([...(await asker.ask("api", 8404, "/metrics"))]).toEqual([
    ["api-1", 'counter{pod="api-1"} 8404\n'],
    ["api-2", 'counter{pod="api-2"} 8404\n'],
  ]);
  expect(JSON.parse(await askOne(asker, "api", { port: 8080, path: "/report" }))).toEqual({ pod: "api-1" });
});

it("says what may be amiss where nobody answers", async () => {
  await expect(asker.ask("nothing", 8080, "/report")).rejects.toMatchObject({
    code: "not-answering",
    message: "nothing does not answer GET /report by the API server's proxy: it has no pod that is ready",
  });
  await expect(asker.ask("broken", 8080, "/report")).rejects.toMatchObject({
    code: "not-answering",
    message: expect.stringContaining("503"),
  });
  await expect(asker.ask("mute", 8080, "/report")).rejects.toThrow("no answer within 10 s");
});
