import type { Price } from "./price-table.ts";

/** Hours that a month has in every estimate here. */
export const HOURS_A_MONTH = 730;

/** What is estimated: a resource's inputs as an engine's events or a policy pack show them. */
export interface PricedResource {
  readonly urn: string;
  /** Type token. */
  readonly type: string;
  readonly inputs: unknown;
}

/** One thing that costs, or may. */
export interface CostRow {
  readonly urn: string;
  /** What is paid for, without the resource's name: `Atlas M30, 3 nodes, AWS EU_WEST_1`. */
  readonly item: string;
  /** US dollars a month; null: no price on file. */
  readonly monthly: number | null;
  /** False where a price that went into it was not read in the vendor's own words. */
  readonly verified: boolean;
  /** What else there is to know, such as why it costs nothing. */
  readonly note: string;
}

type About = Pick<CostRow, "urn" | "item"> & { readonly note?: string };

/** A row with a price: units of it a month. Without a price on file the row says so. */
export function priced(about: About, price: Price | undefined, units: number): CostRow {
  if (price === undefined) return unpriced(about);
  return {
    urn: about.urn,
    item: about.item,
    monthly: Math.round(price.usd * units * 100) / 100,
    verified: price.verified,
    note: about.note ?? "",
  };
}

/** A row whose price is not on file. */
export function unpriced({ urn, item, note = "" }: About): CostRow {
  return { urn, item, monthly: null, verified: false, note };
}

/** A row of something that costs nothing, with the reason. */
export function free({ urn, item, note }: About & { readonly note: string }): CostRow {
  return { urn, item, monthly: 0, verified: true, note };
}
