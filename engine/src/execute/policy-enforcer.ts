import type { PlannedGoal } from "../plan/plan-goal.ts";
import { createUrn, ROOT_STACK_TYPE } from "../plan/urn.ts";
import type { PolicyPack, PolicyResource, PolicyViolation } from "../policy/policy-pack.ts";
import { policySummary } from "../policy/policy-summary.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { Registering } from "./generator.ts";
import { judgedResource, judgedStack } from "./judged-resources.ts";
import { Bail, type Run } from "./run.ts";
import { askPacks, named, refusedRemediation, tellViolations } from "./tell-violations.ts";

/** Lets policy packs mend and judge each resource before anything is done about it, and the whole stack at the end. */
export class PolicyEnforcer {
  private readonly packs: readonly PolicyPack[];
  private readonly goals = new Map<string, PlannedGoal>();

  constructor(packs: readonly PolicyPack[]) {
    this.packs = packs;
  }

  get isActive(): boolean {
    return this.packs.length > 0;
  }

  /** @throws Bail where a mandatory policy is violated in an update; previews tell and go on. */
  async enforce(run: Run, { urn, next }: Registering, goal: PlannedGoal): Promise<void> {
    this.goals.set(urn, goal);
    for (const pack of this.packs) {
      next.state = {
        ...next.state,
        inputs: await remediate(run, pack, judgedResource(run, next.state, goal)),
      };
    }
    const isAdmitted = await this.analyze(run, judgedResource(run, next.state, goal));
    if (!isAdmitted && !run.options.preview) throw new Bail(`resource ${urn} is invalid`);
  }

  private async analyze(run: Run, resource: PolicyResource): Promise<boolean> {
    let isAdmitted = true;
    const ask = (pack: PolicyPack) => named("run policy", pack.analyze(resource));
    await askPacks(this.packs, ask, ({ violations, notApplicable }, { info }) => {
      isAdmitted = tellInRun(run, violations, () => resource.urn) && isAdmitted;
      const failed = violations.map(({ policy }) => policy);
      const summary = policySummary(info, "resource", { failed, notApplicable });
      const place = {
        phase: "analyze",
        urn: resource.urn,
        pack: info.name,
        packVersion: info.version,
      } as const;
      run.reporter.event({ kind: "policy-summary", ...place, ...summary });
    });
    return isAdmitted;
  }

  /** Judges what there is at the end of a run that went well. @throws Error where a pack fails. */
  async enforceOnStack(run: Run): Promise<void> {
    if (!this.isActive) return;
    const resources = judgedStack(run, (urn) => this.goals.get(urn)?.deleteBeforeReplace);
    const { stack, project, ledger } = run;
    const root = createUrn({
      stack,
      project,
      parent: "",
      type: ROOT_STACK_TYPE,
      name: `${project}-${stack}`,
    });
    const ask = (pack: PolicyPack) => pack.analyzeStack(resources);
    await askPacks(this.packs, ask, ({ violations, notApplicable }, { info }) => {
      tellInRun(run, violations, ({ urn }) => (ledger.current.has(urn) ? urn : root));
      const failed = violations.map(({ policy }) => policy);
      const summary = policySummary(info, "stack", { failed, notApplicable });
      const place = { phase: "analyze-stack", urn: "", pack: info.name, packVersion: info.version } as const;
      run.reporter.event({ kind: "policy-summary", ...place, ...summary });
    });
  }

  /** Asks every pack to give up. */
  async cancel(): Promise<void> {
    await Promise.all(this.packs.map((pack) => pack.cancel()));
  }
}

/** Gives the inputs to go on with. */
async function remediate(run: Run, pack: PolicyPack, resource: PolicyResource): Promise<PropertyMap> {
  const { urn } = resource;
  const { remediations, notApplicable } = await named("run remediation", pack.remediate(resource));
  let inputs = resource.properties;
  for (const remediation of remediations) {
    if (remediation.diagnostic !== "") tellInRun(run, [refusedRemediation(remediation, urn)], () => urn);
    else {
      const { policy, pack: name, packVersion, properties: after } = remediation;
      run.reporter.event({
        kind: "policy-remediation",
        ...{ urn, policy, pack: name, packVersion },
        before: inputs,
        after,
      });
      inputs = after;
    }
  }
  const failed = remediations.map(({ policy }) => policy);
  const summary = policySummary(pack.info, "resource", { failed, notApplicable });
  const { name, version: packVersion } = pack.info;
  run.reporter.event({
    kind: "policy-summary",
    ...{ phase: "remediate", urn, pack: name, packVersion, ...summary },
  });
  return inputs;
}

/** Tells violations of an operation, which fails where one is mandatory. */
function tellInRun(
  run: Run,
  violations: readonly PolicyViolation[],
  blamed: (violation: PolicyViolation) => string,
): boolean {
  const isAdmitted = tellViolations((event) => run.reporter.event(event), violations, blamed);
  if (!isAdmitted) run.sawError();
  return isAdmitted;
}
