import { existsSync, readFileSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { CostRow, PricedResource } from "../contracts/cost/cost-row.ts";
import { estimateCost } from "../contracts/cost/estimate.ts";
import { type PriceTable, withPrices } from "../contracts/cost/price-table.ts";
import { listPrices, PRICES_DATE } from "../contracts/cost/prices.ts";
import { UserError } from "./errors.ts";

/** What a change does to the monthly cost of a stack: an estimate from list prices. */
export interface CostReport {
  readonly currency: "USD";
  /** When the list prices were last looked over. */
  readonly pricesOf: string;
  /** How far off an estimate may be. */
  readonly accuracy: "±30 %";
  /** A month after the change, as far as prices are on file. */
  readonly monthly: number;
  /** The same less what it costs now. */
  readonly change: number;
  readonly rows: readonly CostRow[];
  /** Items of the stack after the change that have no price on file: in neither figure. */
  readonly unknown: readonly string[];
}

/** The list prices, with a file of prices on top. @throws UserError `prices-invalid` */
export function readPrices(file: string | undefined): PriceTable {
  if (file === undefined) return listPrices;
  if (!existsSync(file)) throw new UserError("prices-invalid", `there is no file of prices ${file}`);
  try {
    return withPrices(listPrices, readFileSync(file, "utf8"), file);
  } catch (cause) {
    throw new UserError("prices-invalid", cause instanceof Error ? cause.message : String(cause), {
      help: "contracts/cost/price-table.ts says what a file of prices may have",
      cause,
    });
  }
}

type Step = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** Gathers from a preview's events what the stack has now and what it will have. */
export class CostCollector {
  private readonly before = new Map<string, PricedResource>();
  private readonly after = new Map<string, PricedResource>();

  accept(event: EngineEvent): void {
    const step = event.resourcePreEvent?.metadata;
    // What is only read belongs to somebody else.
    if (step === undefined || step.op.startsWith("read")) return;
    gather(this.before, step, step.old);
    gather(this.after, step, step.new);
  }

  report(prices: PriceTable): CostReport {
    const now = estimateCost([...this.before.values()], prices);
    const then = estimateCost([...this.after.values()], prices);
    return {
      currency: "USD",
      pricesOf: PRICES_DATE,
      accuracy: "±30 %",
      monthly: then.monthly,
      change: Math.round((then.monthly - now.monthly) * 100) / 100,
      rows: then.rows,
      unknown: then.unknown,
    };
  }
}

function gather(into: Map<string, PricedResource>, { urn, type }: Step, state: Step["old"]): void {
  if (state?.custom === true) into.set(urn, { urn, type, inputs: state.inputs });
}
