import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { PriceTable } from "../../contracts/cost/price-table.ts";
import { CostCollector } from "../cost.ts";
import { engineFailure } from "../failure.ts";
import type { PolicyOptions } from "../policy-pack.ts";
import { OperationProgress } from "../progress.ts";
import type { Output } from "../verb.ts";
import { StepCollector } from "./planned-step.ts";
import type { RevisionPlan } from "./stack-review.ts";

const FORBIDDEN = "policy ";

/** Previews a stack and gathers all that a review needs; a preview that fails is told, not thrown. */
export async function previewRevision(
  stack: Stack,
  output: Output,
  { policy, prices }: { readonly policy: PolicyOptions; readonly prices: PriceTable },
): Promise<RevisionPlan> {
  const steps = new StepCollector();
  const cost = new CostCollector();
  const progress = new OperationProgress({ output, clock: () => performance.now(), quiet: true });
  let failure: string | undefined;
  try {
    await stack.preview({
      onEvent: (event) => {
        steps.accept(event);
        cost.accept(event);
        progress.accept(event);
      },
      ...policy,
      signal: output.signal,
    });
  } catch (error) {
    if (output.signal.aborted) throw engineFailure(error, progress.failures);
    failure = failureBeyondPolicy(error, progress.failures);
  } finally {
    progress.close();
  }
  return {
    steps: steps.steps,
    cost: cost.report(prices),
    forbidden: sorted(progress.failures.filter((text) => text.startsWith(FORBIDDEN))),
    advice: sorted(progress.advice),
    ...(failure !== undefined && { failure }),
  };
}

/** What the preview failed for; undefined where only a policy forbids the change. */
function failureBeyondPolicy(error: unknown, failures: readonly string[]): string | undefined {
  const others = failures.filter((text) => !text.startsWith(FORBIDDEN));
  if (others.length === 0 && failures.length > 0) return undefined;
  return engineFailure(error, others).message;
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
