import { providerReference } from "../plan/urn.ts";
import { dropDangling } from "./dangling-references.ts";
import { normalizeUrns } from "./normalize-urns.ts";
import { sortResources } from "./repair-state.ts";
import type { ResourceState } from "./resource.ts";
import { dependenciesOf } from "./resource-dependencies.ts";

type Resources = readonly ResourceState[];

/**
 * The resources of a run, in the order in which it finished them, as a state may record them: under their present
 * names, each after what it refers to. That is their order already, but for what is carried over unseen and what the
 * program had read again (`reread`): then, too, what they refer to may be gone. Gives the same list where nothing changes.
 * @throws UserError `duplicate-alias`, `state-not-repairable`.
 */
export function settleResources(resources: Resources, { reread }: { readonly reread: boolean }): Resources {
  const named = normalizeUrns(resources);
  return reread && !isInOrder(named) ? dropDangling(sortResources(named)) : inOrder(named);
}

/** The same list where each resource stands after what it refers to, else a sorted one. @throws UserError `state-not-repairable`. */
export function inOrder(resources: Resources): Resources {
  return isInOrder(resources) ? resources : sortResources(resources);
}

function isInOrder(resources: Resources): boolean {
  const urns = new Set<string>();
  const references = new Set<string>();
  for (const resource of resources) {
    const { urn, id, provider, pendingReplacement } = resource;
    if (provider !== "" && !references.has(provider) && !pendingReplacement) return false;
    if (dependenciesOf(resource).some((dependency) => !urns.has(dependency.urn))) return false;
    urns.add(urn);
    references.add(providerReference(urn, id));
  }
  return true;
}
