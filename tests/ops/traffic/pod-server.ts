import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";

/** A pod as the server lists it. */
export interface ListedPod {
  readonly name: string;
  /** Label of its service. */
  readonly service: string;
  /** @default true */
  readonly ready?: boolean;
  /** @default false */
  readonly leaving?: boolean;
}

/** What a pod answers: a body with status 200, or a status alone. */
type Answer = string | number;

const PROXY = /^\/api\/v1\/namespaces\/[^/]+\/pods\/([^/:]+):(\d+)\/proxy(\/.*)$/;

const WORKLOADS = "/apis/apps/v1";

/** Answers like an API server: lists pods by their label and workloads, and asks a pod for what is asked by the proxy. */
export async function startPodServer(
  pods: () => readonly ListedPod[],
  ask: (pod: string, port: number, path: string) => Promise<Answer>,
  workloads: readonly string[] = [],
): Promise<Server> {
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "", "http://server");
    if (url.pathname.startsWith(WORKLOADS)) return listWorkloads(url.pathname, workloads);
    const [, pod = "", port, path = ""] = PROXY.exec(decodeURIComponent(url.pathname)) ?? [];
    if (port !== undefined) return ask(pod, Number(port), path);
    const service = url.searchParams.get("labelSelector")?.split("=")[1];
    const items = pods().filter((listed) => listed.service === service);
    return JSON.stringify({ kind: "PodList", apiVersion: "v1", items: items.map(toPod) });
  };
  const server = createServer((request, response) => {
    void answer(request).then((found) => {
      const isText = typeof found === "string";
      const type = isText && found.startsWith("{") ? "application/json" : "text/plain; version=0.0.4";
      response.writeHead(isText ? 200 : found, { "content-type": type }).end(isText ? found : "");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Deployments whose pods are all ready, and no StatefulSets. */
function listWorkloads(path: string, names: readonly string[]): string {
  if (path === WORKLOADS) {
    const resources = ["Deployment", "StatefulSet"].map((kind) => ({
      kind,
      name: `${kind.toLowerCase()}s`,
      namespaced: true,
    }));
    return JSON.stringify({ kind: "APIResourceList", resources });
  }
  const items = path.endsWith("/deployments") ? names.map(toWorkload) : [];
  return JSON.stringify({ kind: "List", apiVersion: "v1", items });
}

function toWorkload(name: string) {
  return {
    metadata: { name },
    spec: { replicas: 1 },
    status: { readyReplicas: 1, updatedReplicas: 1 },
  };
}

function toPod({ name, ready = true, leaving = false }: ListedPod) {
  return {
    metadata: { name, ...(leaving && { deletionTimestamp: "2026-01-01T00:00:00Z" }) },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}
