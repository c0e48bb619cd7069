import { onTestFinished } from "vitest";
import { isJson, type Json } from "../json.ts";
import { type AtlasAdmin, type AtlasAdminOptions, startAtlasAdmin } from "../start-atlas-admin.ts";

export interface Reply {
  readonly status: number;
  readonly body: Json;
  /** The body as it came, where it is no object. */
  readonly value: unknown;
  readonly headers: Headers;
}

export type Call = (method: string, path: string, version: string, body?: unknown) => Promise<Reply>;

/** Calls the Admin API as whoever has the header. */
export function callerOf(url: string, authorization: string): Call {
  return async (method, path, version, body) => {
    const media = `application/vnd.atlas.${version}+json`;
    const headers = { Authorization: authorization, Accept: media, "Content-Type": media };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return replyOf(await fetch(`${url}/api/atlas/v2${path}`, init));
  };
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const value: unknown = text === "" ? {} : JSON.parse(text);
  return { status: response.status, body: isJson(value) ? value : {}, value, headers: response.headers };
}

export interface Started {
  readonly atlas: AtlasAdmin;
  readonly call: Call;
  /** A project of its own. */
  readonly groupId: string;
}

/** A simulator with one project, called by the organisation's owner. Calls to what it does not know fail the test. */
export async function start(
  options: AtlasAdminOptions = {},
  { mayBeUnknown = false }: { readonly mayBeUnknown?: boolean } = {},
): Promise<Started> {
  const atlas = await startAtlasAdmin({ pollStep: 0, ...options });
  onTestFinished(async () => {
    await atlas.close();
    if (!mayBeUnknown && atlas.unknownRoutes.length > 0) throw new Error(atlas.unknownRoutes.join("\n"));
  });
  const call = callerOf(atlas.url, `Bearer ${atlas.accessToken}`);
  const project = await call("POST", "/groups", "2023-01-01", {
    name: "trials",
    orgId: atlas.organisationId,
  });
  return { atlas, call, groupId: String(project.body["id"]) };
}

export const region = (more: Json = {}): Json => ({
  providerName: "AWS",
  regionName: "EU_WEST_1",
  priority: 7,
  electableSpecs: { instanceSize: "M10", nodeCount: 3 },
  ...more,
});

export const clusterNamed = (name: string, more: Json = {}): Json => ({
  name,
  clusterType: "REPLICASET",
  replicationSpecs: [{ regionConfigs: [region()] }],
  ...more,
});

export interface ClusterCalls {
  create(name: string, more?: Json): Promise<Reply>;
  get(name: string): Promise<Reply>;
  update(name: string, change: Json): Promise<Reply>;
  remove(name: string, query?: string): Promise<Reply>;
  /** Creates it and lets it become ready. */
  ready(name: string, more?: Json): Promise<Json>;
}

export function clusterCalls({ atlas, call, groupId }: Started): ClusterCalls {
  const path = (name: string) => `/groups/${groupId}/clusters/${name}`;
  const calls: ClusterCalls = {
    create: (name, more) =>
      call("POST", `/groups/${groupId}/clusters`, "2024-10-23", clusterNamed(name, more)),
    get: (name) => call("GET", path(name), "2024-08-05"),
    update: (name, change) => call("PATCH", path(name), "2024-10-23", change),
    remove: (name, query = "") => call("DELETE", `${path(name)}${query}`, "2023-02-01"),
    ready: async (name, more) => {
      const created = await calls.create(name, more);
      if (created.status !== 201) throw new Error(JSON.stringify(created.body));
      await atlas.clock.settle();
      return (await calls.get(name)).body;
    },
  };
  return calls;
}
