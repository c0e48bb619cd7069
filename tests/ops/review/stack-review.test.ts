import { describe, expect, it } from "vitest";
import { listPrices } from "../../../contracts/cost/prices.ts";
import { CostCollector } from "../../../ops/cost.ts";
import type { PlannedStep } from "../../../ops/review/planned-step.ts";
import {
  type ReviewedPlans,
  type RevisionPlan,
  reviewStack,
  worstVerdict,
} from "../../../ops/review/stack-review.ts";
import { changeOf } from "./changes.ts";

const cost = new CostCollector().report(listPrices);
const plan = (steps: readonly PlannedStep[], more: Partial<RevisionPlan> = {}): RevisionPlan => ({
  steps,
  cost,
  forbidden: [],
  advice: [],
  ...more,
});
const review = (head: RevisionPlan, more: Partial<ReviewedPlans> = {}) =>
  reviewStack({ stack: "dev", head, dependencies: new Map(), changedSecrets: [], notes: [], ...more });

const container = changeOf({ op: "create", type: "docker:index/container:Container", new: {} });
const volumeGone = changeOf({ op: "delete", type: "docker:index/volume:Volume", old: {} });
const nothing = changeOf({ op: "same", type: "docker:index/container:Container", old: {}, new: {} });

describe("the verdict on a stack", () => {
  it.each<[what: string, head: RevisionPlan, more: Partial<ReviewedPlans>, verdict: string]>([
    ["nothing changes", plan([nothing]), {}, "SAFE"],
    ["something is made that holds no data", plan([container]), {}, "SAFE"],
    ["the policy advises", plan([nothing], { advice: ["name it"] }), {}, "REVIEW"],
    [
      "the policy advised before, too",
      plan([nothing], { advice: ["name it"] }),
      { base: plan([nothing], { advice: ["name it"] }) },
      "SAFE",
    ],
    ["a secret setting is another", plan([nothing]), { changedSecrets: ["trials:token"] }, "REVIEW"],
    ["data go", plan([volumeGone]), {}, "DANGER"],
    ["data go that the base deletes, too", plan([volumeGone]), { base: plan([volumeGone]) }, "SAFE"],
    ["the policy forbids", plan([nothing], { forbidden: ["public bucket"] }), {}, "DANGER"],
    [
      "the policy forbade before, too",
      plan([nothing], { forbidden: ["public bucket"] }),
      { base: plan([nothing], { forbidden: ["public bucket"] }) },
      "SAFE",
    ],
    [
      "the preview failed, whatever else it found",
      plan([volumeGone], { failure: "no such module" }),
      {},
      "FAILED",
    ],
  ])("where %s", (_, head, more, verdict) => {
    expect(review(head, more).verdict).toBe(verdict);
  });

  it("comes with what the reader has to know: notes, what is pending anyhow, and why it failed", () => {
    const base = plan([volumeGone]);
    expect(review(plan([nothing]), { base, notes: ["compared with main"] }).notes).toEqual([
      "compared with main",
      "the base plans 1 step too (not deployed yet, or drift): not counted",
    ]);
    expect(review(plan([container, volumeGone]), { base: plan([container, volumeGone]) }).notes).toEqual([
      "the base plans 2 steps too (not deployed yet, or drift): not counted",
    ]);
    const failed = review(plan([], { failure: "no such module" }));
    expect([failed.failure, failed.notes]).toEqual(["no such module", []]);
    expect(review(plan([nothing])).failure).toBeUndefined();
  });

  it("names a secret setting that is another, and never its value", () => {
    expect(review(plan([nothing]), { changedSecrets: ["trials:token"] }).dangers).toMatchObject([
      { rule: "secret-setting-changed", level: "review", name: "trials:token" },
    ]);
  });

  it("of several stacks is the worst; of none it is SAFE", () => {
    const of = (...verdicts: ("SAFE" | "REVIEW" | "DANGER" | "FAILED")[]) =>
      worstVerdict(verdicts.map((verdict) => ({ verdict })));
    expect([of("SAFE", "DANGER", "REVIEW"), of("DANGER", "FAILED"), of("SAFE", "REVIEW"), of()]).toEqual([
      "DANGER",
      "FAILED",
      "REVIEW",
      "SAFE",
    ]);
  });
});
