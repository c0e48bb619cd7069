import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../../errors.ts";

/** Where the Admin API is, and who asks. */
export interface AtlasAccess {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Cluster {
  readonly group: string;
  readonly name: string;
  readonly state: string;
  /** Host of its `mongodb+srv://` address. */
  readonly host: string;
}

type Json = { readonly [key: string]: unknown };

const POLL_MS = 200;
const POLLS = 300;

/** Reads what an Atlas organisation really holds, past the engine, and takes and restores its data snapshots. */
export class AtlasOrganisation {
  private readonly access: AtlasAccess;
  private token: string | undefined;

  constructor(access: AtlasAccess) {
    this.access = access;
  }

  /** States of all clusters of all projects. */
  async clusterStates(): Promise<string[]> {
    return (await this.clusters()).map(({ state }) => state);
  }

  /** Address of the store behind the first cluster: the simulator says which stands behind its host name. */
  async storeUrl(): Promise<string> {
    const { host } = await this.cluster();
    const overrides = await this.control("/__sim/overrides");
    const address = overrides[host];
    if (typeof address !== "string") throw new UserError("stage", `no store stands behind ${host}`);
    return `mongodb://${address}`;
  }

  /** Takes a data snapshot of the first cluster. Gives its id. */
  async takeSnapshot(description: string): Promise<string> {
    const { group, name } = await this.cluster();
    const path = `/groups/${group}/clusters/${name}/backup/snapshots`;
    const asked = await this.call("POST", path, {
      version: "2023-01-01",
      body: { description, retentionInDays: 7 },
    });
    const id = String(asked["id"]);
    await this.until(async () => {
      const { status } = await this.call("GET", `${path}/${id}`, { version: "2023-01-01" });
      if (status === "failed") throw new UserError("snapshot-failed", `the data snapshot of ${name} failed`);
      return status === "completed";
    });
    return id;
  }

  /** Puts a data snapshot in the place of what the first cluster holds. */
  async restoreSnapshot(id: string): Promise<void> {
    const { group, name } = await this.cluster();
    const path = `/groups/${group}/clusters/${name}/backup/restoreJobs`;
    const job = await this.call("POST", path, {
      version: "2023-01-01",
      body: { deliveryType: "automated", snapshotId: id, targetClusterName: name, targetGroupId: group },
    });
    await this.until(async () => {
      const { finishedAt, failed } = await this.call("GET", `${path}/${String(job["id"])}`, {
        version: "2023-01-01",
      });
      if (failed === true) throw new UserError("restore-failed", `the restore of ${name} failed`);
      return typeof finishedAt === "string";
    });
    await this.until(async () => (await this.cluster()).state === "IDLE");
  }

  private async cluster(): Promise<Cluster> {
    const [first] = await this.clusters();
    if (first === undefined) throw new UserError("stage", "there is no document cluster");
    return first;
  }

  private async clusters(): Promise<Cluster[]> {
    const groups = await this.list("/groups", "2023-01-01");
    const all = groups.map(async ({ id }) => {
      const clusters = await this.list(`/groups/${String(id)}/clusters`, "2024-08-05");
      return clusters.map((cluster) => toCluster(String(id), cluster));
    });
    return (await Promise.all(all)).flat();
  }

  private async list(path: string, version: string): Promise<Json[]> {
    return ((await this.call("GET", path, { version }))["results"] ?? []) as Json[];
  }

  private async until(done: () => Promise<boolean>): Promise<void> {
    for (let poll = 0; poll < POLLS; poll += 1) {
      if (await done()) return;
      await wait(POLL_MS);
    }
    throw new UserError("stage", `Atlas did not finish within ${(POLLS * POLL_MS) / 1000} s`);
  }

  private async call(method: string, path: string, ask: { version: string; body?: Json }): Promise<Json> {
    this.token ??= await this.authorize();
    const media = `application/vnd.atlas.${ask.version}+json`;
    const response = await fetch(`${this.access.url}/api/atlas/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: media,
        ...(ask.body !== undefined && { "content-type": media }),
      },
      ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
    });
    const answer = (await response.json().catch(() => ({ detail: response.statusText }))) as Json;
    if (!response.ok) {
      throw new UserError(
        "atlas",
        `Atlas answers ${method} ${path} with ${response.status}: ${String(answer["detail"])}`,
      );
    }
    return answer;
  }

  private async authorize(): Promise<string> {
    const { url, clientId, clientSecret } = this.access;
    const response = await fetch(`${url}/api/oauth/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new UserError("atlas", `Atlas hands out no token (${response.status})`);
    return token;
  }

  private async control(path: string): Promise<Json> {
    return (await (await fetch(`${this.access.url}${path}`)).json()) as Json;
  }
}

function toCluster(group: string, cluster: Json): Cluster {
  const { standardSrv } = (cluster["connectionStrings"] ?? {}) as { standardSrv?: string };
  return {
    group,
    name: String(cluster["name"]),
    state: String(cluster["stateName"]),
    host: (standardSrv ?? "").replace("mongodb+srv://", ""),
  };
}
