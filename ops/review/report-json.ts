import type { StackReview } from "./stack-review.ts";
import { worstVerdict } from "./stack-review.ts";

/** A review for machines: `up --plan FILE` reads it again. */
export function toJson(reviews: readonly StackReview[]): string {
  const stacks = reviews.map(({ changes, ...review }) => ({
    ...review,
    changes: changes.map(({ old: _old, new: _new, ...change }) => change),
  }));
  return `${JSON.stringify({ verdict: worstVerdict(reviews), stacks }, null, 2)}\n`;
}
