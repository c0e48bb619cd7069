import { untargetedSame } from "../plan/decide.ts";
import { allDependencies } from "../plan/dependencies.ts";
import type { Step, TrackedResource } from "../plan/step.ts";
import type { ResourceState } from "../state/resource.ts";
import type { Generated } from "./generator.ts";
import { bail, type Run } from "./run.ts";

/**
 * Recorded resources that a resource needs and that nothing in this targeted operation registers: they are
 * carried over before it, so that the snapshot stays in dependency order.
 */
export function carryOver(run: Run, state: ResourceState): readonly Step[] {
  if (!run.ledger.targets.isConstrained) return [];
  return allDependencies(state).flatMap((urn) => carryOverOne(run, urn));
}

/** The recorded provider of a resource, where nothing has registered it in this run: it stays, and comes before. */
export function carryOverProvider(run: Run, { provider }: ResourceState): readonly Step[] {
  const recorded = run.ledger.findProvider(provider);
  return recorded === undefined || recorded.state.delete ? [] : carryOverOne(run, recorded.state.urn);
}

function carryOverOne(run: Run, urn: string): readonly Step[] {
  const { ledger } = run;
  const old = ledger.findOld(urn);
  if (old === undefined || ledger.hasStep(urn) || ledger.isOperatedOn(urn)) return [];
  if (ledger.seen.has(urn) && !ledger.leftAlone.has(urn)) return [];
  ledger.mark(urn, "same");
  ledger.seen.add(urn);
  return [...allDependencies(old.state).flatMap((name) => carryOverOne(run, name)), untargetedSame(old)];
}

/** The steps for a registered resource that is recorded but not in the targets: it stays as it is, after what it needs. */
export function keepUntargeted(
  run: Run,
  urn: string,
  old: TrackedResource,
): Extract<Generated, { readonly kind: "steps" }> {
  refuseChangedProvider(run, urn, old.state);
  const { ledger } = run;
  ledger.mark(urn, "same");
  ledger.mark(old.state.urn, "same");
  ledger.seen.add(old.state.urn);
  const steps: Step[] = [];
  for (const name of allDependencies(old.state)) {
    const missing = ledger.findOld(name) === undefined && !ledger.hasStep(name) && !ledger.isOperatedOn(name);
    if (missing && !ledger.seen.has(name)) {
      throw bail(run, urn, `dependency ${name} of untargeted resource ${urn} has no old state`);
    }
    steps.push(...carryOverOne(run, name));
  }
  const kept = untargetedSame(old);
  const answer = { resource: kept.new, unknown: false, stableKeys: [] };
  return { kind: "steps", steps: [...steps, kept], answer };
}

/** What stays as it is needs the provider that it has: without it, nobody could say what the object is. */
function refuseChangedProvider(run: Run, urn: string, { provider }: ResourceState): void {
  if (provider === "" || isRegistered(run, provider)) return;
  const recorded = run.ledger.findProvider(provider) !== undefined;
  const message = recorded
    ? `provider ${provider} for resource ${urn} has not been registered yet, this is due to a change of providers ` +
      "mixed with --target. Change your program back to the original providers"
    : `could not find provider ${provider} in old state`;
  throw bail(run, urn, message);
}

function isRegistered(run: Run, provider: string): boolean {
  try {
    run.registry.get(provider);
    return true;
  } catch {
    return false;
  }
}
