import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { PriceTable } from "../contracts/cost/price-table.ts";
import { listPrices } from "../contracts/cost/prices.ts";
import { CostCollector, type CostReport } from "./cost.ts";
import { engineFailure } from "./failure.ts";
import type { PolicyOptions } from "./policy-pack.ts";
import { OperationProgress } from "./progress.ts";
import { renderTable } from "./report/table.ts";
import { engineSignal } from "./stack.ts";
import { nameOf } from "./urn.ts";
import type { Output } from "./verb.ts";

/** One planned change. */
export interface PlannedChange {
  readonly op: string;
  readonly urn: string;
  /** Properties that make it a replacement, else properties that differ. */
  readonly reasons: readonly string[];
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Operation -> number of resources, `same` included. */
  readonly summary: { readonly [op: string]: number };
  readonly cost: CostReport;
  /** What rules of a policy pack advise; what they forbid ends the preview. */
  readonly advice: readonly string[];
}

export interface PreviewOptions {
  readonly policy?: PolicyOptions;
  /** @default the list prices */
  readonly prices?: PriceTable;
  /** Is shown every engine event, too. */
  readonly watch?: (event: EngineEvent) => void;
  /** File for the engine's own plan, which an update can be held to. */
  readonly savePlan?: string;
}

/** Steps that only carry out another one which is shown already. */
export const DETAILS = new Set(["same", "create-replacement", "delete-replaced", "refresh"]);

/** Previews an update: what would be done, nothing is changed. @throws UserError with what the engine said. */
export async function previewStack(
  stack: Stack,
  output: Output,
  { policy = {}, prices = listPrices, watch, savePlan }: PreviewOptions = {},
): Promise<Plan> {
  const changes: PlannedChange[] = [];
  const progress = new OperationProgress({ output, clock: () => performance.now(), quiet: true });
  const cost = new CostCollector();
  const onEvent = (event: EngineEvent) => {
    progress.accept(event);
    cost.accept(event);
    watch?.(event);
    const step = event.resourcePreEvent?.metadata;
    if (step === undefined || DETAILS.has(step.op)) return;
    changes.push({ op: step.op, urn: step.urn, reasons: step.keys ?? step.diffs ?? [] });
  };
  try {
    const plan = savePlan === undefined ? {} : { plan: savePlan };
    const result = await stack.preview({ onEvent, ...plan, ...policy, ...engineSignal(stack, output) });
    return {
      changes,
      summary: result.changeSummary,
      cost: cost.report(prices),
      advice: progress.advice,
    };
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}

/** True where an update would do nothing. */
export function isUnchanged(plan: Pick<Plan, "summary">): boolean {
  return Object.entries(plan.summary).every(([op, count]) => op === "same" || count === 0);
}

/** The plan for people: a line a change, then the counts. */
export function renderPlan(plan: Pick<Plan, "changes" | "summary">): string {
  if (isUnchanged(plan)) return `no changes (${plan.summary["same"] ?? 0} resources)`;
  const rows = plan.changes.map(({ op, urn, reasons }) => [op, nameOf(urn), reasons.join(", ")]);
  return `${renderTable([["CHANGE", "RESOURCE", "BECAUSE OF"], ...rows])}\n\n${renderSummary(plan.summary)}`;
}

/** `3 to create, 1 to replace, 20 unchanged`. */
export function renderSummary(summary: { readonly [op: string]: number }): string {
  const { same = 0, ...rest } = summary;
  const parts = Object.entries(rest)
    .filter(([, count]) => count > 0)
    .map(([op, count]) => `${count} to ${op}`);
  return [...parts, `${same} unchanged`].join(", ");
}
