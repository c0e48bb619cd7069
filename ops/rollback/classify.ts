import { costOf, worstClass } from "../change-class/classify-change.ts";
import type { ChangeClass, ClassableStep } from "../change-class/step-rules.ts";
import { isGrouping, nameOf } from "../urn.ts";

/** What an engine plans for one resource of an undo. */
export interface UndoStep extends ClassableStep {
  readonly urn: string;
}

/** A migration that is undone in a store, or all those that are applied to one. */
export interface SchemaChange {
  readonly store: string;
  readonly direction: "up" | "down";
  /** `3 visits`, `from 2 to 3`. */
  readonly what: string;
  readonly safety: "safe" | "lossy";
  /** What it means for the data. */
  readonly why: string;
}

/** A change of the undo, and what it can cost. */
export interface ClassifiedChange {
  readonly op: string;
  /** Resource or schema. */
  readonly name: string;
  readonly urn?: string;
  readonly reversibility: ChangeClass;
  readonly reason: string;
}

/** Classifies what an undo does to resources and schemas; the worst comes first. What only groups others is left out. */
export function classify(
  steps: readonly UndoStep[],
  schema: readonly SchemaChange[] = [],
): readonly ClassifiedChange[] {
  const changes = [
    ...steps.filter((step) => step.op !== "same" && !isGrouping(step.urn)).map(classifyStep),
    ...schema.map(classifySchema),
  ];
  return WORST_FIRST.flatMap((one) => changes.filter(({ reversibility }) => reversibility === one));
}

const WORST_FIRST: readonly ChangeClass[] = ["impossible", "lossy", "safe"];

/** The worst of all; `safe` where nothing changes. */
export function worstOf(changes: readonly ClassifiedChange[]): ChangeClass {
  return worstClass(changes.map(({ reversibility }) => reversibility));
}

function classifyStep(step: UndoStep): ClassifiedChange {
  const { class: reversibility, why: reason } = costOf(step);
  return { op: step.op, name: nameOf(step.urn), urn: step.urn, reversibility, reason };
}

function classifySchema({ store, direction, what, safety, why }: SchemaChange): ClassifiedChange {
  return {
    op: `schema ${direction}`,
    name: `${store}: ${what}`,
    reversibility: safety,
    reason: why,
  };
}
