import { randomBytes, randomUUID } from "node:crypto";
import { admitConfiguration, admitCreation } from "./admission.ts";
import type { CreateBody, PatchBody } from "./bodies.ts";
import type { Clock } from "./clock.ts";
import { Refusal } from "./errors.ts";
import type { Spoiled } from "./faults.ts";
import { begin, type Change, settle } from "./machine.ts";
import { type Durations, toGigabytes } from "./rules.ts";
import type { AuraState, DataSnapshot, Instance, InstanceEdit, Tenant } from "./state.ts";

/** The tenants, instances and data snapshots of the simulated account. */
export class AuraCloud {
  readonly state: AuraState;
  private readonly clock: Clock;
  private readonly durations: Durations;

  constructor(state: AuraState, parts: { clock: Clock; durations: Durations }) {
    this.state = state;
    this.clock = parts.clock;
    this.durations = parts.durations;
  }

  /** Brings everything up to the clock. */
  settle(): void {
    this.state.instances = this.state.instances.filter((instance) => settle(instance, this.clock.now()));
  }

  getTenant(id: string): Tenant {
    const tenant = this.state.tenants.find((each) => each.id === id);
    if (tenant === undefined) throw new Refusal("tenant-not-found");
    return tenant;
  }

  getInstance(id: string): Instance {
    const instance = this.state.instances.find((each) => each.id === id);
    if (instance === undefined) throw new Refusal("db-not-found", { message: `There is no database ${id}` });
    return instance;
  }

  getSnapshot(instance: Instance, id: string): DataSnapshot {
    const snapshot = instance.snapshots.find(({ snapshot_id }) => snapshot_id === id);
    if (snapshot === undefined) throw new Refusal("snapshot-not-found");
    return snapshot;
  }

  create(body: CreateBody, spoiled: Spoiled | undefined): Instance {
    const tenant = this.getTenant(body.tenant_id);
    const siblings = this.state.instances.filter(({ tenant_id }) => tenant_id === tenant.id);
    admitCreation(tenant, body, siblings.length);
    this.checkKey(body);
    const source = this.sourceOf(body);
    const instance = this.newInstance(body, source ?? "");
    const isLoading = source !== undefined || spoiled === "loading-failed";
    this.begin(instance, {
      status: "creating",
      to: isLoading ? "loading" : "running",
      ...(isLoading ? { next: this.loading(spoiled) } : {}),
      stuck: spoiled === "stuck",
    });
    this.state.instances.push(instance);
    return instance;
  }

  private loading(spoiled: Spoiled | undefined) {
    const to = spoiled === "loading-failed" ? ("loading failed" as const) : ("running" as const);
    return { status: "loading" as const, seconds: this.durations.loading, to };
  }

  private newInstance(body: CreateBody, contents: string): Instance {
    const { source_instance_id: _instance, source_snapshot_id: _snapshot, ...asked } = body;
    return {
      ...asked,
      id: randomBytes(4).toString("hex"),
      storage: asked.storage ?? `${toGigabytes(asked.memory) * 2}GB`,
      vector_optimized: asked.vector_optimized ?? false,
      graph_analytics_plugin: asked.graph_analytics_plugin ?? false,
      status: "creating",
      created_at: this.clock.iso(),
      password: randomBytes(24).toString("base64url"),
      contents,
      snapshots: [],
    };
  }

  private checkKey({ customer_managed_key_id: id, tenant_id }: CreateBody): void {
    const isKnown = this.state.keys.some((key) => key.id === id && key.tenant_id === tenant_id);
    if (id !== undefined && !isKnown) throw new Refusal("encryption-key-not-found");
  }

  /** Name and options change at once, memory when the change has ended. */
  update(instance: Instance, body: PatchBody, spoiled: Spoiled | undefined): void {
    this.requireStatus(instance, "running");
    const { name, ...changes } = body;
    const { memory = instance.memory, cdc_enrichment_mode = instance.cdc_enrichment_mode } = changes;
    admitConfiguration(this.getTenant(instance.tenant_id), {
      ...instance,
      memory,
      ...(cdc_enrichment_mode === undefined ? {} : { cdc_enrichment_mode }),
    });
    instance.name = name ?? instance.name;
    if (Object.keys(changes).length === 0) return;
    this.begin(instance, { status: "updating", to: "running", changes, stuck: spoiled === "stuck" });
  }

  pause(instance: Instance, spoiled: Spoiled | undefined): void {
    this.requireStatus(instance, "running");
    this.begin(instance, { status: "pausing", to: "paused", stuck: spoiled === "stuck" });
  }

  resume(instance: Instance, spoiled: Spoiled | undefined): void {
    this.requireStatus(instance, "paused");
    this.begin(instance, { status: "resuming", to: "running", stuck: spoiled === "stuck" });
  }

  delete(instance: Instance, spoiled: Spoiled | undefined): void {
    if (instance.status === "destroying") throw new Refusal("ongoing-database-operation");
    this.begin(instance, { status: "destroying", to: "gone", stuck: spoiled === "stuck" });
  }

  overwrite(
    instance: Instance,
    source: { source_instance_id?: string | undefined; source_snapshot_id?: string | undefined },
    spoiled: Spoiled | undefined,
  ): void {
    this.requireStatus(instance, "running", "loading failed");
    const contents = this.sourceOf({ source_instance_id: instance.id, ...source });
    if (Object.keys(source).length === 0)
      throw new Refusal("invalid-request", { field: "source_instance_id" });
    const to = spoiled === "loading-failed" ? "loading failed" : "running";
    this.begin(instance, { status: "overwriting", to, changes: { contents }, stuck: spoiled === "stuck" });
  }

  takeSnapshot(instance: Instance, spoiled: Spoiled | undefined): DataSnapshot {
    this.requireStatus(instance, "running");
    const snapshot: DataSnapshot = {
      snapshot_id: randomUUID(),
      profile: "AdHoc",
      status: "Pending",
      timestamp: this.clock.iso(),
      exportable: true,
      until: spoiled === "stuck" ? null : this.clock.now() + this.durations.snapshot * 1000,
      outcome: spoiled === "snapshot-failed" ? "Failed" : "Completed",
      contents: instance.contents,
    };
    instance.snapshots.unshift(snapshot);
    return snapshot;
  }

  restore(instance: Instance, snapshot: DataSnapshot, spoiled: Spoiled | undefined): void {
    this.requireStatus(instance, "running", "loading failed");
    if (snapshot.status !== "Completed") throw new Refusal("snapshot-not-usable");
    const { contents } = snapshot;
    const to = spoiled === "loading-failed" ? "loading failed" : "running";
    this.begin(instance, { status: "restoring", to, changes: { contents }, stuck: spoiled === "stuck" });
  }

  /** Changes an instance as somebody in the console would. */
  edit(id: string, edit: InstanceEdit): void {
    const instance = this.getInstance(id);
    Object.assign(instance, edit);
    if (edit.status !== undefined) delete instance.transition;
  }

  remove(id: string): void {
    const instance = this.getInstance(id);
    this.state.instances = this.state.instances.filter((each) => each !== instance);
  }

  /** The data of a source; undefined where none is asked for. */
  private sourceOf(body: Pick<CreateBody, "source_instance_id" | "source_snapshot_id">): string | undefined {
    const { source_instance_id: instanceId, source_snapshot_id: snapshotId } = body;
    if (instanceId === undefined) {
      if (snapshotId !== undefined) throw new Refusal("invalid-request", { field: "source_instance_id" });
      return undefined;
    }
    const source = this.getInstance(instanceId);
    if (snapshotId === undefined) return source.contents;
    const snapshot = this.getSnapshot(source, snapshotId);
    if (snapshot.status !== "Completed" || !snapshot.exportable) throw new Refusal("snapshot-not-usable");
    return snapshot.contents;
  }

  private requireStatus(instance: Instance, ...allowed: readonly Instance["status"][]): void {
    if (instance.transition !== undefined) throw new Refusal("ongoing-database-operation");
    if (allowed.includes(instance.status)) return;
    throw new Refusal("invalid-database-state", {
      message: `The database is ${instance.status}; this needs it ${allowed.join(" or ")}`,
    });
  }

  private begin(instance: Instance, change: Change): void {
    begin(instance, change, { now: this.clock.now(), durations: this.durations });
  }
}
