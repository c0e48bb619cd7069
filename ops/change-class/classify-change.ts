import { findHolding } from "./stateful-types.ts";
import { type ChangeClass, type ClassableStep, stepRules } from "./step-rules.ts";

export interface Classified {
  readonly class: ChangeClass;
  readonly why: string;
}

const RANK: { readonly [one in ChangeClass]: number } = { safe: 0, lossy: 1, impossible: 2 };

/** The worst class of all; `safe` where there is none. */
export function worstClass(classes: readonly ChangeClass[]): ChangeClass {
  return classes.reduce((worst, one) => (RANK[one] > RANK[worst] ? one : worst), "safe");
}

/** What a step costs of what is there; pure. */
export function costOf(step: ClassableStep): Classified {
  const op = wholeStep(step.op);
  const rule = stepRules.find(
    ({ types, ops, when }) => ops.includes(op) && types(step.type) && (when?.(step) ?? true),
  );
  // What nobody thought of is for a person to look at.
  if (rule === undefined) return { class: "lossy", why: `no rule says what ${step.op} costs` };
  return { class: rule.class, why: typeof rule.why === "string" ? rule.why : rule.why(step) };
}

/** How a step can be undone: at the price of what it costs itself, and of what the step back costs; pure. */
export function classifyUndo(step: ClassableStep): Classified {
  const holding = findHolding(step.type, step.old?.inputs);
  const there = costOf(step);
  if (holding?.comesBack === "never" && removes(step) && there.class !== "safe") {
    return { class: "impossible", why: `${holding.holds} cannot be brought back` };
  }
  const back = costOf(stepBack(step));
  const prices: readonly Classified[] = [there, { class: back.class, why: `on the way back: ${back.why}` }];
  const worst = worstClass(prices.map((price) => price.class));
  return prices.find((price) => price.class === worst) ?? there;
}

function stepBack({ old, new: next, ...step }: ClassableStep): ClassableStep {
  const op = { create: "delete", delete: "create" }[wholeStep(step.op)] ?? step.op;
  return { ...step, op, ...(next && { old: next }), ...(old && { new: old }) };
}

function removes({ op }: ClassableStep): boolean {
  return ["delete", "replace"].includes(wholeStep(op));
}

/** `create-replacement` is a part of what `create` is. */
function wholeStep(op: string): string {
  return op.split("-")[0] ?? op;
}
