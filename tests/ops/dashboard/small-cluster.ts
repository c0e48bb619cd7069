import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { kubeconfigOf } from "../kubeconfig.ts";

const NAMESPACE = "services";

interface Workload {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly [field: string]: unknown;
}

/** What a test may ask of a log: how to answer, given what was asked. */
export type AnswerLog = (url: URL, response: ServerResponse) => void;

/** Lists, watches and logs of one namespace, as an API server answers; it has no pods that anything else would notice. */
export class SmallCluster {
  readonly namespace = NAMESPACE;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));
  private readonly deployments = new Map<string, Workload>();
  private readonly watchers = new Set<ServerResponse>();
  private readonly answerLog: AnswerLog;
  private port = 0;
  private version = 1;

  constructor(answerLog: AnswerLog = (_, response) => response.writeHead(404).end("{}")) {
    this.answerLog = answerLog;
  }

  /** Begins to answer; at the same address as before where it was away. */
  async start(): Promise<void> {
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }

  get kubeconfigText(): string {
    return kubeconfigOf(this.server, { here: "here" }, "here");
  }

  get config(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromString(this.kubeconfigText);
    return config;
  }

  put(workload: Workload): void {
    const type = this.deployments.has(workload.metadata.name) ? "MODIFIED" : "ADDED";
    this.deployments.set(workload.metadata.name, workload);
    this.tell(type, workload);
  }

  remove(name: string): void {
    const workload = this.deployments.get(name);
    this.deployments.delete(name);
    if (workload !== undefined) this.tell("DELETED", workload);
  }

  private tell(type: string, workload: Workload): void {
    this.version += 1;
    const object = this.numbered(workload);
    for (const watcher of this.watchers) watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  private numbered(workload: Workload): Workload {
    const metadata = { ...workload.metadata, namespace: NAMESPACE, resourceVersion: String(this.version) };
    return { ...workload, metadata };
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", "http://cluster");
    const [kind, name, part] = url.pathname.split(`/namespaces/${NAMESPACE}/`)[1]?.split("/") ?? [];
    response.setHeader("content-type", "application/json");
    if (part === "log") this.answerLog(url, response);
    else if (url.searchParams.get("watch") === "true") this.watch(kind, response);
    else response.end(JSON.stringify(this.list(kind, name)));
  }

  private watch(kind: string | undefined, response: ServerResponse): void {
    response.flushHeaders();
    if (kind !== "deployments") return;
    this.watchers.add(response);
    response.on("close", () => this.watchers.delete(response));
  }

  private list(kind: string | undefined, name: string | undefined): unknown {
    const metadata = { resourceVersion: String(this.version) };
    const items =
      kind === "deployments" ? [...this.deployments.values()].map((one) => this.numbered(one)) : [];
    return {
      kind: "List",
      apiVersion: "v1",
      metadata,
      items: kind === "pods" && name === undefined ? PODS : items,
    };
  }
}

const PODS = ["api-1", "api-2"].map((name) => ({
  metadata: { name, labels: { "app.kubernetes.io/name": "api" } },
  spec: { containers: [{ name: "main" }] },
}));
