import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { agreeTo, type Consent, consentFlags, readConsent } from "./agree-to-loss.ts";
import { ensureDockerPlatform } from "./bootstrap/docker-platform.ts";
import { type DataLoss, dataLosses } from "./change-class/data-losses.ts";
import { openDataKeeper } from "./data/open-keeper.ts";
import { readSchemaVersions } from "./data/schema.ts";
import { refuseOtherCheckout } from "./other-checkout.ts";
import { readOutputs } from "./outputs.ts";
import { Phases } from "./phases.ts";
import { isUnchanged, type Plan, previewStack } from "./plan.ts";
import { choosePolicyPack, type PolicyOptions, policyFlags } from "./policy-pack.ts";
import { checkPorts, publishedPorts } from "./ports.ts";
import type { MadeRelease, ReleaseRequest } from "./release/make-release.ts";
import { recordBelatedly } from "./release/recover-release.ts";
import type { Standing } from "./release/standing.ts";
import { renderDuration } from "./report/duration.ts";
import { renderEnvironment } from "./report/environment.ts";
import { renderHealth } from "./report/health.ts";
import { renderTable } from "./report/table.ts";
import { type ApprovedPlan, planFlags, readApproval, withApproval } from "./review/approved-plan.ts";
import { StepCollector } from "./review/planned-step.ts";
import { type Guard, guardFlags, guardUpdate, readGuard } from "./rollback/guard-update.ts";
import { RollbackJournal, refuseInterrupted } from "./rollback/journal.ts";
import { measureParity } from "./shift/measure-parity.ts";
import { type OpenStack, openStack, stackFlags } from "./stack.ts";
import type { StackName } from "./stack-name.ts";
import { updateStack } from "./update-stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

export const upVerb: Verb = {
  name: "up",
  usage: "STACK",
  summary: "bring an environment to what the program says; from nothing if need be",
  flags: {
    ...stackFlags,
    ...policyFlags,
    ...planFlags,
    ...guardFlags,
    ...consentFlags,
    message: {
      type: "string",
      short: "m",
      summary: "what this release is for (default: the first line of the commit's message)",
    },
  },
  examples: [
    "./infra up dev",
    "./infra up test --engine embedded --json",
    './infra up dev --message "half of the traffic for Python"',
    "./infra up cloud --plan 4f53cda18c2b",
    "./infra up dev --rollback-on-failure --rollback-on-unhealthy=30",
  ],
  async run(args, output) {
    const { root, local } = args.checkout;
    const policy = choosePolicyPack(args.positionals[0] ?? "", args.flags["policy-pack"], root);
    const approval = readApproval(args.flags["plan"], args.positionals[0] ?? "");
    const guard = readGuard(args.flags);
    const consent = readConsent(args.flags);
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const phases = new Phases();
    const opened = await phases.time("open", () => openStack(args, say));
    refuseInterrupted(new RollbackJournal(local, opened.name));
    await phases.time("bootstrap", () => ensureDockerPlatform(opened.name, output, { local }));
    const stackName = { project: opened.project, stack: opened.name };
    await checkPorts(
      stackName,
      publishedPorts(readFileSync(join(root, `Pulumi.${opened.name}.yaml`), "utf8")),
    );
    const { standing } = await phases.time("records", () => recordBelatedly(opened, say));
    const request = requestOf(args, opened);
    const { plan, outputs, release } = await withApproval(approval, (approved) =>
      planAndUpdate(
        { opened, standing, policy, approved, guard, consent, request, phases, stackName },
        output,
      ),
    );
    if (args.flags["json"] === true) {
      const result = { changes: plan.summary, outputs, release: release ?? null, milliseconds: phases.all };
      output.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    } else {
      output.stdout.write(`\n${renderEnvironment(opened.name, outputs)}\n`);
      if (release !== undefined) say(`\nrelease ${release.number}: ${renderHealth(release.health)}`);
      say(`\n${opened.name} is up: ${renderPhases(phases)}`);
    }
    return 0;
  },
};

function requestOf({ flags }: VerbArguments, opened: OpenStack): ReleaseRequest {
  const message = flags["message"];
  return {
    cause: { kind: "up" },
    ...(typeof message === "string" && { message }),
    schemas: (outputs) => readSchemaVersions(opened, outputs),
    parity: (outputs) => measureParity(opened, outputs),
    removeDataSnapshots: async (snapshots) => {
      const outputs = await readOutputs(opened.name, opened.stack, false);
      await openDataKeeper(opened, outputs).remove(snapshots);
    },
  };
}

interface Work {
  readonly opened: OpenStack;
  readonly standing: Standing;
  readonly stackName: StackName;
  readonly policy: PolicyOptions;
  /** Undefined: whatever is planned is done. */
  readonly approved: ApprovedPlan | undefined;
  readonly guard: Guard;
  readonly consent: Omit<Consent, "stack">;
  readonly request: ReleaseRequest;
  readonly phases: Phases;
}

/** What was planned and done; without a release where there was nothing to do. */
interface Done extends Pick<MadeRelease, "outputs"> {
  readonly plan: Plan;
  readonly release?: MadeRelease["release"];
}

async function planAndUpdate(work: Work, output: Output): Promise<Done> {
  const { opened, policy, approved, guard, request, phases } = work;
  output.stderr.write("planning …\n");
  const planned = new StepCollector();
  const watch = (event: EngineEvent) => {
    planned.accept(event);
    approved?.preview.watch(event);
  };
  const options = { policy, ...approved?.preview, watch };
  const plan = await phases.time("plan", () => previewStack(opened.stack, output, options));
  approved?.check();
  await refuseOtherCheckout(work.stackName, plan);
  // An update that failed is finished by one that succeeds, though nothing may be left to do: only that is a release.
  if (isUnchanged(plan) && work.standing.kind !== "disturbed") {
    output.stderr.write(`no changes (${plan.summary["same"] ?? 0} resources)\n`);
    const outputs = await phases.time("outputs", () => readOutputs(opened.name, opened.stack, false));
    return { plan, outputs };
  }
  // Whoever approved a plan has seen what it loses.
  if (approved === undefined) await agreeToLosses(dataLosses(planned.steps), work, output);
  const update = { plan, policy, request, ...approved?.update };
  const made = await phases.time("update", () =>
    guardUpdate(guard, { opened, output }, () => updateStack(opened, update, output)),
  );
  return { plan, ...made };
}

/** Asks before data is lost; where nothing is lost, nobody is asked. @throws UserError `not-confirmed`, `loss-not-accepted` */
async function agreeToLosses(
  losses: readonly DataLoss[],
  { opened: { name }, consent }: Pick<Work, "opened" | "consent">,
  output: Output,
): Promise<void> {
  if (losses.length === 0) return;
  const rows = losses.map(({ op, name: resource, why }) => [op, resource, why]);
  output.stderr.write(`\n${renderTable([["CHANGE", "RESOURCE", "WHAT IS LOST"], ...rows])}\n\n`);
  const question = `Update ${name} and lose the data above?`;
  await agreeTo({ question, isLossy: true }, { stack: name, ...consent }, output);
}

function renderPhases(phases: Phases): string {
  const times = Object.entries(phases.all);
  const total = times.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const parts = times.map(([phase, milliseconds]) => `${phase} ${renderDuration(milliseconds)}`);
  return `${renderDuration(total)} (${parts.join(", ")})`;
}
