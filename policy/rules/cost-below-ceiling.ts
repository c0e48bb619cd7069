import { estimateCost } from "../../contracts/cost/estimate.ts";
import { type PriceTable, withPrices } from "../../contracts/cost/price-table.ts";
import { listPrices } from "../../contracts/cost/prices.ts";
import type { StackContext, StackRule } from "../rule.ts";

/** Advice: an estimate from list prices is no reason to stop a change by itself. */
export const costBelowCeiling: StackRule = {
  name: "cost-below-ceiling",
  judges: "stack",
  description: "The stack's monthly estimate stays below its ceiling, where one is set.",
  remedy: "Take a smaller size, or raise the ceiling in the stack's file below policy/config/.",
  level: "advisory",
  severity: "medium",
  settings: {
    monthlyUsd: {
      description: "The ceiling, US dollars a month; 0: none.",
      type: "number",
      minimum: 0,
      default: 0,
    },
    prices: {
      description: "A JSON file of prices on top of the list prices, relative to the pack.",
      type: "string",
      default: "",
    },
  },
  check(resources, settings, context) {
    const ceiling = Number(settings["monthlyUsd"]);
    if (ceiling === 0) return [];
    const prices = pricesOf(String(settings["prices"]), context);
    const priced = resources.map(({ urn, type, properties }) => ({ urn, type, inputs: properties }));
    const { monthly, unknown } = estimateCost(priced, prices);
    if (monthly <= ceiling) return [];
    const rest = unknown.length === 0 ? "" : `, and no price on file for ${unknown.join(", ")}`;
    return [{ message: `about $${Math.round(monthly)} a month${rest}; the ceiling is $${ceiling}` }];
  },
};

function pricesOf(file: string, { findFile }: StackContext): PriceTable {
  if (file === "") return listPrices;
  const text = findFile(file);
  if (text === undefined) throw new Error(`there is no file of prices ${file}`);
  return withPrices(listPrices, text, file);
}
