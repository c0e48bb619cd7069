import { classifyUndo } from "../change-class/classify-change.ts";
import type { ChangeClass } from "../change-class/step-rules.ts";
import type { CostReport } from "../cost.ts";
import { type CauseChain, type Dependencies, findCauses } from "./causes.ts";
import { type Change, findChanges } from "./change.ts";
import type { PastUpdate } from "./past-updates.ts";
import { type HashedStep, hashPlan, hashSteps } from "./plan-hash.ts";
import type { PlannedStep } from "./planned-step.ts";
import { type Finding, findDangers } from "./rules.ts";
import { estimateTime, type TimeEstimate } from "./time-estimate.ts";

export type Verdict = "SAFE" | "REVIEW" | "DANGER" | "FAILED";

/** The worst of several comes first. */
export const VERDICTS: readonly Verdict[] = ["FAILED", "DANGER", "REVIEW", "SAFE"];

/** What a preview of one revision of the program told. */
export interface RevisionPlan {
  readonly steps: readonly PlannedStep[];
  readonly cost: CostReport;
  /** What rules of the policy pack forbid and advise. */
  readonly forbidden: readonly string[];
  readonly advice: readonly string[];
  /** Why the preview ended early; undefined where it went through. */
  readonly failure?: string;
}

/** What a stack's review is made from. */
export interface ReviewedPlans {
  readonly stack: string;
  readonly head: RevisionPlan;
  readonly base?: RevisionPlan;
  readonly dependencies: ReadonlyMap<string, Dependencies>;
  /** Secret settings whose ciphertext differs from the base's. */
  readonly changedSecrets: readonly string[];
  /** What earlier updates of the stack took. */
  readonly past?: readonly PastUpdate[];
  /** What the reader has to know about how it was compared. */
  readonly notes: readonly string[];
}

export interface ClassedChange extends Change {
  readonly class: ChangeClass;
  readonly why: string;
}

export interface StackReview {
  readonly stack: string;
  readonly verdict: Verdict;
  readonly planHash: string;
  readonly steps: readonly HashedStep[];
  readonly changes: readonly ClassedChange[];
  readonly dangers: readonly Finding[];
  readonly causes: readonly CauseChain[];
  readonly forbidden: readonly string[];
  readonly advice: readonly string[];
  readonly cost: CostReport;
  readonly time: TimeEstimate;
  readonly failure?: string;
  readonly notes: readonly string[];
}

/** Judges what a change does to one stack; pure. */
export function reviewStack(plans: ReviewedPlans): StackReview {
  const { stack, head, base, dependencies } = plans;
  const { changes, pending } = findChanges({ head: head.steps, ...(base && { base: base.steps }) });
  const dangers = [...findDangers(changes), ...plans.changedSecrets.map(changedSecret)];
  const steps = hashSteps(head.steps);
  const review = {
    stack,
    planHash: hashPlan(steps),
    steps,
    changes: changes.map(classed),
    dangers,
    causes: findCauses(changes, dependencies),
    forbidden: head.forbidden.filter((text) => !(base?.forbidden ?? []).includes(text)),
    advice: head.advice.filter((text) => !(base?.advice ?? []).includes(text)),
    cost: head.cost,
    time: estimateTime(changes, plans.past),
    ...(head.failure !== undefined && { failure: head.failure }),
    notes: [...plans.notes, ...pendingNote(pending)],
  };
  return { ...review, verdict: verdictOf(review) };
}

function classed(change: Change): ClassedChange {
  return { ...change, ...classifyUndo(change) };
}

function changedSecret(key: string): Finding {
  const what = "another value is set; what uses it shows no difference, for its text is not known here";
  return { rule: "secret-setting-changed", level: "review", name: key, urn: "", what };
}

function pendingNote(pending: number): string[] {
  if (pending === 0) return [];
  return [
    `the base plans ${pending} ${pending === 1 ? "step" : "steps"} too (not deployed yet, or drift): not counted`,
  ];
}

type Judged = Pick<StackReview, "dangers" | "changes" | "forbidden" | "advice"> & {
  readonly failure?: string;
};

function verdictOf({ failure, dangers, changes, forbidden, advice }: Judged): Verdict {
  if (failure !== undefined) return "FAILED";
  if (forbidden.length > 0 || dangers.some(({ level }) => level === "danger")) return "DANGER";
  const isUnsafe = changes.some((change) => change.class !== "safe");
  return dangers.length > 0 || isUnsafe || advice.length > 0 ? "REVIEW" : "SAFE";
}

/** The worst verdict of several stacks. */
export function worstVerdict(reviews: readonly Pick<StackReview, "verdict">[]): Verdict {
  return VERDICTS.find((verdict) => reviews.some((review) => review.verdict === verdict)) ?? "SAFE";
}
