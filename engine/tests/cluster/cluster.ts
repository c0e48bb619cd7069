import https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { inject } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { AdapterLogEntry } from "../../src/providers/adapter-log.ts";
import {
  createKubernetesProvider,
  type KubernetesProviderOptions,
} from "../../src/providers/kubernetes/provider.ts";
import type { Provider } from "../../src/providers/provider.ts";
import {
  fakeHost,
  functionProgram,
  type ProgramApi,
  type ResourceOptions,
  TestStack,
} from "../../src/testing/index.ts";

export interface Json {
  [key: string]: unknown;
}

/** Whether a cluster has what the simulator adds: faults of pods, made-up controllers. */
export const kubeconfig = inject("kubeconfig");

const config = new KubeConfig();
config.loadFromString(kubeconfig);
export const serverUrl = config.getCurrentCluster()?.server ?? "";

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** Calls the API server beside the adapter: as another client would. */
export async function call(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const options: https.RequestOptions = { method, agent: false };
  if (token === undefined) await config.applyToHTTPSOptions(options);
  const authority = config.getCurrentCluster()?.caData ?? "";
  const contentType = Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json";
  const headers = {
    ...(method === "PATCH" ? { "Content-Type": contentType } : { "Content-Type": "application/json" }),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const trust = token === undefined ? {} : { ca: Buffer.from(authority, "base64") };
  return new Promise((resolve, reject) => {
    const request = https.request(
      `${serverUrl}${path}`,
      { ...options, ...trust, headers },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({
          status: response.statusCode ?? 0,
          body: JSON.parse(Buffer.concat(chunks).toString()) as Json,
        });
      },
    );
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** As `call`, for what has to work. */
export async function must(method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What is at a path of keys. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Json | undefined)?.[key], value);
}

let drawn = 0;

/** A namespace of its own, ready for pods. */
export async function createNamespace(labels: { readonly [name: string]: string } = {}): Promise<string> {
  const name = `t-${process.pid}-${Date.now().toString(36)}-${++drawn}`;
  await must("POST", "/api/v1/namespaces", { metadata: { name, labels } });
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  while ((await call("GET", account)).status !== 200) await new Promise((done) => setTimeout(done, 50));
  return name;
}

export function deleteNamespace(name: string): Promise<unknown> {
  return call("DELETE", `/api/v1/namespaces/${name}`);
}

export interface ClusterStack {
  readonly stack: TestStack;
  readonly namespace: string;
  /** Everything that was told or shown, in order. */
  readonly entries: AdapterLogEntry[];
  /** What was shown beside a resource while it was waited for. */
  readonly shown: () => readonly string[];
  readonly told: () => readonly string[];
}

/** A stack in memory whose objects go to a namespace of the cluster. */
export async function createStack(
  settings: { readonly [name: string]: string } = {},
  options: KubernetesProviderOptions & {
    readonly kubeconfig?: string;
    readonly labels?: { [name: string]: string };
  } = {},
): Promise<ClusterStack> {
  const namespace = await createNamespace(options.labels);
  const entries: AdapterLogEntry[] = [];
  let draws = 0;
  const provider = (): Provider => {
    const made = createKubernetesProvider({
      environment: {},
      lookSeconds: 0.5,
      log: (entry) => void entries.push(entry),
      ...options,
    });
    // A test stack's seeds are all the same; names must differ.
    const check: Provider["check"] = (request) =>
      made.check({ ...request, randomSeed: new Uint8Array([++draws]) });
    return { ...made, check };
  };
  const values = { kubeconfig: options.kubeconfig ?? kubeconfig, namespace, ...settings };
  const stack = new TestStack({
    providers: fakeHost({ kubernetes: provider }),
    config: {
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`kubernetes:${key}`, value])),
      secretKeys: [],
    },
  });
  const messages = (ephemeral: boolean) => () =>
    entries
      .filter((entry) => entry.ephemeral === ephemeral && entry.message !== "")
      .map(({ message }) => message);
  return { stack, namespace, entries, shown: messages(true), told: messages(false) };
}

/** `apps/v1` and `Deployment` → the type token. */
export function typeOf(object: PropertyMap): string {
  const apiVersion = String(object["apiVersion"]);
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${String(object["kind"])}`;
}

/** A program of objects, each under the name that it has on the server. */
export function objects(all: readonly PropertyMap[], options: ResourceOptions = {}) {
  return functionProgram(async (program: ProgramApi) => {
    await Promise.all(all.map((object) => program.resource(typeOf(object), nameIn(object), object, options)));
  });
}

function nameIn(object: PropertyMap): string {
  return String(at(object, "metadata", "name") ?? "unnamed");
}

const POD = { containers: [{ name: "app", image: "example.org/app:1" }] };

/** A workload of one replica. */
export function workload(kind: string, name: string, changed: WorkloadChanges = {}): PropertyMap {
  const labels = { app: name };
  const template = {
    metadata: { labels, annotations: changed.podAnnotations ?? {} },
    spec: changed.pod ?? POD,
  };
  const replicas = kind === "DaemonSet" ? {} : { replicas: 1 };
  const service = kind === "StatefulSet" ? { serviceName: name } : {};
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, annotations: changed.annotations ?? {} },
    spec: { ...replicas, ...service, selector: { matchLabels: labels }, template, ...changed.spec },
  };
}

export interface WorkloadChanges {
  readonly annotations?: PropertyMap;
  readonly podAnnotations?: PropertyMap;
  readonly pod?: PropertyMap;
  readonly spec?: PropertyMap;
}

export function job(name: string, changed: WorkloadChanges = {}): PropertyMap {
  const spec = { ...(changed.pod ?? POD), restartPolicy: "Never" };
  const template = { metadata: { annotations: changed.podAnnotations ?? {} }, spec };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, annotations: changed.annotations ?? {} },
    spec: { backoffLimit: 0, template, ...changed.spec },
  };
}

export function configMap(name: string, data: PropertyMap, annotations: PropertyMap = {}): PropertyMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, annotations }, data };
}

/** Every step of a run but those that change nothing. */
export function changesOf({ steps }: { readonly steps: readonly string[] }): readonly string[] {
  return steps.filter((step) => !step.startsWith("same "));
}
