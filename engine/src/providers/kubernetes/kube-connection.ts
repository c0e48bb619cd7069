import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";
import { UserError } from "../../errors.ts";
import { networkErrorText } from "../network-error.ts";
import { KubeNetworkError } from "./kube-error.ts";
import { chooseContext, findKubeconfig, readKubeconfigText } from "./kubeconfig.ts";
import type { KubernetesSettings } from "./settings.ts";

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

export interface KubeAnswer {
  readonly status: number;
  /** The values of `Warning` headers. */
  readonly warnings: readonly string[];
  /** The header `Retry-After`; empty where there is none. */
  readonly retryAfter: string;
  readonly text: string;
}

/** A way to one API server as one user. */
export interface KubeConnection {
  /** The namespace of the context; "default" where it has none. */
  readonly namespace: string;
  /** @throws KubeNetworkError */
  send(request: KubeRequest): Promise<KubeAnswer>;
  /** Asks without reading what a willing server has to say. @throws KubeNetworkError */
  reach(request: KubeRequest): Promise<KubeAnswer>;
  /** Yields the answer's lines as they come, and ends with the stream; empty where the server refuses. */
  lines(request: KubeRequest): AsyncIterable<string>;
}

/**
 * Reads the kubeconfig and prepares connections; does not call the server.
 * @throws UserError `kubeconfig-invalid`
 */
export async function connect(settings: KubernetesSettings): Promise<KubeConnection> {
  const config = await loadConfig(settings);
  const cluster = config.getCurrentCluster();
  const isFallback = settings.kubeconfig === "" && cluster?.server === FALLBACK_SERVER;
  if (cluster === null || isFallback) throw noCluster();
  const server = cluster.server.replace(/\/+$/, "");
  const open = async (request: KubeRequest): Promise<http.IncomingMessage> => {
    const url = `${server}${request.path}`;
    const options: https.RequestOptions = { method: request.method, headers: headersOf(request) };
    try {
      await config.applyToHTTPSOptions(options);
      return await exchange(url, { ...options, signal: request.signal }, request.body);
    } catch (error) {
      throw new KubeNetworkError(networkErrorText(request.method, url, error), error);
    }
  };
  return {
    namespace: settings.namespace || config.getContextObject(config.currentContext)?.namespace || "default",
    send: async (request) => readAnswer(await open(request)),
    reach: async (request) => {
      const response = await open(request);
      if ((response.statusCode ?? 0) >= 400) return readAnswer(response);
      response.destroy();
      return { status: response.statusCode ?? 0, warnings: [], retryAfter: "", text: "" };
    },
    lines: (request) => readLines(open, request),
  };
}

/** What the library makes of a machine without any configuration. */
const FALLBACK_SERVER = "http://localhost:8080";

async function loadConfig(settings: KubernetesSettings) {
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  if (settings.kubeconfig === "") config.loadFromDefault();
  else config.loadFromString(checkedText(settings.kubeconfig));
  if (settings.context !== "") config.setCurrentContext(settings.context);
  if (settings.cluster !== "") {
    const wanted = config.currentContext;
    config.contexts = config.contexts.map((context) =>
      context.name === wanted ? { ...context, cluster: settings.cluster } : context,
    );
  }
  return config;
}

/** The library takes any text for an empty configuration; a person wants to know what is wrong with it. */
function checkedText(given: string): string {
  const config = findKubeconfig(given);
  if (config === undefined) {
    throw new UserError("kubeconfig-invalid", "the kubeconfig is neither a file nor a YAML or JSON map");
  }
  if (chooseContext(config, { context: "", cluster: "" }).context === undefined && !config["contexts"]) {
    throw noCluster();
  }
  return readKubeconfigText(given);
}

function noCluster(): UserError {
  return new UserError(
    "kubeconfig-invalid",
    "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
  );
}

function headersOf({ body, contentType }: KubeRequest): { [name: string]: string | number } {
  const accept = { Accept: "application/json", "User-Agent": "pulumi-kubernetes" };
  if (body === undefined) return accept;
  const length = Buffer.byteLength(JSON.stringify(body));
  return { ...accept, "Content-Type": contentType ?? "application/json", "Content-Length": length };
}

function exchange(url: string, options: https.RequestOptions, body: unknown): Promise<http.IncomingMessage> {
  return new Promise((settle, fail) => {
    const { request } = url.startsWith("https:") ? https : http;
    const sent = request(url, options, settle);
    sent.on("error", fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<KubeAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const warning = response.headers["warning"];
  return {
    status: response.statusCode ?? 0,
    warnings: warning === undefined ? [] : warning.split(/, (?=\d{3} )/),
    retryAfter: response.headers["retry-after"] ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

async function* readLines(
  open: (request: KubeRequest) => Promise<http.IncomingMessage>,
  request: KubeRequest,
): AsyncIterable<string> {
  const response = await open(request);
  try {
    if (response.statusCode !== 200) return;
    for await (const line of createInterface({ input: response })) yield line;
  } finally {
    response.destroy();
  }
}
