import { z } from "zod";
import { type CostRow, type PricedResource, priced, unpriced } from "./cost-row.ts";
import type { PriceTable } from "./price-table.ts";

const instanceSchema = z.object({
  type: z.string(),
  memory: z.string().regex(/^\d+GB$/),
  secondariesCount: z.number().default(0),
  storage: z.string().optional(),
  desiredState: z.enum(["running", "paused"]).default("running"),
});

/** Storage within the price, for each GB of memory. */
const INCLUDED_STORAGE = 2;

/** What an instance of AuraDB costs; snapshots are part of it. */
export function auraCost(resource: PricedResource, prices: PriceTable["aura"]): readonly CostRow[] {
  const { urn, type } = resource;
  if (type !== "aura:index:Instance") return [];
  const instance = instanceSchema.safeParse(resource.inputs);
  if (!instance.success) return [unpriced({ urn, item: "Aura instance", note: "its size is not known yet" })];
  const { memory, secondariesCount, storage, desiredState, type: kind } = instance.data;
  const gigabytes = Number.parseInt(memory, 10);
  const share = desiredState === "paused" ? prices.pausedShare : 1;
  const copies = secondariesCount > 0 ? ` and ${secondariesCount} secondaries` : "";
  const item = `Aura ${kind} ${memory}${copies}`;
  const note = desiredState === "paused" ? `paused: ${share * 100} %` : "";
  const server = priced(
    { urn, item, note },
    prices.gigabyteMonth[kind],
    gigabytes * (1 + secondariesCount) * share,
  );
  const isLarger = storage !== undefined && Number.parseInt(storage, 10) > gigabytes * INCLUDED_STORAGE;
  return isLarger ? [server, unpriced({ urn, item: "Aura storage beyond twice the memory" })] : [server];
}
