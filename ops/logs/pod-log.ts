import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";
import type { LogRequest } from "./log-source.ts";

export interface PodContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Opens the log of a container, each line with its time. The client's own `Log` hands a connection that breaks, or is
 * given up, to nobody, which ends the process.
 * @throws Error with what the server says
 */
export async function openPodLog(
  cluster: KubeConfig,
  where: PodContainer,
  request: LogRequest,
): Promise<IncomingMessage> {
  const url = urlOf(cluster.getCurrentCluster()?.server ?? "", where, request);
  const options: https.RequestOptions = { signal: request.signal };
  await cluster.applyToHTTPSOptions(options);
  const { get } = url.protocol === "https:" ? https : http;
  const [response] = (await once(get(url, options), "response")) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  throw new Error(reasonIn(await text(response)) ?? `the server answers ${response.statusCode}`);
}

function urlOf(server: string, { namespace, pod, container }: PodContainer, request: LogRequest): URL {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
  const { follow, since, tail } = request;
  const query = new URLSearchParams({
    container,
    follow: String(follow),
    timestamps: "true",
    ...(since !== undefined && { sinceSeconds: String(since) }),
    ...(tail !== undefined && { tailLines: String(tail) }),
  });
  return new URL(`${server.replace(/\/$/, "")}${path}?${query}`);
}

function reasonIn(answer: string): string | undefined {
  try {
    return (JSON.parse(answer) as { readonly message?: string }).message;
  } catch {
    return undefined;
  }
}
