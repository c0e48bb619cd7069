/** Mends a state whose resources are out of order or refer to others that are gone. Pure. */
import { UserError } from "../errors.ts";
import { parseProviderReference, parseUrn, providerReference, urnOfQualifiedType } from "../plan/urn.ts";
import type { ResourceState } from "./resource.ts";
import { dependenciesOf, mapDependencies, type ResourceDependency } from "./resource-dependencies.ts";

type Resources = readonly ResourceState[];

/** What was taken from a resource, and the URN it got by that. */
export interface PrunedResource {
  readonly before: ResourceState;
  readonly after: ResourceState;
  readonly removed: readonly ResourceDependency[];
}

export interface Repair {
  readonly resources: Resources;
  /** Resources that stand elsewhere now, themselves and not because of others. */
  readonly reordered: Resources;
  readonly pruned: readonly PrunedResource[];
}

/** Sorts resources after what they refer to and drops references to what is not there. @throws UserError `state-not-repairable`. */
export function repairState(resources: Resources): Repair {
  const sorted = sortResources(resources);
  const pruned = pruneResources(sorted);
  return {
    resources: pruned.map(({ after }) => after),
    reordered: findReordered(resources, sorted),
    pruned: pruned.filter(({ before, after, removed }) => removed.length > 0 || before.urn !== after.urn),
  };
}

/**
 * Sorts resources after what they refer to, depth first. Of two copies with one URN, an old one refers to old ones and
 * a live one to live ones; a provider is known by its id. @throws UserError `state-not-repairable`.
 */
export function sortResources(resources: Resources): Resources {
  const providers = new Map(
    resources.map((resource) => [providerReference(resource.urn, resource.id), resource]),
  );
  const byUrn = (copies: Resources) => new Map(copies.map((resource) => [resource.urn, resource]));
  const old = byUrn(resources.filter((resource) => resource.delete));
  const live = byUrn(resources.filter((resource) => !resource.delete));
  const sorted = new Set<ResourceState>();
  const open = new Set<ResourceState>();
  const visit = (resource: ResourceState) => {
    if (sorted.has(resource)) return;
    if (open.has(resource)) throw notRepairable("snapshot has cyclic dependencies");
    open.add(resource);
    const [own, other] = resource.delete ? [old, live] : [live, old];
    const provider = providers.get(resource.provider);
    if (provider !== undefined) visit(provider);
    for (const urn of referencesOf(resource)) {
      if (urn === provider?.urn) continue;
      const next = own.get(urn) ?? other.get(urn);
      if (next !== undefined) visit(next);
    }
    open.delete(resource);
    sorted.add(resource);
  };
  for (const resource of resources) visit(resource);
  return [...sorted];
}

function referencesOf(resource: ResourceState): readonly string[] {
  const urns = dependenciesOf(resource).map(({ urn }) => urn);
  if (resource.provider === "") return urns;
  if (resource.provider.includes("::")) return [...urns, parseProviderReference(resource.provider).urn];
  throw notRepairable(
    `failed to parse provider reference for resource ${resource.urn}: expected '::' in provider reference '${resource.provider}'`,
  );
}

function notRepairable(message: string): UserError {
  return new UserError("state-not-repairable", message);
}

/** Of a sorted list: what a resource refers to was seen before it, or is not there. */
function pruneResources(sorted: Resources): readonly PrunedResource[] {
  const present = new Map<string, string>();
  return sorted.map((before) => {
    const removed: ResourceDependency[] = [];
    const pruned = mapDependencies(before, (dependency) => {
      const urn = present.get(dependency.urn);
      if (urn === undefined) removed.push(dependency);
      return urn;
    });
    const after = before.parent === "" ? pruned : { ...pruned, urn: urnBelow(before.urn, pruned.parent) };
    present.set(before.urn, after.urn);
    return { before, after, removed };
  });
}

/** The URN that a resource has under a parent, or without one. */
function urnBelow(urn: string, parent: string): string {
  const parts = parseUrn(urn);
  const parentType = parent === "" ? "" : (parseUrn(parent)?.qualifiedType ?? "");
  return parts === undefined ? urn : urnOfQualifiedType({ ...parts, parentType });
}

/** Those whose neighbours on both sides changed: a resource that moved shifts others, which did not move. */
function findReordered(before: Resources, after: Resources): Resources {
  const neighbours = (list: Resources) =>
    new Map(list.map((resource, index) => [resource.urn, [list[index - 1]?.urn, list[index + 1]?.urn]]));
  const [old, present] = [neighbours(before), neighbours(after)];
  return after.filter(({ urn }) => {
    const [previous, next] = old.get(urn) ?? [];
    const [nowPrevious, nowNext] = present.get(urn) ?? [];
    return previous !== nowPrevious && next !== nowNext;
  });
}
