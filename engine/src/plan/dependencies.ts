import type { ResourceState } from "../state/resource.ts";
import { parseProviderReference } from "./urn.ts";

/** Everything that must be there before a resource, except its parent. */
export function ownDependencies(resource: ResourceState): readonly string[] {
  const found = new Set<string>(resource.dependencies);
  for (const urns of Object.values(resource.propertyDependencies)) for (const urn of urns) found.add(urn);
  if (resource.deletedWith !== "") found.add(resource.deletedWith);
  for (const urn of resource.replaceWith) found.add(urn);
  if (resource.provider !== "") found.add(parseProviderReference(resource.provider).urn);
  return [...found];
}

/** Everything that must be there before a resource: provider, parent, and every kind of dependency. */
export function allDependencies(resource: ResourceState): readonly string[] {
  const own = ownDependencies(resource);
  return resource.parent === "" || own.includes(resource.parent) ? own : [...own, resource.parent];
}
