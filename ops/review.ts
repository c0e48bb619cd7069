import { readPrices } from "./cost.ts";
import { chooseEngine } from "./engine-choice.ts";
import { UserError } from "./errors.ts";
import { policyFlags } from "./policy-pack.ts";
import { renderComment } from "./report/review-comment.ts";
import { renderReviewPage } from "./report/review-page.ts";
import { writeReport } from "./report/write-report.ts";
import { checkOutBase } from "./review/base-checkout.ts";
import { gatherPlans, type ReviewRequest } from "./review/gather.ts";
import { toJson } from "./review/report-json.ts";
import { reviewStack, type StackReview, type Verdict, worstVerdict } from "./review/stack-review.ts";
import { stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";
import { listStacks } from "./workspace.ts";

/** Exit codes of a review. */
export const REVIEW_EXIT: { readonly [verdict in Verdict]: number } = {
  SAFE: 0,
  FAILED: 1,
  REVIEW: 3,
  DANGER: 4,
};

export const reviewVerb: Verb = {
  name: "review",
  usage: "[STACK…]",
  summary: "the report for a pull request: what a change does to each stack, from state alone",
  flags: {
    ...stackFlags,
    ...policyFlags,
    base: { type: "string", summary: "revision to compare with: what it would do anyhow is left out" },
    state: {
      type: "string",
      multiple: true,
      summary: "STACK=FILE, an exported checkpoint; again for other stacks (default: what the backend has)",
    },
    html: { type: "string", summary: "file for the page with everything" },
    markdown: { type: "string", summary: "file for the comment (default: printed)" },
    live: { type: "boolean", default: false, summary: "ask the real providers and use the real state" },
    prices: { type: "string", summary: "JSON file of prices on top of the list prices" },
  },
  examples: [
    "./infra review",
    "./infra review cloud --base origin/main --state cloud=cloud.json --html review.html",
    "./infra review dev --live --json > plan.json",
  ],
  exitCodes: {
    0: "SAFE: nothing that a person has to look at",
    1: "failed, or a program that does not run",
    3: "REVIEW: a person should look",
    4: "DANGER: think again",
  },
  async run(args, output) {
    const { root } = args.checkout;
    const stacks = chosenStacks(args, root);
    const request = await requestOf(args, stacks);
    const base = textFlag(args, "base");
    const checkout = base === undefined ? undefined : await checkOutBase(root, base);
    try {
      const reviews = await reviewStacks(stacks, { ...request, baseRoot: checkout?.root }, output);
      writeReports(reviews, args, output);
      return REVIEW_EXIT[worstVerdict(reviews)];
    } finally {
      await checkout?.remove();
    }
  },
};

/** Reviews stacks one after the other; says on stderr which. */
export async function reviewStacks(
  stacks: readonly string[],
  request: ReviewRequest,
  output: Output,
): Promise<StackReview[]> {
  const reviews: StackReview[] = [];
  for (const stack of stacks) {
    output.stderr.write(`reviewing ${stack} …\n`);
    reviews.push(reviewStack(await gatherPlans(stack, request, output)));
  }
  return reviews;
}

async function requestOf(
  args: VerbArguments,
  stacks: readonly string[],
): Promise<Omit<ReviewRequest, "baseRoot">> {
  const live = args.flags["live"] === true;
  const wanted = textFlag(args, "engine") ?? "auto";
  // Plugins of the official CLI cannot be kept from contacting anybody: it is used on request only.
  const engine = await chooseEngine(wanted === "auto" && !live ? "embedded" : wanted, process.env);
  return {
    ...args.checkout,
    engine,
    live,
    env: process.env,
    states: stateFiles(args.flags["state"], stacks),
    policyPack: textFlag(args, "policy-pack"),
    prices: readPrices(textFlag(args, "prices")),
  };
}

function textFlag({ flags }: VerbArguments, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** @throws UserError `usage` for a stack that is not there */
function chosenStacks({ positionals }: VerbArguments, folder: string): readonly string[] {
  const known = listStacks(folder);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UserError("usage", `there is no stack called ${unknown}; there are: ${known.join(", ")}`);
  }
  return positionals.length === 0 ? known : [...new Set(positionals)];
}

/** @throws UserError `usage` */
export function stateFiles(
  given: VerbArguments["flags"][string],
  stacks: readonly string[],
): { readonly [stack: string]: string } {
  const pairs = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      const stack = pair.slice(0, Math.max(at, 0));
      if (at > 0 && stacks.includes(stack) && at < pair.length - 1) return [stack, pair.slice(at + 1)];
      throw new UserError("usage", `--state ${pair} is not STACK=FILE with one of: ${stacks.join(", ")}`);
    }),
  );
}

function writeReports(reviews: readonly StackReview[], args: VerbArguments, output: Output): void {
  const page = textFlag(args, "html");
  const comment = textFlag(args, "markdown");
  if (page !== undefined) writeReport(page, renderReviewPage(reviews));
  if (comment !== undefined) writeReport(comment, renderComment(reviews));
  if (args.flags["json"] === true) output.stdout.write(toJson(reviews));
  else if (comment === undefined) output.stdout.write(renderComment(reviews));
}
