import { type Plan, renderSummary } from "../plan.ts";
import { renderCost } from "../report/cost.ts";
import type { PlanPart } from "./parts.ts";

/** A preview as the page shows it: names of resources and properties, no values. */
export function toPlanPart({ changes, summary, advice, cost }: Plan, at: Date): PlanPart {
  const estimate = renderCost(cost);
  return {
    state: "done",
    at: at.toISOString(),
    summary: renderSummary(summary),
    changes: changes.map(({ op, urn, reasons }) => ({ op, urn, reasons })),
    advice,
    ...(estimate !== undefined && { cost: estimate }),
  };
}
