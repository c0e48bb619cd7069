import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { firstLineOf, UserError } from "../errors.ts";
import type { VerbArguments } from "../verb.ts";
import { compareSteps, type HashedStep, hashPlan, hashSteps } from "./plan-hash.ts";
import { StepCollector } from "./planned-step.ts";

/** Flags of the verbs that may be held to a plan. */
export const planFlags = {
  plan: {
    type: "string",
    summary: "hash that a review gave, or the file of its --json: refuses where another plan is found",
  },
} as const;

const reviewSchema = z.looseObject({
  stacks: z.array(
    z.looseObject({
      stack: z.string(),
      planHash: z.string(),
      steps: z.array(z.object({ urn: z.string(), op: z.string(), digest: z.string() })),
    }),
  ),
});

interface Approval {
  readonly hash: string;
  /** Known where the review's file was given. */
  readonly steps: readonly HashedStep[] | undefined;
}

/** Holds an update to the plan that was approved: compared before it, step by step by the engine while it runs. */
export class ApprovedPlan {
  private readonly approval: Approval;
  private readonly steps = new StepCollector();
  private readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "trials-plan-"));

  constructor(approval: Approval) {
    this.approval = approval;
  }

  /** What the preview is told: to show its steps, and to write them down for the engine. */
  get preview(): { readonly watch: (event: EngineEvent) => void; readonly savePlan: string } {
    return { watch: (event) => this.steps.accept(event), savePlan: this.file };
  }

  /** What the update is told. */
  get update(): { readonly heldTo: string } {
    return { heldTo: this.file };
  }

  /** @throws UserError `plan-changed` where the preview found another plan than was approved */
  check(): void {
    refuseOtherPlan(this.approval, hashSteps(this.steps.steps));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, "plan.json");
  }
}

/** Works with the plan that was approved, where one was. */
export async function withApproval<Result>(
  approval: Approval | undefined,
  work: (approved: ApprovedPlan | undefined) => Promise<Result>,
): Promise<Result> {
  if (approval === undefined) return work(undefined);
  const approved = new ApprovedPlan(approval);
  try {
    return await work(approved);
  } finally {
    approved.dispose();
  }
}

/** The plan that `--plan` names; undefined without the flag. @throws UserError `plan-unknown` */
export function readApproval(given: VerbArguments["flags"][string], stack: string): Approval | undefined {
  if (typeof given !== "string") return undefined;
  if (existsSync(given)) return approvalIn(given, stack);
  if (/^[0-9a-f]{12,64}$/.test(given)) return { hash: given, steps: undefined };
  throw unknownPlan(`${given} is neither a file nor a hash of 12 to 64 hex digits`);
}

function approvalIn(file: string, stack: string): Approval {
  try {
    const { stacks } = reviewSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const found = stacks.find((review) => review.stack === stack);
    if (found !== undefined) return { hash: found.planHash, steps: found.steps };
  } catch (cause) {
    throw unknownPlan(`${file} is no review: ${firstLineOf(cause)}`);
  }
  throw unknownPlan(`${file} has no review of ${stack}`);
}

function unknownPlan(message: string): UserError {
  return new UserError("plan-unknown", message, {
    help: "./infra review STACK --live --json writes one; its table shows the hash",
  });
}

/** @throws UserError `plan-changed` */
export function refuseOtherPlan({ hash, steps }: Approval, planned: readonly HashedStep[]): void {
  const found = hashPlan(planned);
  if (found.startsWith(hash)) return;
  const differences = steps === undefined ? [] : compareSteps(steps, planned);
  const lines = differences.map((line) => `\n  ${line}`).join("");
  throw new UserError(
    "plan-changed",
    `the plan is another than the one that was approved: ${found.slice(0, 12)}, not ${hash.slice(0, 12)}; nothing was changed${lines}`,
    { help: "review it again, and approve what is planned now" },
  );
}
