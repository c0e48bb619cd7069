import { isGrouping, nameOf } from "../urn.ts";
import { type Reversibility, stepRules, type UndoStep } from "./step-rules.ts";

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
  readonly reversibility: Reversibility;
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
  return changes.sort((a, b) => RANK[b.reversibility] - RANK[a.reversibility]);
}

/** The worst of all; `safe` where nothing changes. */
export function worstOf(changes: readonly ClassifiedChange[]): Reversibility {
  return changes.reduce<Reversibility>(
    (worst, { reversibility }) => (RANK[reversibility] > RANK[worst] ? reversibility : worst),
    "safe",
  );
}

const RANK: { readonly [class_ in Reversibility]: number } = { safe: 0, lossy: 1, impossible: 2 };

function classifyStep(step: UndoStep): ClassifiedChange {
  const { op, urn, type } = step;
  const rule = stepRules.find(
    ({ types, ops, when }) => ops.includes(op) && types.test(type) && (when?.(step) ?? true),
  );
  const change = { op, name: nameOf(urn), urn };
  // What nobody thought of is for a person to look at.
  if (rule === undefined)
    return { ...change, reversibility: "lossy", reason: `no rule says what ${op} costs` };
  const { reversibility, reason } = rule;
  return { ...change, reversibility, reason: typeof reason === "string" ? reason : reason(step) };
}

function classifySchema({ store, direction, what, safety, why }: SchemaChange): ClassifiedChange {
  return {
    op: `schema ${direction}`,
    name: `${store}: ${what}`,
    reversibility: safety,
    reason: why,
  };
}
