import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { applyFields, ConflictError, type Json, removeOwned, updateFields } from "./fake-apply.ts";

type Kinds = { readonly [kind: string]: readonly [plural: string, namespaced: boolean] };

const KINDS: { readonly [root: string]: Kinds } = {
  "/api/v1": {
    Event: ["events", true],
    ConfigMap: ["configmaps", true],
    Namespace: ["namespaces", false],
    PersistentVolume: ["persistentvolumes", false],
    PersistentVolumeClaim: ["persistentvolumeclaims", true],
    Pod: ["pods", true],
    ReplicationController: ["replicationcontrollers", true],
    ResourceQuota: ["resourcequotas", true],
    Secret: ["secrets", true],
    Service: ["services", true],
  },
  "/apis/apps/v1": {
    DaemonSet: ["daemonsets", true],
    Deployment: ["deployments", true],
    StatefulSet: ["statefulsets", true],
  },
  "/apis/batch/v1": { Job: ["jobs", true] },
  "/apis/discovery.k8s.io/v1": { EndpointSlice: ["endpointslices", true] },
  "/apis/networking.k8s.io/v1": { Ingress: ["ingresses", true] },
  "/apis/storage.k8s.io/v1": { StorageClass: ["storageclasses", false] },
  "/apis/apiextensions.k8s.io/v1": { CustomResourceDefinition: ["customresourcedefinitions", false] },
};

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: unknown;
}

interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: PropertyMap;
  /** Seconds after which to ask again. */
  readonly retryAfter?: number;
}

/**
 * A small, strict Kubernetes API server: discovery, create, get, list, replace, server-side apply with managers and
 * conflicts, dry runs, JSON patches of metadata, deletes and watches. What it does not know it answers with 501.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  readonly unknown: string[] = [];
  /** Runs after each change of an object: the controllers. It may change the object. */
  controller: (object: Json, path: string) => void = () => undefined;
  /** Refuses a request; undefined lets it pass. */
  refuse: (request: SeenRequest) => Refusal | undefined = () => undefined;
  warning = "";
  /** Deleted objects stay until they are asked for so often. */
  lingers = 0;
  private readonly kinds = new Map(Object.entries(KINDS).map(([root, kinds]) => [root, { ...kinds }]));
  private readonly objects = new Map<string, Json>();
  private readonly leaving = new Map<string, number>();
  private readonly watchers = new Set<{ readonly path: string; readonly response: ServerResponse }>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));
  private version = 1;

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get kubeconfig(): string {
    const { port } = this.server.address() as AddressInfo;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "fake",
      contexts: [
        { name: "fake", context: { cluster: "fake", user: "fake", namespace: "work" } },
        { name: "other", context: { cluster: "fake", user: "fake", namespace: "elsewhere" } },
      ],
      clusters: [
        { name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
        { name: "away", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } },
      ],
      users: [{ name: "fake", user: { token: "fake-token" } }],
    });
  }

  define(root: string, kinds: Kinds): void {
    this.kinds.set(root, { ...this.kinds.get(root), ...kinds });
  }

  find(path: string): Json | undefined {
    return this.objects.get(path);
  }

  get(path: string): Json {
    const object = this.objects.get(path);
    if (object === undefined) throw new Error(`nothing at ${path}`);
    return object;
  }

  /** Puts an object there, as somebody else would. */
  put(path: string, object: Json): void {
    this.store(path, structuredClone(object), "somebody", "Update");
  }

  /** Changes an object as a controller does, and tells the watchers. */
  change(path: string, change: (object: Json) => void): void {
    const object = this.get(path);
    change(object);
    this.touch(path, object, "MODIFIED");
  }

  private store(path: string, object: Json, manager: string, operation: "Apply" | "Update"): Json {
    const before = this.objects.get(path);
    const metadata = object["metadata"] as Json;
    metadata["uid"] ??= `uid-${this.version}`;
    metadata["creationTimestamp"] ??= "2026-01-01T00:00:00Z";
    metadata["generation"] = Number((before?.["metadata"] as Json | undefined)?.["generation"] ?? 0) + 1;
    updateFields(object, manager, operation);
    this.objects.set(path, object);
    this.touch(path, object, before === undefined ? "ADDED" : "MODIFIED");
    this.controller(object, path);
    return object;
  }

  private touch(path: string, object: Json, type: string): void {
    this.version += 1;
    (object["metadata"] as Json)["resourceVersion"] = String(this.version);
    const line = `${JSON.stringify({ type, object })}\n`;
    for (const watcher of this.watchers) if (path === watcher.path) watcher.response.write(line);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://fake");
    const text = Buffer.concat(chunks).toString();
    const seen: SeenRequest = {
      method: request.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      contentType: request.headers["content-type"] ?? "",
      body: text === "" ? undefined : JSON.parse(text),
    };
    this.requests.push(seen);
    if (this.warning !== "") response.setHeader("Warning", `299 - "${this.warning}"`);
    if (request.headers.authorization !== "Bearer fake-token") {
      return send(response, refusal({ code: 401, reason: "Unauthorized", message: "Unauthorized" }));
    }
    const refused = this.refuse(seen);
    if (refused?.retryAfter !== undefined) response.setHeader("Retry-After", String(refused.retryAfter));
    if (refused !== undefined) return send(response, refusal(refused));
    if (seen.query.get("watch") === "true") return this.watch(seen, response);
    send(response, this.answer(seen));
  }

  private answer(seen: SeenRequest): Answer {
    if (seen.path === "/openapi/v2") return { code: 200, body: { swagger: "2.0" } };
    const kinds = this.kinds.get(seen.path);
    if (kinds !== undefined) return { code: 200, body: resourceList(kinds) };
    const place = this.placeOf(seen.path);
    if (place === undefined) return this.notServed(seen);
    if (place.name === undefined) return this.answerCollection(seen);
    return this.answerObject(seen);
  }

  private notServed(seen: SeenRequest): Answer {
    if (seen.method === "GET" && /^\/apis\/[^/]+\/[^/]+$/.test(seen.path)) {
      return refusal({
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource",
      });
    }
    this.unknown.push(`${seen.method} ${seen.path}`);
    return { code: 501, body: { message: `the fake does not know ${seen.method} ${seen.path}` } };
  }

  private placeOf(path: string): { readonly name: string | undefined } | undefined {
    for (const [root, kinds] of this.kinds) {
      if (!path.startsWith(`${root}/`)) continue;
      const parts = path.slice(root.length + 1).split("/");
      const inNamespace = parts[0] === "namespaces" && parts.length > 2;
      const [plural = "", name, ...rest] = inNamespace ? parts.slice(2) : parts;
      const known = Object.values(kinds).find(([each]) => each === plural);
      if (known !== undefined && known[1] === inNamespace && rest.length === 0) return { name };
    }
    return undefined;
  }

  private answerCollection(seen: SeenRequest): Answer {
    if (seen.method === "GET") {
      const wanted = (seen.query.get("labelSelector") ?? "").split(",").map((pair) => pair.split("="));
      const fields = seen.query.get("fieldSelector") ?? "";
      const items = [...this.objects]
        .filter(([path]) => path.startsWith(`${seen.path}/`))
        .map(([, object]) => object)
        .filter((object) => {
          const labels = ((object["metadata"] as Json)["labels"] ?? {}) as Json;
          const isOfType = !fields.includes("type=Warning") || object["type"] === "Warning";
          return isOfType && wanted.every(([name = "", value]) => name === "" || labels[name] === value);
        });
      return { code: 200, body: { kind: "List", items } };
    }
    if (seen.method !== "POST") return this.notServed(seen);
    const object = structuredClone(seen.body) as Json;
    const name = String((object["metadata"] as Json)["name"]);
    const path = `${seen.path}/${name}`;
    if (this.objects.has(path)) {
      return refusal({ code: 409, reason: "AlreadyExists", message: `"${name}" already exists` });
    }
    return this.finish(seen, path, object, "Update", 201);
  }

  private answerObject(seen: SeenRequest): Answer {
    const live = this.objects.get(seen.path);
    if (seen.method === "PATCH" && seen.contentType === "application/apply-patch+yaml")
      return this.apply(seen, live);
    if (live === undefined) return notFound(seen.path);
    if (seen.method === "GET") return this.read(seen.path, live);
    if (seen.method === "DELETE") return this.delete(seen.path, live);
    if (seen.method === "PUT") {
      if (!isCurrent(live, versionOf(seen.body as Json))) return overtaken(seen.path);
      return this.finish(seen, seen.path, structuredClone(seen.body) as Json, "Update", 200);
    }
    if (seen.contentType !== "application/json-patch+json") return this.notServed(seen);
    const changes = seen.body as { path: string; value: unknown }[];
    const expected = changes.find(({ path }) => path === "/metadata/resourceVersion")?.value;
    if (!isCurrent(live, expected)) return overtaken(seen.path);
    for (const { path, value } of changes) {
      if (path === "/metadata/managedFields") (live["metadata"] as Json)["managedFields"] = value;
    }
    this.touch(seen.path, live, "MODIFIED");
    return { code: 200, body: live };
  }

  private read(path: string, live: Json): Answer {
    const left = this.leaving.get(path);
    if (left === undefined) return { code: 200, body: live };
    if (left > 0) {
      this.leaving.set(path, left - 1);
      return { code: 200, body: live };
    }
    this.leaving.delete(path);
    this.objects.delete(path);
    return notFound(path);
  }

  private delete(path: string, live: Json): Answer {
    if (this.lingers > 0) this.leaving.set(path, this.lingers);
    else this.objects.delete(path);
    return { code: 200, body: live };
  }

  private apply(seen: SeenRequest, live: Json | undefined): Answer {
    const manager = seen.query.get("fieldManager") ?? "";
    const body = seen.body as Json;
    try {
      const merged = applyFields(structuredClone(live ?? {}), body, {
        manager,
        force: seen.query.get("force") === "true",
      });
      removeOwned(merged, body, manager);
      return this.finish(seen, seen.path, merged, "Apply", 200);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return refusal({ code: 409, reason: "Conflict", message: error.message });
    }
  }

  private finish(
    seen: SeenRequest,
    path: string,
    object: Json,
    operation: "Apply" | "Update",
    code: number,
  ): Answer {
    if (seen.query.get("dryRun") === "All") return { code, body: { ...object, status: {} } };
    const manager = seen.query.get("fieldManager") ?? "";
    const applied = operation === "Apply" ? (seen.body as Json) : object;
    const stored = this.store(path, object, "", operation);
    updateFields(stored, manager, operation, applied);
    return { code, body: stored };
  }

  private watch(seen: SeenRequest, response: ServerResponse): void {
    const name = (seen.query.get("fieldSelector") ?? "").replace("metadata.name=", "");
    const watcher = { path: `${seen.path}/${name}`, response };
    response.writeHead(200, { "Content-Type": "application/json" });
    const live = this.objects.get(watcher.path);
    const version = Number((live?.["metadata"] as Json | undefined)?.["resourceVersion"] ?? 0);
    // What changed in between is told at once.
    if (version > Number(seen.query.get("resourceVersion"))) {
      response.end(`${JSON.stringify({ type: "MODIFIED", object: live })}\n`);
      return;
    }
    response.flushHeaders();
    // One that is on its way out is news at once.
    if (this.leaving.has(watcher.path)) return void response.end();
    this.watchers.add(watcher);
    response.on("close", () => this.watchers.delete(watcher));
  }
}

interface Answer {
  readonly code: number;
  readonly body: unknown;
}

function refusal({ code, reason, message, details }: Refusal): Answer {
  return { code, body: { kind: "Status", status: "Failure", code, reason, message, details } };
}

function notFound(path: string): Answer {
  return refusal({ code: 404, reason: "NotFound", message: `"${path.split("/").at(-1)}" not found` });
}

function versionOf(object: Json): unknown {
  return (object["metadata"] as Json)["resourceVersion"];
}

function isCurrent(live: Json, expected: unknown): boolean {
  return expected === undefined || expected === versionOf(live);
}

function overtaken(path: string): Answer {
  const message = `"${path.split("/").at(-1)}": the object has been modified; please apply your changes to the latest version and try again`;
  return refusal({ code: 409, reason: "Conflict", message });
}

function resourceList(kinds: Kinds): unknown {
  const resources = Object.entries(kinds).flatMap(([kind, [name, namespaced]]) => [
    { name, kind, namespaced },
    { name: `${name}/status`, kind, namespaced },
  ]);
  return { kind: "APIResourceList", resources };
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
