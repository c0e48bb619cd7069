import { type Decision, decideFromDiff, deleteReplacedStep, stepsOf } from "../plan/decide.ts";
import { describeValue } from "../plan/describe-value.ts";
import { applyReplaceOnChanges, changed, isTriggered } from "../plan/diff-result.ts";
import { getAtPath } from "../plan/property-path.ts";
import type { Step, TrackedResource } from "../plan/step.ts";
import { containsUnknowns } from "../protocol/property-value.ts";
import type { DiffResult } from "../providers/provider.ts";
import { type Checked, check } from "./check-inputs.ts";
import { deleteDependents } from "./dependents.ts";
import { diffResource } from "./diff-resource.ts";
import type { Generated, Registering } from "./generator.ts";
import { isReplaceTargeted } from "./inclusion.ts";
import { plannedGoal } from "./keep-to-plan.ts";
import { Bail, bail, ensureProvider, type Run } from "./run.ts";

export type RegisteringAgain = Registering & { readonly old: TrackedResource };

/** The steps for a recorded resource that takes part: nothing, an update or a replacement, as the differences demand. */
export async function generateFromDiff(
  run: Run,
  registering: RegisteringAgain,
  checked: Checked,
): Promise<Generated> {
  const { goal, urn, old, next } = registering;
  const trigger = next.state.replacementTrigger ?? null;
  if (!run.options.preview && containsUnknowns(trigger)) {
    run.sawError();
    throw bail(run, urn, `replacement trigger contains unknowns for ${urn}`);
  }
  const triggered = isTriggered(old.state.replacementTrigger, trigger);
  const found = triggered ? changed : await diffResource(run, registering, checked);
  const hasInitErrors = old.state.initErrors.length > 0;
  const diff = applyReplaceOnChanges(found, goal.replaceOnChanges, hasInitErrors);
  const { deleteBeforeReplace } = plannedGoal(run, registering, checked);
  const decision = decideFromDiff({ old: old.state, diff, triggered, deleteBeforeReplace });
  const answer = { resource: next, unknown: false, stableKeys: diff.stableKeys };
  switch (decision.kind) {
    case "replace": {
      const steps = await replace(run, { ...registering, checked }, decision);
      return { kind: "steps", steps, answer };
    }
    case "same":
      if (registering.imported) return { kind: "steps", steps: [], answer: { ...answer, resource: old } };
      run.ledger.mark(urn, "same");
      return {
        kind: "steps",
        steps: [...decided(registering, decision), ...run.views.sames(old.state)],
        answer,
      };
    default:
      run.ledger.mark(urn, "update");
  }
  return { kind: "steps", steps: decided(registering, decision), answer };
}

function decided({ goal, old, next }: RegisteringAgain, decision: Decision): readonly Step[] {
  return stepsOf(decision, { old, new: next, ignoreChanges: goal.ignoreChanges, recreateKeys: [] });
}

async function replace(
  run: Run,
  registering: RegisteringAgain & { readonly checked: Checked },
  decision: Extract<Decision, { kind: "replace" }>,
): Promise<readonly Step[]> {
  const { goal, urn, old, next, checked } = registering;
  refuseProtected(run, registering);
  if (goal.importId !== "") refuseImported(run, registering, decision.diff);
  run.ledger.mark(urn, "replace");
  const { provider, randomSeed: seed } = checked;
  if (provider !== undefined && provider !== "unconfigured" && !isReplaceTargeted(run, urn, old.state)) {
    // Defaults and automatic names are made anew: the old object keeps its own.
    const valid = await check(run, next, { provider, olds: {}, news: goal.inputs, seed });
    if (!valid) throw new Bail(`resource ${urn} has check errors`);
  }
  const steps = decided(registering, decision);
  if (decision.order === "create-first") return steps;
  return [...(await deletesBefore(run, urn, old)), ...steps];
}

function refuseProtected(run: Run, { urn, old, next }: RegisteringAgain): void {
  if (!next.state.protect || !old.state.protect || run.options.ignoreProtect) return;
  const message =
    `unable to replace resource ${JSON.stringify(urn)}\nas it is currently marked for protection. ` +
    "To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`";
  run.reporter.error(urn, message);
  run.sawError();
  if (!run.options.preview) throw new Bail(message);
}

function refuseImported(run: Run, { urn, old, next }: RegisteringAgain, diff: DiffResult): void {
  const changes = diff.replaceKeys.map((key) => {
    const [before, after] = [old, next].map(({ state }) =>
      describeValue(getAtPath(state.inputs, [key]) ?? null),
    );
    return `${key}: ${before} => ${after}`;
  });
  const message =
    "previously-imported resources that still specify an ID may not be replaced; " +
    `please remove the \`import\` declaration from your program;\n${changes.join("\n")}`;
  if (!run.options.preview) throw bail(run, urn, message);
  run.reporter.warning(urn, message);
}

async function deletesBefore(run: Run, urn: string, old: TrackedResource): Promise<readonly Step[]> {
  const dependents = await deleteDependents(run, urn, old);
  await ensureProvider(run, old.state);
  if (old.state.pendingReplacement) return dependents;
  run.ledger.deletes.add(old.state.urn);
  return [...dependents, deleteReplacedStep(old, "await-replacement")];
}
