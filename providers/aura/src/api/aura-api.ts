import type { z } from "zod";
import { AuraError } from "./aura-error.ts";
import type { AuraHttp, Request } from "./aura-http.ts";
import {
  answers,
  type CreatedInstance,
  type InstanceOrder,
  type InstanceRow,
  type LiveInstance,
  type LiveSnapshot,
  type Tenant,
} from "./aura-objects.ts";
import type { Limit } from "./deadline.ts";

/** The calls of the Aura API v1 that the provider makes. */
export class AuraApi {
  private readonly http: AuraHttp;

  constructor(http: AuraHttp) {
    this.http = http;
  }

  async getTenant(id: string, limit: Limit): Promise<Tenant> {
    return (await this.read(answers.tenant, `/tenants/${encodeURIComponent(id)}`, limit)).data;
  }

  async listInstances(tenantId: string, limit: Limit): Promise<InstanceRow[]> {
    const path = `/instances?tenantId=${encodeURIComponent(tenantId)}`;
    const { data } = await this.read(answers.rows, path, limit);
    return data.filter(({ tenant_id }) => tenant_id === tenantId);
  }

  /** Undefined where there is none. */
  async findInstance(id: string, limit: Limit): Promise<LiveInstance | undefined> {
    return orGone(this.read(answers.instance, instancePath(id), limit).then(({ data }) => data));
  }

  /** Not idempotent: sent twice it makes, and bills, two. */
  async createInstance(order: InstanceOrder, limit: Limit): Promise<CreatedInstance> {
    const answer = await this.http.send({ method: "POST", path: "/instances", body: order }, limit);
    return answers.created.parse(answer).data;
  }

  async updateInstance(id: string, changes: object, limit: Limit): Promise<void> {
    await this.http.send({ method: "PATCH", path: instancePath(id), body: changes }, limit);
  }

  async deleteInstance(id: string, limit: Limit): Promise<void> {
    await orGone(this.http.send({ method: "DELETE", path: instancePath(id) }, limit));
  }

  pauseInstance(id: string, limit: Limit): Promise<void> {
    return this.act(`${instancePath(id)}/pause`, limit);
  }

  resumeInstance(id: string, limit: Limit): Promise<void> {
    return this.act(`${instancePath(id)}/resume`, limit);
  }

  overwriteInstance(id: string, source: { instanceId: string; snapshotId: string }, limit: Limit) {
    const body = { source_instance_id: source.instanceId, source_snapshot_id: source.snapshotId };
    return this.act(`${instancePath(id)}/overwrite`, limit, body);
  }

  restoreSnapshot(id: string, snapshotId: string, limit: Limit): Promise<void> {
    return this.act(`${snapshotPath(id, snapshotId)}/restore`, limit);
  }

  async listSnapshots(id: string, limit: Limit): Promise<LiveSnapshot[]> {
    return (await this.read(answers.snapshots, `${instancePath(id)}/snapshots`, limit)).data;
  }

  /** Undefined where there is none. */
  async findSnapshot(id: string, snapshotId: string, limit: Limit): Promise<LiveSnapshot | undefined> {
    const path = snapshotPath(id, snapshotId);
    return orGone(this.read(answers.snapshot, path, limit).then(({ data }) => data));
  }

  /** @returns the data snapshot's id */
  async takeSnapshot(id: string, limit: Limit): Promise<string> {
    const answer = await this.http.send({ method: "POST", path: `${instancePath(id)}/snapshots` }, limit);
    return answers.takenSnapshot.parse(answer).data.snapshot_id;
  }

  private async read<Schema extends z.ZodType>(schema: Schema, path: string, limit: Limit) {
    return schema.parse(await this.http.send({ method: "GET", path }, limit)) as z.infer<Schema>;
  }

  private async act(path: string, limit: Limit, body?: object): Promise<void> {
    const request: Request = { method: "POST", path, ...(body === undefined ? {} : { body }) };
    await this.http.send(request, limit);
  }
}

function instancePath(id: string): string {
  return `/instances/${encodeURIComponent(id)}`;
}

function snapshotPath(id: string, snapshotId: string): string {
  return `${instancePath(id)}/snapshots/${encodeURIComponent(snapshotId)}`;
}

async function orGone<Value>(call: Promise<Value>): Promise<Value | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof AuraError && error.isGone) return undefined;
    throw error;
  });
}
