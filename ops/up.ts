import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDockerPlatform } from "./bootstrap/docker-platform.ts";
import { engineFailure } from "./failure.ts";
import { refuseOtherCheckout } from "./other-checkout.ts";
import { readOutputs } from "./outputs.ts";
import { root } from "./paths.ts";
import { Phases } from "./phases.ts";
import { isUnchanged, type Plan, previewStack, renderSummary } from "./plan.ts";
import { choosePolicyPack, type PolicyOptions, policyFlags } from "./policy-pack.ts";
import { checkPorts, publishedPorts } from "./ports.ts";
import { OperationProgress } from "./progress.ts";
import { renderDuration } from "./report/duration.ts";
import { renderEnvironment } from "./report/environment.ts";
import { type ApprovedPlan, planFlags, readApproval, withApproval } from "./review/approved-plan.ts";
import { engineSignal, lockNotices, type OpenStack, openStack, stackFlags } from "./stack.ts";
import type { StackName } from "./stack-name.ts";
import type { Output, Verb } from "./verb.ts";

export const upVerb: Verb = {
  name: "up",
  usage: "STACK",
  summary: "bring an environment to what the program says; from nothing if need be",
  flags: { ...stackFlags, ...policyFlags, ...planFlags },
  examples: [
    "./infra up dev",
    "./infra up test --engine embedded --json",
    "./infra up cloud --plan 4f53cda18c2b",
  ],
  async run(args, output) {
    const policy = choosePolicyPack(args.positionals[0] ?? "", args.flags["policy-pack"], root);
    const approval = readApproval(args.flags["plan"], args.positionals[0] ?? "");
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const phases = new Phases();
    const opened = await phases.time("open", () => openStack(args, say));
    await phases.time("bootstrap", () => ensureDockerPlatform(opened.name, output));
    const stackName = { project: opened.project, stack: opened.name };
    await checkPorts(
      stackName,
      publishedPorts(readFileSync(join(root, `Pulumi.${opened.name}.yaml`), "utf8")),
    );
    const plan = await withApproval(approval, (approved) =>
      planAndUpdate({ opened, policy, approved, phases, stackName }, output),
    );
    const outputs = await phases.time("outputs", () => readOutputs(opened.name, opened.stack, false));
    if (args.flags["json"] === true) {
      const result = { changes: plan.summary, outputs, milliseconds: phases.all };
      output.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    } else {
      output.stdout.write(`\n${renderEnvironment(opened.name, outputs)}\n`);
      say(`\n${opened.name} is up: ${renderPhases(phases)}`);
    }
    return 0;
  },
};

interface Work {
  readonly opened: OpenStack;
  readonly stackName: StackName;
  readonly policy: PolicyOptions;
  /** Undefined: whatever is planned is done. */
  readonly approved: ApprovedPlan | undefined;
  readonly phases: Phases;
}

async function planAndUpdate(work: Work, output: Output): Promise<Plan> {
  const { opened, policy, approved, phases } = work;
  output.stderr.write("planning …\n");
  const options = { policy, ...approved?.preview };
  const plan = await phases.time("plan", () => previewStack(opened.stack, output, options));
  approved?.check();
  await refuseOtherCheckout(work.stackName, plan);
  if (isUnchanged(plan)) output.stderr.write(`no changes (${plan.summary["same"] ?? 0} resources)\n`);
  else await phases.time("update", () => update(opened, { plan, policy, ...approved?.update }, output));
  return plan;
}

function renderPhases(phases: Phases): string {
  const times = Object.entries(phases.all);
  const total = times.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const parts = times.map(([phase, milliseconds]) => `${phase} ${renderDuration(milliseconds)}`);
  return `${renderDuration(total)} (${parts.join(", ")})`;
}

interface JudgedPlan {
  readonly plan: Plan;
  readonly policy: PolicyOptions;
  /** File of the engine's own plan that the update is held to. */
  readonly heldTo?: string;
}

async function update(
  opened: OpenStack,
  { plan, policy, heldTo }: JudgedPlan,
  output: Output,
): Promise<void> {
  output.stderr.write(`updating: ${renderSummary(plan.summary)}\n`);
  const progress = new OperationProgress({
    output,
    planned: plan.changes.map((change) => change.urn),
    clock: () => performance.now(),
  });
  try {
    await opened.stack.up({
      onEvent: (event) => progress.accept(event),
      ...(heldTo !== undefined && { plan: heldTo }),
      ...policy,
      ...engineSignal(output),
      ...lockNotices(output),
      message: "infra up",
    });
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}
