import { atlasCost } from "./atlas-cost.ts";
import { auraCost } from "./aura-cost.ts";
import { type CostRow, free, type PricedResource, unpriced } from "./cost-row.ts";
import { kubernetesCost } from "./kubernetes-cost.ts";
import type { PriceTable } from "./price-table.ts";

/** What a stack costs a month, as far as prices are on file. */
export interface CostEstimate {
  readonly currency: "USD";
  /** Sum of the rows that have a price. */
  readonly monthly: number;
  readonly rows: readonly CostRow[];
  /** Items without a price on file: not in the sum. */
  readonly unknown: readonly string[];
}

/** Packages whose resources are no objects that anybody is paid for. */
const COST_NOTHING = /^(pulumi|pulumi-nodejs|random|command|tls|trials|std)$/;

/** Estimates a stack from its resources' inputs; pure. */
export function estimateCost(resources: readonly PricedResource[], prices: PriceTable): CostEstimate {
  const of = (pkg: string) => resources.filter(({ type }) => packageOf(type) === pkg);
  const rows = [
    ...of("mongodbatlas").flatMap((resource) => atlasCost(resource, prices.atlas)),
    ...of("aura").flatMap((resource) => auraCost(resource, prices.aura)),
    ...kubernetesCost(of("kubernetes"), prices.kubernetes),
    ...of("docker").flatMap(dockerRows),
    ...resources.filter(({ type }) => isForeign(packageOf(type))).map(foreignRow),
  ];
  const monthly = rows.reduce((sum, row) => sum + (row.monthly ?? 0), 0);
  const unknown = rows.flatMap(({ item, monthly: price }) => (price === null ? [item] : []));
  return {
    currency: "USD",
    monthly: Math.round(monthly * 100) / 100,
    rows,
    unknown: [...new Set(unknown)].sort(),
  };
}

function packageOf(type: string): string {
  return type.slice(0, type.indexOf(":"));
}

function isForeign(pkg: string): boolean {
  return !["mongodbatlas", "aura", "kubernetes", "docker"].includes(pkg) && !COST_NOTHING.test(pkg);
}

function dockerRows({ urn, type }: PricedResource): CostRow[] {
  if (type !== "docker:index/container:Container") return [];
  return [free({ urn, item: "Docker container", note: "runs on a machine of your own" })];
}

function foreignRow({ urn, type }: PricedResource): CostRow {
  return unpriced({ urn, item: type });
}
