import { z } from "zod";
import { type Environment, readAuraAccess } from "../../data/cloud/credentials.ts";
import { VendorApi } from "../../data/cloud/vendor-api.ts";
import type { StackName } from "../../stack-name.ts";
import type { ManagedResource } from "../recorded.ts";
import { textAt } from "./inputs.ts";
import { type LiveReader, type LiveReading, NOTHING_READ, type Sighting, type Trace } from "./live-reader.ts";
import { timeOf } from "./time.ts";

const INSTANCE = "aura:index:Instance";
/** Gone as far as anybody can tell: the engine says so. */
const GOING = "destroying";

const CHANGED: Trace = { what: "changed at Aura, which tells neither who nor when", who: null, when: null };

const rowsSchema = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string(), created_at: z.string().optional() })),
});
const detailSchema = z.object({ data: z.object({ status: z.string() }) });

/** Finds instances that do not run as recorded, and those of the stack that nobody manages. Aura has no log of changes. */
export function auraReader(env: Environment = process.env): LiveReader {
  return {
    name: "Neo4j Aura",
    // The reader itself compares it.
    isPlatformsOwn: (type, property) => type === INSTANCE && property === "status",
    reads: ({ type }) => type.startsWith("aura:"),
    async read(resources, stack) {
      const tenants = Map.groupBy(
        resources.filter(({ type }) => type === INSTANCE),
        ({ inputs, outputs }) => textAt(inputs, "tenantId") || textAt(outputs, "tenantId"),
      );
      const readings = await Promise.all(
        [...tenants].map(([tenant, own]) => {
          const api = new VendorApi(readAuraAccess(env, own[0]?.provider));
          return readTenant(api, { tenant, instances: own, stack });
        }),
      );
      return {
        ...NOTHING_READ,
        sightings: readings.flatMap(({ sightings }) => sightings),
        unmanaged: readings.flatMap(({ unmanaged }) => unmanaged),
        traces: new Map(resources.map(({ urn }) => [urn, () => CHANGED])),
      };
    },
  };
}

interface Asked {
  readonly tenant: string;
  readonly instances: readonly ManagedResource[];
  readonly stack: StackName;
}

async function readTenant(
  api: VendorApi,
  { tenant, instances, stack }: Asked,
): Promise<Pick<LiveReading, "sightings" | "unmanaged">> {
  const path = `v1/instances?${new URLSearchParams({ tenantId: tenant })}`;
  const rows = rowsSchema.parse(await api.call({ method: "GET", path })).data;
  const sightings = await Promise.all(instances.map((instance) => readStatus(api, instance)));
  const known = new Set(instances.map(({ id }) => id));
  // Aura has no labels: what the program names begins with the project and the stack.
  const prefix = `${stack.project}-${stack.stack}-`;
  return {
    sightings: sightings.flat(),
    unmanaged: rows
      .filter(({ id, name }) => !known.has(id) && name.startsWith(prefix))
      .map(({ id, name, created_at }) => ({
        resource: `aura:instance/${id}`,
        name,
        type: INSTANCE,
        component: name.slice(prefix.length),
        trace: {
          what: "made outside of the program; Aura does not tell by whom",
          who: null,
          when: timeOf(created_at),
        },
      })),
  };
}

/** Pausing is what the program can wish for; any other state than running is none of its doing. */
async function readStatus(api: VendorApi, { urn, id, outputs }: ManagedResource): Promise<Sighting[]> {
  const answer = await api.find({ method: "GET", path: `v1/instances/${encodeURIComponent(id)}` });
  if (answer === undefined) return [];
  const { status } = detailSchema.parse(answer).data;
  const recorded = textAt(outputs, "status");
  const sighting = { kind: "changed", resource: urn, trace: CHANGED } as const;
  const isResumed = isPaused(recorded) && ["running", "resuming"].includes(status);
  if (isResumed || (isPaused(status) && !isPaused(recorded))) {
    return [{ ...sighting, property: "desiredState", recorded: toWish(recorded), live: toWish(status) }];
  }
  if (isPaused(status) || [recorded, "running", GOING].includes(status)) return [];
  return [{ ...sighting, property: "status", recorded, live: status }];
}

function isPaused(status: string): boolean {
  return ["paused", "pausing"].includes(status);
}

function toWish(status: string): string {
  return isPaused(status) ? "paused" : "running";
}
