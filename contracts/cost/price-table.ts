import { z } from "zod";

const usd = z.number().nonnegative();
const price = z.strictObject({
  usd: usd.describe("US dollars for one unit"),
  source: z.string().min(1).describe("Where it was read"),
  date: z.iso.date().describe("When it was read"),
  /** Read in the vendor's own words; otherwise from memory or derived, and said so in the estimate. */
  verified: z.boolean(),
});
const prices = z.record(z.string(), price);

/** List prices. An item that is not in it has no price on file, which is never the same as nothing. */
export const priceTableSchema = z.strictObject({
  atlas: z.strictObject({
    clusterHour: prices.describe("Size -> an hour of three nodes with the size's own disk"),
    includedDisk: z.record(z.string(), z.number().positive()).describe("Size -> disk within the price, GB"),
    diskHour: prices.describe("Cloud -> an hour of one more GB on three nodes"),
    regionFactor: z
      .record(z.string(), z.number().positive())
      .describe("`CLOUD REGION` -> how much dearer than the prices above"),
    flexMonth: price.optional().describe("A month of a flex cluster that does little"),
    flexMonthMost: price.optional().describe("A month of a flex cluster at its limit"),
  }),
  aura: z.strictObject({
    gigabyteMonth: prices.describe("Type -> a month of one GB of memory"),
    pausedShare: z.number().min(0).max(1).describe("Share of the price while paused"),
  }),
  kubernetes: z.strictObject({
    cpuHour: price.optional().describe("An hour of one vCPU requested"),
    gigabyteHour: price.optional().describe("An hour of one GiB of memory requested"),
    storageMonth: price.optional().describe("A month of one GiB claimed"),
    loadBalancerMonth: price.optional().describe("A month of a load balancer"),
  }),
});

export type Price = z.infer<typeof price>;
export type PriceTable = z.infer<typeof priceTableSchema>;

/** What a file of prices may say: any part of the table; it wins over the table's. */
export const priceOverridesSchema = z.strictObject({
  atlas: priceTableSchema.shape.atlas.partial().optional(),
  aura: priceTableSchema.shape.aura.partial().optional(),
  kubernetes: priceTableSchema.shape.kubernetes.optional(),
});

export type PriceOverrides = z.infer<typeof priceOverridesSchema>;

/**
 * The table with a file of prices on top: JSON, any part of the table.
 *
 * @throws Error with every problem of the file, each with its path.
 */
export function withPrices(table: PriceTable, text: string, file: string): PriceTable {
  const parsed = priceOverridesSchema.safeParse(parseJson(text, file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`${file} is no file of prices: ${problems.join("; ")}`);
  }
  return priceTableSchema.parse(merged(table, parsed.data));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no JSON: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
}

/** Two levels of maps, the second wins; a price is replaced as a whole. */
function merged(table: object, overrides: object, depth = 0): unknown {
  const base = table as { readonly [key: string]: unknown };
  const entries = Object.entries(overrides as { readonly [key: string]: unknown })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const below = base[key];
      const isMap = typeof value === "object" && typeof below === "object" && below !== null;
      return [key, isMap && depth < 2 && value !== null ? merged(below, value, depth + 1) : value];
    });
  return { ...base, ...Object.fromEntries(entries) };
}
