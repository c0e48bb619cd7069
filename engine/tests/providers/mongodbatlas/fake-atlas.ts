import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Json = { [key: string]: unknown };

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly version: string;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

type Handler = (call: SeenCall, ...parts: string[]) => Answer;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly version: string;
  readonly handle: Handler;
}

const ok = (body: unknown = {}, status = 200): Answer => ({ status, body });

export function refusal(
  status: number,
  errorCode: string,
  detail = "",
  parameters: readonly string[] = [],
): Answer {
  return { status, body: { error: status, errorCode, detail, parameters, reason: "Refused" } };
}

export const PROJECT_ID = "5f00000000000000000000aa";

/**
 * A small, strict Admin API: the routes that the adapter calls, each with its version; anything else is answered with
 * 501 and noted. Clusters become ready after some looks at them.
 */
export class FakeAtlas {
  readonly calls: SeenCall[] = [];
  readonly unknown: string[] = [];
  /** Answers in place of the routes; undefined lets a call pass. */
  intercept: (call: SeenCall) => Answer | undefined = () => undefined;
  /** How often a cluster is looked at before it is ready, or gone. */
  looks = 1;
  login: "digest" | "bearer" = "bearer";
  readonly projects = new Map<string, Json>();
  readonly parts = new Map<string, Json>();
  readonly users = new Map<string, Json>();
  readonly entries = new Map<string, Json>();
  readonly clusters = new Map<string, Json>();
  readonly processArguments = new Map<string, Json>();
  private readonly left = new Map<string, number>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  called(method: string, end: string): SeenCall[] {
    return this.calls.filter((call) => call.method === method && call.path.endsWith(end));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://fake");
    const media = /^application\/vnd\.atlas\.(.+)\+json$/.exec(request.headers.accept ?? "");
    const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
    const call: SeenCall = {
      method: request.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      version: media?.[1] ?? "",
      body: text === "" ? undefined : isForm ? text : JSON.parse(text),
      headers: request.headers,
    };
    const { status, body, headers = {} } = this.answer(call);
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(body === undefined || status === 204 ? "" : JSON.stringify(body));
  }

  private answer(call: SeenCall): Answer {
    if (call.path === "/api/oauth/token") return this.issueToken(call);
    const refused = this.login === "digest" ? this.checkDigest(call) : this.checkBearer(call);
    if (refused !== undefined) return refused;
    this.calls.push(call);
    const intercepted = this.intercept(call);
    if (intercepted !== undefined) return intercepted;
    for (const route of this.routes) {
      const match = route.method === call.method ? route.pattern.exec(call.path) : null;
      if (match === null) continue;
      if (call.version !== route.version) return this.notServed(call, 406);
      return route.handle(call, ...match.slice(1).map(decodeURIComponent));
    }
    return this.notServed(call, 501);
  }

  private notServed(call: SeenCall, status: number): Answer {
    this.unknown.push(`${status} ${call.method} ${call.path} ${call.version}`);
    return { status, body: { errorCode: "UNKNOWN", detail: "the fake does not know this" } };
  }

  tokens = 0;

  private issueToken(call: SeenCall): Answer {
    const proof = Buffer.from("client:good").toString("base64");
    if (call.headers.authorization !== `Basic ${proof}` || call.body !== "grant_type=client_credentials") {
      return { status: 401, body: { error: "invalid_client" } };
    }
    this.tokens += 1;
    return ok({ access_token: "good", expires_in: 3600 });
  }

  private checkBearer(call: SeenCall): Answer | undefined {
    return call.headers.authorization === "Bearer good" ? undefined : refusal(401, "UNAUTHORIZED");
  }

  nonce = "n1";

  private checkDigest(call: SeenCall): Answer | undefined {
    const fields = new Map(
      [...(call.headers.authorization ?? "").matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(
        ([, name, a, b]) => [name, a ?? b],
      ),
    );
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const query = call.query.size === 0 ? "" : `?${call.query}`;
    const uri = `${call.path}${query}`;
    const [count, clientNonce] = [fields.get("nc"), fields.get("cnonce")];
    const proof = md5(
      `${md5("public:MMS Public API:private")}:${this.nonce}:${count}:${clientNonce}:auth:${md5(`${call.method}:${uri}`)}`,
    );
    if (fields.get("response") === proof && fields.get("uri") === uri) return undefined;
    const challenge = `Digest realm="MMS Public API", domain="", nonce="${this.nonce}", algorithm=MD5, qop="auth", opaque="o", stale=false`;
    return { ...refusal(401, "UNAUTHORIZED"), headers: { "WWW-Authenticate": challenge } };
  }

  private readonly routes: readonly Route[] = [
    ...this.projectRoutes(),
    ...this.accessRoutes(),
    ...this.clusterRoutes(),
  ];

  private projectRoutes(): Route[] {
    const version = "2023-01-01";
    const route = (method: string, end: string, handle: Handler): Route => ({
      method,
      pattern: new RegExp(`^/api/atlas/v2/groups${end}$`),
      version,
      handle,
    });
    const found = (id: string, give: (project: Json) => Answer): Answer => {
      const project = this.projects.get(id);
      return project === undefined ? refusal(404, "GROUP_NOT_FOUND", `no ${id}`, [id]) : give(project);
    };
    const part = (id: string, name: string): Json => this.parts.get(`${id}/${name}`) ?? {};
    const id = "/([^/]+)";
    return [
      route("POST", "", ({ body }) => {
        const project = {
          ...(body as Json),
          id: PROJECT_ID,
          clusterCount: 0,
          created: "2026-01-01T00:00:00Z",
        };
        if ([...this.projects.values()].some(({ name }) => name === (body as Json)["name"])) {
          return refusal(409, "GROUP_ALREADY_EXISTS", "the name is taken", ["corpus"]);
        }
        this.projects.set(PROJECT_ID, project);
        return ok(project);
      }),
      route("GET", "/byName/([^/]+)", (_, wanted) => {
        const project = [...this.projects.values()].find(({ name }) => name === wanted);
        return project === undefined ? refusal(404, "GROUP_NOT_FOUND") : ok(project);
      }),
      route("GET", id, (_, project = "") => found(project, (body) => ok(body))),
      route("PATCH", id, ({ body }, project = "") => found(project, (live) => ok(Object.assign(live, body)))),
      route("DELETE", id, (_, project = "") =>
        found(project, () => {
          this.projects.delete(project);
          return ok(undefined, 204);
        }),
      ),
      route("GET", `${id}/settings`, (_, project = "") =>
        ok({ isDataExplorerEnabled: true, ...part(project, "settings") }),
      ),
      route("PATCH", `${id}/settings`, ({ body }, project = "") => {
        this.parts.set(`${project}/settings`, body as Json);
        return ok(body);
      }),
      route("GET", `${id}/managedSlowMs`, (_, project = "") => ok(part(project, "slow")["on"] === true)),
      route("POST", `${id}/managedSlowMs/enable`, (_, project = "") => {
        this.parts.set(`${project}/slow`, { on: true });
        return ok(undefined, 204);
      }),
      route("DELETE", `${id}/managedSlowMs/disable`, (_, project = "") => {
        this.parts.delete(`${project}/slow`);
        return ok(undefined, 204);
      }),
      route("GET", `${id}/ipAddresses`, () =>
        ok({ services: { clusters: [{ clusterName: "c", inbound: ["192.0.2.1"], outbound: [] }] } }),
      ),
      route("GET", `${id}/teams`, (_, project = "") =>
        ok({ results: Object.values(part(project, "teams")) }),
      ),
      route("POST", `${id}/teams`, ({ body }, project = "") => {
        const added = (body as Json[]).map((team) => [team["teamId"], { ...team, links: [] }] as const);
        this.parts.set(`${project}/teams`, { ...part(project, "teams"), ...Object.fromEntries(added) });
        return ok({});
      }),
      route("PATCH", `${id}/teams/([^/]+)`, ({ body }, project = "", team = "") => {
        this.parts.set(`${project}/teams`, { ...part(project, "teams"), [team]: body });
        return ok({});
      }),
      route("DELETE", `${id}/teams/([^/]+)`, (_, project = "", team = "") => {
        const { [team]: __, ...kept } = part(project, "teams");
        this.parts.set(`${project}/teams`, kept);
        return ok(undefined, 204);
      }),
      route("GET", `${id}/limits`, (_, project = "") =>
        ok([{ name: "other", value: 1 }, ...Object.values(part(project, "limits"))]),
      ),
      route("PATCH", `${id}/limits/([^/]+)`, ({ body }, project = "", limit = "") => {
        const live = { ...(body as Json), currentUsage: 0, defaultLimit: 1, maximumLimit: 9 };
        this.parts.set(`${project}/limits`, { ...part(project, "limits"), [limit]: live });
        return ok(live);
      }),
      route("DELETE", `${id}/limits/([^/]+)`, (_, project = "", limit = "") => {
        const { [limit]: __, ...kept } = part(project, "limits");
        this.parts.set(`${project}/limits`, kept);
        return ok(undefined, 204);
      }),
    ];
  }

  private accessRoutes(): Route[] {
    const version = "2023-01-01";
    const route = (method: string, end: string, handle: Handler): Route => ({
      method,
      pattern: new RegExp(`^/api/atlas/v2/groups/([^/]+)/${end}$`),
      version,
      handle,
    });
    const stored = (all: Map<string, Json>, key: string, give: (live: Json) => Answer): Answer => {
      const live = all.get(key);
      return live === undefined ? refusal(404, "NOT_FOUND", key) : give(live);
    };
    const user = "databaseUsers/([^/]+)/([^/]+)";
    const withoutPassword = ({ password: _, ...rest }: Json): Json => rest;
    return [
      route("POST", "databaseUsers", ({ body }) => {
        const { databaseName, username } = body as { databaseName: string; username: string };
        this.users.set(`${databaseName}/${username}`, body as Json);
        return ok(withoutPassword(body as Json), 201);
      }),
      route("GET", user, (_, __, database, name) =>
        stored(this.users, `${database}/${name}`, (live) => ok(withoutPassword(live))),
      ),
      route("PATCH", user, ({ body }, _, database, name) =>
        stored(this.users, `${database}/${name}`, (live) => ok(withoutPassword(Object.assign(live, body)))),
      ),
      route("DELETE", user, (_, __, database, name) =>
        stored(this.users, `${database}/${name}`, () => {
          this.users.delete(`${database}/${name}`);
          return ok(undefined, 204);
        }),
      ),
      route("POST", "accessList", ({ body }, groupId) => {
        for (const entry of body as Json[]) {
          const key = String(entry["cidrBlock"] ?? entry["awsSecurityGroup"] ?? entry["ipAddress"]);
          this.entries.set(key, { ...entry, groupId });
          this.left.set(key, this.looks);
        }
        return ok({ results: [] });
      }),
      route("GET", "accessList/([^/]+)", (_, __, key = "") => {
        const left = this.left.get(key) ?? 0;
        this.left.set(key, left - 1);
        return left > 0 ? refusal(404, "NOT_YET") : stored(this.entries, key, ok);
      }),
      route("DELETE", "accessList/([^/]+)", (_, __, key = "") =>
        stored(this.entries, key, () => {
          this.entries.delete(key);
          return ok(undefined, 204);
        }),
      ),
    ];
  }

  private clusterRoutes(): Route[] {
    const route = (method: string, end: string, version: string, handle: Handler): Route => ({
      method,
      pattern: new RegExp(`^/api/atlas/v2/groups/([^/]+)/${end}$`),
      version,
      handle,
    });
    const make =
      (status: number): Handler =>
      ({ body }, groupId) => {
        const { name } = body as { name: string };
        if (this.clusters.has(name))
          return refusal(400, "DUPLICATE_CLUSTER_NAME", `${name} is there`, [name]);
        this.clusters.set(
          name,
          this.decorate({ ...(body as Json), groupId, id: "5f00000000000000000000cc" }),
        );
        return this.begin(name, "CREATING", status);
      };
    const look: Handler = (_, __, name = "") => this.look(name);
    const change: Handler = ({ body }, _, name = "") => {
      const cluster = this.clusters.get(name);
      if (cluster === undefined) return refusal(404, "CLUSTER_NOT_FOUND", name, [name]);
      Object.assign(cluster, body);
      return this.begin(name, "UPDATING", 200);
    };
    const drop: Handler = (_, __, name = "") =>
      this.clusters.has(name)
        ? this.begin(name, "DELETING", 202)
        : refusal(404, "CLUSTER_NOT_FOUND", name, [name]);
    const named = "clusters/([^/:]+)";
    return [
      route("GET", "clusters", "2024-08-05", () => ok({ results: [...this.clusters.values()] })),
      route("POST", "clusters", "2024-10-23", make(201)),
      route("GET", named, "2024-08-05", look),
      route("PATCH", named, "2024-10-23", change),
      route("DELETE", named, "2023-02-01", drop),
      route("GET", `${named}/processArgs`, "2024-08-05", (_, __, name = "") =>
        ok({
          javascriptEnabled: true,
          minimumEnabledTlsProtocol: "TLS1_2",
          ...this.processArguments.get(name),
        }),
      ),
      route("PATCH", `${named}/processArgs`, "2024-08-05", ({ body }, _, name = "") => {
        this.processArguments.set(name, { ...this.processArguments.get(name), ...(body as Json) });
        return this.begin(name, "UPDATING", 200);
      }),
      route("POST", `${named}:pinFeatureCompatibilityVersion`, "2024-05-30", ({ body }, _, name = "") => {
        const cluster = this.clusters.get(name) ?? {};
        cluster["featureCompatibilityVersion"] = "8.0";
        cluster["featureCompatibilityVersionExpirationDate"] = (body as Json)["expirationDate"];
        return this.begin(name, "UPDATING", 204);
      }),
      route("POST", `${named}:unpinFeatureCompatibilityVersion`, "2024-05-30", (_, __, name = "") => {
        delete this.clusters.get(name)?.["featureCompatibilityVersionExpirationDate"];
        return this.begin(name, "UPDATING", 204);
      }),
      route("GET", "containers", "2023-01-01", ({ query }) =>
        ok({
          results: [
            { id: `container-${query.get("providerName")}`, regionName: "EU_WEST_1", region: "EUROPE_NORTH" },
          ],
        }),
      ),
      route("POST", "flexClusters", "2024-11-13", make(201)),
      route("GET", "flexClusters/([^/]+)", "2024-11-13", look),
      route("PATCH", "flexClusters/([^/]+)", "2024-11-13", change),
      route("DELETE", "flexClusters/([^/]+)", "2024-11-13", drop),
    ];
  }

  private decorate(cluster: Json): Json {
    const specs = (cluster["replicationSpecs"] ?? []) as { regionConfigs: Json[] }[];
    const zoned = specs.map((spec, index) => ({
      id: `spec-${index}`,
      zoneId: `zone-${index}`,
      ...spec,
      regionConfigs: spec.regionConfigs.map((config) => ({
        analyticsSpecs: { instanceSize: "M10", nodeCount: 0 },
        ...config,
        electableSpecs: { diskIOPS: 3000, diskSizeGB: 10, ...(config["electableSpecs"] as Json) },
      })),
    }));
    const settings = (cluster["providerSettings"] ?? {}) as Json;
    return {
      backupEnabled: false,
      biConnector: { enabled: false, readPreference: "secondary" },
      connectionStrings: { standard: "mongodb://c", standardSrv: "mongodb+srv://c" },
      encryptionAtRestProvider: "NONE",
      mongoDBMajorVersion: "8.0",
      mongoDBVersion: "8.0.4",
      versionReleaseSystem: "LTS",
      ...cluster,
      providerSettings: { diskSizeGB: 5, providerName: "FLEX", ...settings },
      replicationSpecs: zoned,
    };
  }

  private begin(name: string, stateName: string, status: number): Answer {
    const cluster = this.clusters.get(name) ?? {};
    cluster["stateName"] = stateName;
    this.left.set(name, this.looks);
    return ok(status === 204 ? undefined : { ...cluster }, status);
  }

  private look(name: string): Answer {
    const cluster = this.clusters.get(name);
    if (cluster === undefined) return refusal(404, "CLUSTER_NOT_FOUND", `No cluster named ${name}`, [name]);
    const left = this.left.get(name) ?? 0;
    this.left.set(name, left - 1);
    if (left > 0) return ok({ ...cluster });
    if (cluster["stateName"] === "DELETING") {
      this.clusters.delete(name);
      return refusal(404, "CLUSTER_NOT_FOUND", `No cluster named ${name}`, [name]);
    }
    cluster["stateName"] = "IDLE";
    return ok({ ...cluster });
  }
}
