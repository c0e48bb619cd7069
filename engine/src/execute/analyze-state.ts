import type { EngineEvent } from "../events.ts";
import { createUrn, isProviderType, parseUrn, ROOT_STACK_TYPE } from "../plan/urn.ts";
import type { PolicyPack, PolicyResource } from "../policy/policy-pack.ts";
import type { ResourceState } from "../state/resource.ts";
import { recordedResource } from "./judged-resources.ts";
import { askPacks, named, refusedRemediation, tellViolations } from "./tell-violations.ts";

type Tell = (event: EngineEvent) => void;

/** Lets policy packs judge what is recorded. Nothing is changed, no provider is asked. False where a mandatory policy is violated. */
export async function analyzeState(
  resources: readonly ResourceState[],
  packs: readonly PolicyPack[],
  tell: Tell,
): Promise<boolean> {
  const live = resources.filter((resource) => !resource.delete);
  const providers = new Map(
    resources.filter(({ type }) => isProviderType(type)).map((provider) => [provider.urn, provider]),
  );
  let isAdmitted = true;
  for (const state of live) {
    const resource = recordedResource(state, state.inputs, providers);
    for (const pack of packs) await tellRemediations(pack, resource, tell);
    const judge = (pack: PolicyPack) => named("run policy", pack.analyze(resource));
    await askPacks(packs, judge, ({ violations }) => {
      isAdmitted = tellViolations(tell, violations, () => resource.urn) && isAdmitted;
    });
  }
  const stack = live.map((state) => recordedResource(state, state.outputs, providers));
  const urns = new Set(live.map(({ urn }) => urn));
  const root = rootOf(live);
  const judge = (pack: PolicyPack) => named("run stack policy", pack.analyzeStack(stack));
  await askPacks(packs, judge, ({ violations }) => {
    isAdmitted = tellViolations(tell, violations, ({ urn }) => (urns.has(urn) ? urn : root)) && isAdmitted;
  });
  return isAdmitted;
}

/** What a remediation would change is told, and not done. */
async function tellRemediations(pack: PolicyPack, resource: PolicyResource, tell: Tell): Promise<void> {
  const { urn, properties: before } = resource;
  const { remediations } = await named("run remediation", pack.remediate(resource));
  for (const remediation of remediations) {
    if (remediation.diagnostic !== "") {
      tellViolations(tell, [refusedRemediation(remediation, urn)], () => urn);
      continue;
    }
    const { policy, pack: name, packVersion, properties: after } = remediation;
    tell({ kind: "policy-remediation", urn, policy, pack: name, packVersion, before, after });
  }
}

/** Whom a violation concerns that names no resource. */
function rootOf(live: readonly ResourceState[]): string {
  const root = live.find(({ type, parent }) => type === ROOT_STACK_TYPE && parent === "");
  const first = parseUrn(live[0]?.urn ?? "");
  if (root !== undefined || first === undefined) return root?.urn ?? "";
  const { stack, project } = first;
  return createUrn({ stack, project, parent: "", type: ROOT_STACK_TYPE, name: `${project}-${stack}` });
}
