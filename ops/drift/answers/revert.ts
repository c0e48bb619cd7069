import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { DriftFinding } from "../../../contracts/drift.ts";
import { confirm } from "../../confirm.ts";
import { UserError } from "../../errors.ts";
import { engineFailure } from "../../failure.ts";
import { DETAILS, type PlannedChange, renderPlan } from "../../plan.ts";
import { OperationProgress } from "../../progress.ts";
import { engineSignal, lockNotices, type OpenStack, plainSummary } from "../../stack.ts";
import type { Output } from "../../verb.ts";
import { carryOut, renderDeed } from "../platforms/docker/deeds.ts";
import { type Review, reviewDrift } from "../review.ts";
import { planRevert, type Remedy } from "./remedies.ts";

export interface RevertOptions {
  readonly opened: OpenStack;
  /** Folder of the checkout. */
  readonly root: string;
  readonly review: Review;
  readonly findings: readonly DriftFinding[];
  /** Does not ask. */
  readonly yes: boolean;
}

/**
 * Brings back what is recorded: shows what that takes, asks, does it, and looks again.
 *
 * @throws UserError `revert-refused`, `revert-incomplete`, `not-confirmed`, and what the engine said
 */
export async function revertFindings(options: RevertOptions, output: Output): Promise<void> {
  const { opened, root, review, findings, yes } = options;
  const all = [...review.report.findings, ...review.report.ignored.map(({ finding }) => finding)];
  const remedy = planRevert(findings, all, review.resources);
  for (const { id, why } of remedy.refused) output.stderr.write(`${id} is left: ${why}\n`);
  if (remedy.deeds.length + remedy.targets.length === 0) {
    throw new UserError("revert-refused", "nothing of this can be reverted", {
      help: "the lines above say why",
    });
  }
  await show(remedy, opened, output);
  if (!yes) await confirm(`Bring ${opened.name} back?`, output, opened.name);
  await carryOut(remedy.deeds);
  if (remedy.targets.length > 0) await update(remedy, opened, output);
  const refused = new Set(remedy.refused.map(({ id }) => id));
  const wanted = new Set(findings.map(({ id }) => id).filter((id) => !refused.has(id)));
  const { report } = await reviewDrift({ opened, root, output });
  const left = report.findings.filter(({ id }) => wanted.has(id));
  if (left.length === 0) return;
  const names = left.map(({ id, name, property }) => `${id} (${[name, property].join(" ").trim()})`);
  throw new UserError("revert-incomplete", `still there: ${names.join(", ")}`, {
    help: `./infra drift ${opened.name} says what is there now`,
  });
}

async function show(remedy: Remedy, opened: OpenStack, output: Output): Promise<void> {
  for (const note of remedy.notes) output.stderr.write(`note: ${note}\n`);
  for (const deed of remedy.deeds) output.stderr.write(`will ${renderDeed(deed)}\n`);
  if (remedy.targets.length === 0) return;
  const changes: PlannedChange[] = [];
  const summary = await operate("preview", { remedy, opened, output }, (event) => {
    const step = event.resourcePreEvent?.metadata;
    if (step === undefined || DETAILS.has(step.op)) return;
    changes.push({ op: step.op, urn: step.urn, reasons: step.keys ?? step.diffs ?? [] });
  });
  output.stderr.write(`${renderPlan({ changes, summary })}\n`);
}

function update(remedy: Remedy, opened: OpenStack, output: Output) {
  return operate("up", { remedy, opened, output }, () => undefined);
}

interface Operation {
  readonly remedy: Remedy;
  readonly opened: OpenStack;
  readonly output: Output;
}

/** An update of the targets alone, after a refresh of them: what is gone is made, what differs is put right. */
async function operate(
  kind: "preview" | "up",
  { remedy, opened, output }: Operation,
  accept: (event: EngineEvent) => void,
): Promise<{ readonly [op: string]: number }> {
  const progress = new OperationProgress({
    output,
    clock: () => performance.now(),
    quiet: kind === "preview",
  });
  const options = {
    refresh: true,
    target: [...remedy.targets],
    replace: [...remedy.replace],
    onEvent: (event: EngineEvent) => {
      progress.accept(event);
      accept(event);
    },
    ...engineSignal(opened.stack, output),
    ...lockNotices(output),
  };
  try {
    if (kind === "preview") return (await opened.stack.preview(options)).changeSummary;
    const result = await opened.stack.up({ ...options, ...plainSummary, message: "infra drift revert" });
    return { ...result.summary.resourceChanges };
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}
