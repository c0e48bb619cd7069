import type { CostReport } from "../cost.ts";

/** The estimate for people, in one or two lines; nothing where nothing has a price or lacks one. */
export function renderCost(cost: CostReport): string | undefined {
  const { monthly, change, unknown, rows } = cost;
  if (monthly === 0 && change === 0 && unknown.length === 0) return undefined;
  const about = `estimate, list prices of ${cost.pricesOf}, ${cost.accuracy}`;
  const first = `Cost: about ${usd(monthly)} a month, ${renderChange(change)} (${about})`;
  const unverified = rows.filter((row) => row.monthly !== null && !row.verified).map(({ item }) => item);
  const doubts = [
    ...(unknown.length === 0 ? [] : [`no price on file: ${unknown.join(", ")}`]),
    ...(unverified.length === 0 ? [] : [`price not verified: ${[...new Set(unverified)].join(", ")}`]),
  ];
  return doubts.length === 0 ? first : `${first}\n  ${doubts.join("; ")}`;
}

function renderChange(change: number): string {
  if (change === 0) return "unchanged";
  return `${change > 0 ? "+" : "−"}${usd(Math.abs(change))} with this change`;
}

function usd(amount: number): string {
  return `$${amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
