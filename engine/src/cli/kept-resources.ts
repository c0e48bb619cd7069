import { allDependencies } from "../plan/dependencies.ts";
import { parseProviderReference } from "../plan/urn.ts";
import type { ResourceState } from "../state/resource.ts";

function needsOf(resource: ResourceState): readonly string[] {
  if (resource.provider === "") return allDependencies(resource);
  return [...allDependencies(resource), parseProviderReference(resource.provider).urn];
}

/** URNs of the resources that are protected, and of everything those need. */
export function keptByProtection(resources: readonly ResourceState[]): ReadonlySet<string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const kept = new Set<string>();
  const waiting = resources.filter((resource) => resource.protect && !resource.delete).map(({ urn }) => urn);
  for (let urn = waiting.pop(); urn !== undefined; urn = waiting.pop()) {
    const resource = byUrn.get(urn);
    if (resource === undefined || kept.has(urn)) continue;
    kept.add(urn);
    waiting.push(...needsOf(resource));
  }
  return kept;
}
