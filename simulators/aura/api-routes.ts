import type { FastifyInstance, FastifyRequest } from "fastify";
import { createBody, overwriteBody, parseBody, patchBody } from "./bodies.ts";
import type { AuraCloud } from "./cloud.ts";
import { type Spoiled, spoilOf } from "./faults.ts";
import { toCreated, toDetail, toRow, toSnapshot, toTenant } from "./views.ts";

interface ById {
  Params: { id: string };
}

interface BySnapshot {
  Params: { id: string; snapshot: string };
}

interface OfTenant {
  Querystring: { tenantId?: string };
}

const ACCEPTED = 202;

const spoiled = (request: FastifyRequest): Spoiled | undefined => spoilOf(request.fault);

/** The routes of the Aura API v1. `look` is called before an object that changes is told. */
export function addApiRoutes(app: FastifyInstance, cloud: AuraCloud, look: () => void): void {
  addTenants(app, cloud);
  addInstances(app, cloud, look);
  addActions(app, cloud);
  addSnapshots(app, cloud, look);
}

function addTenants(app: FastifyInstance, cloud: AuraCloud): void {
  app.get("/v1/tenants", () => ({ data: cloud.state.tenants.map(({ id, name }) => ({ id, name })) }));
  app.get<ById>("/v1/tenants/:id", ({ params }) => ({ data: toTenant(cloud.getTenant(params.id)) }));
  app.get<OfTenant>("/v1/customer-managed-keys", ({ query }) => ({
    data: cloud.state.keys.filter(({ tenant_id }) => (query.tenantId ?? tenant_id) === tenant_id),
  }));
}

function addInstances(app: FastifyInstance, cloud: AuraCloud, look: () => void): void {
  app.get<OfTenant>("/v1/instances", ({ query }) => ({
    data: cloud.state.instances
      .filter(({ tenant_id }) => (query.tenantId ?? tenant_id) === tenant_id)
      .map(toRow),
  }));
  app.post("/v1/instances", (request, reply) => {
    const instance = cloud.create(parseBody(createBody, request.body), spoiled(request));
    return reply.code(ACCEPTED).send({ data: toCreated(instance) });
  });
  app.get<ById>("/v1/instances/:id", ({ params }) => {
    look();
    return { data: toDetail(cloud.getInstance(params.id)) };
  });
  app.patch<ById>("/v1/instances/:id", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    cloud.update(instance, parseBody(patchBody, request.body), spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
  app.delete<ById>("/v1/instances/:id", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    cloud.delete(instance, spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
}

function addActions(app: FastifyInstance, cloud: AuraCloud): void {
  app.post<ById>("/v1/instances/:id/pause", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    cloud.pause(instance, spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
  app.post<ById>("/v1/instances/:id/resume", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    cloud.resume(instance, spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
  app.post<ById>("/v1/instances/:id/overwrite", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    cloud.overwrite(instance, parseBody(overwriteBody, request.body), spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
}

function addSnapshots(app: FastifyInstance, cloud: AuraCloud, look: () => void): void {
  app.get<ById>("/v1/instances/:id/snapshots", ({ params }) => {
    const instance = cloud.getInstance(params.id);
    return { data: instance.snapshots.map((snapshot) => toSnapshot(instance, snapshot)) };
  });
  app.post<ById>("/v1/instances/:id/snapshots", (request, reply) => {
    const snapshot = cloud.takeSnapshot(cloud.getInstance(request.params.id), spoiled(request));
    return reply.code(ACCEPTED).send({ data: { snapshot_id: snapshot.snapshot_id } });
  });
  app.get<BySnapshot>("/v1/instances/:id/snapshots/:snapshot", ({ params }) => {
    look();
    const instance = cloud.getInstance(params.id);
    return { data: toSnapshot(instance, cloud.getSnapshot(instance, params.snapshot)) };
  });
  app.post<BySnapshot>("/v1/instances/:id/snapshots/:snapshot/restore", (request, reply) => {
    const instance = cloud.getInstance(request.params.id);
    const snapshot = cloud.getSnapshot(instance, request.params.snapshot);
    cloud.restore(instance, snapshot, spoiled(request));
    return reply.code(ACCEPTED).send({ data: toDetail(instance) });
  });
}
