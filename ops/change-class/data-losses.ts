import { nameOf } from "../urn.ts";
import { costOf } from "./classify-change.ts";
import { findHolding } from "./stateful-types.ts";
import type { ClassableStep } from "./step-rules.ts";

/** Data that an update would lose. */
export interface DataLoss {
  readonly op: string;
  readonly name: string;
  readonly why: string;
}

/** What planned steps lose of the data that is there; passwords and other values that are drawn are none. */
export function dataLosses(steps: readonly (ClassableStep & { readonly urn: string })[]): DataLoss[] {
  return steps
    .filter(({ type, old }) => findHolding(type, old?.inputs) !== undefined)
    .map((step) => ({ op: step.op, name: nameOf(step.urn), ...costOf(step) }))
    .filter((loss) => loss.class === "lossy")
    .map(({ op, name, why }) => ({ op, name, why }));
}
