import { engineFailure } from "./failure.ts";
import { type Plan, renderSummary } from "./plan.ts";
import type { PolicyOptions } from "./policy-pack.ts";
import { OperationProgress } from "./progress.ts";
import { type MadeRelease, makeRelease, type ReleaseRequest } from "./release/make-release.ts";
import { openReleaseStore } from "./release/open-release-store.ts";
import { engineSignal, lockNotices, type OpenStack } from "./stack.ts";
import type { Output } from "./verb.ts";

export interface PlannedUpdate {
  readonly plan: Plan;
  readonly policy: PolicyOptions;
  readonly request: ReleaseRequest;
  /** File of the engine's own plan that the update is held to. */
  readonly heldTo?: string;
}

/** Makes an update that was planned, and a release of it. @throws UserError with what the engine said. */
export function updateStack(
  opened: OpenStack,
  { plan, policy, request, heldTo }: PlannedUpdate,
  output: Output,
): Promise<MadeRelease> {
  output.stderr.write(`updating: ${renderSummary(plan.summary)}\n`);
  return makeRelease({ opened, store: openReleaseStore(opened), request, output }, async () => {
    const progress = new OperationProgress({
      output,
      planned: plan.changes.map((change) => change.urn),
      clock: () => performance.now(),
    });
    try {
      return await opened.stack.up({
        onEvent: (event) => progress.accept(event),
        ...(heldTo !== undefined && { plan: heldTo }),
        ...policy,
        ...engineSignal(opened.stack, output),
        ...lockNotices(output),
        message: request.message ?? "infra up",
      });
    } catch (error) {
      throw engineFailure(error, progress.failures);
    } finally {
      progress.close();
    }
  });
}
