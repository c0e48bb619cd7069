import { z } from "zod";
import { type CostRow, HOURS_A_MONTH, type PricedResource, priced, unpriced } from "./cost-row.ts";
import { kibibytesOf, millicoresOf } from "./kubernetes-quantity.ts";
import type { Price, PriceTable } from "./price-table.ts";

type KubernetesPrices = PriceTable["kubernetes"];

const container = z.object({
  resources: z.object({ requests: z.record(z.string(), z.unknown()).default({}) }).prefault({}),
});
const workloadSchema = z.object({
  metadata: z.object({ name: z.string().optional() }).prefault({}),
  spec: z.object({
    replicas: z.number().optional(),
    template: z.object({ spec: z.object({ containers: z.array(container) }) }),
  }),
});
const scalerSchema = z.object({
  spec: z.object({
    minReplicas: z.number().default(1),
    scaleTargetRef: z.object({ name: z.string() }),
  }),
});
const claimSchema = z.object({
  spec: z.object({ resources: z.object({ requests: z.object({ storage: z.string() }) }) }),
});
const serviceSchema = z.object({ spec: z.object({ type: z.literal("LoadBalancer") }) });

const KIBIBYTES_A_GIBIBYTE = 1024 ** 2;

/** What runs in a cluster costs what it requests of it; jobs, which end, are left out. */
export function kubernetesCost(
  resources: readonly PricedResource[],
  prices: KubernetesPrices,
): readonly CostRow[] {
  const scaled = scaledReplicas(resources);
  return resources.flatMap((resource) => {
    const { urn, type, inputs } = resource;
    const kind = type.slice(type.lastIndexOf(":") + 1);
    if (kind === "Deployment" || kind === "StatefulSet") return workloadRows(resource, scaled, prices);
    if (kind === "PersistentVolumeClaim") return [claimRow(resource, prices)];
    const isBalancer = kind === "Gateway" || (kind === "Service" && serviceSchema.safeParse(inputs).success);
    return isBalancer ? [priced({ urn, item: "load balancer" }, prices.loadBalancerMonth, 1)] : [];
  });
}

/** Workload -> pods that its autoscaler keeps at least. */
function scaledReplicas(resources: readonly PricedResource[]): ReadonlyMap<string, number> {
  const scalers = resources.filter(({ type }) => type.endsWith(":HorizontalPodAutoscaler"));
  return new Map(
    scalers.flatMap(({ inputs }) => {
      const scaler = scalerSchema.safeParse(inputs);
      return scaler.success ? [[scaler.data.spec.scaleTargetRef.name, scaler.data.spec.minReplicas]] : [];
    }),
  );
}

function workloadRows(
  { urn, inputs }: PricedResource,
  scaled: ReadonlyMap<string, number>,
  prices: KubernetesPrices,
): CostRow[] {
  const workload = workloadSchema.safeParse(inputs);
  if (!workload.success) return [unpriced({ urn, item: "pods", note: "what they request is not known yet" })];
  const { metadata, spec } = workload.data;
  const pods = scaled.get(metadata.name ?? "") ?? spec.replicas ?? 1;
  const requests = spec.template.spec.containers.map(({ resources }) => resources.requests);
  const cpu = sumOf(requests.map((requested) => millicoresOf(requested["cpu"])));
  const memory = sumOf(requests.map((requested) => kibibytesOf(requested["memory"])));
  return [
    requestRow({ urn, item: "vCPU requested", pods, each: cpu && cpu / 1000, unit: "vCPU" }, prices.cpuHour),
    requestRow(
      { urn, item: "memory requested", pods, each: memory && memory / KIBIBYTES_A_GIBIBYTE, unit: "GiB" },
      prices.gigabyteHour,
    ),
  ];
}

/** Undefined where a container does not say what it requests. */
function sumOf(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce<number | undefined>(
    (sum, amount) => (sum === undefined || amount === undefined ? undefined : sum + amount),
    0,
  );
}

interface Request {
  readonly urn: string;
  readonly item: string;
  readonly pods: number;
  /** Of one pod; undefined: not said. */
  readonly each: number | undefined;
  readonly unit: string;
}

function requestRow({ urn, item, pods, each, unit }: Request, price: Price | undefined): CostRow {
  const count = pods === 1 ? "1 pod" : `${pods} pods`;
  if (each === undefined) return unpriced({ urn, item, note: `${count}, not saying how much` });
  const amount = Math.round(pods * each * 1000) / 1000;
  return priced({ urn, item, note: `${count}: ${amount} ${unit}` }, price, amount * HOURS_A_MONTH);
}

function claimRow({ urn, inputs }: PricedResource, { storageMonth }: KubernetesPrices): CostRow {
  const claim = claimSchema.safeParse(inputs);
  if (!claim.success) return unpriced({ urn, item: "storage claimed" });
  const kibibytes = kibibytesOf(claim.data.spec.resources.requests.storage);
  if (kibibytes === undefined) return unpriced({ urn, item: "storage claimed" });
  const gibibytes = kibibytes / KIBIBYTES_A_GIBIBYTE;
  return priced({ urn, item: "storage claimed", note: `${gibibytes} GiB` }, storageMonth, gibibytes);
}
