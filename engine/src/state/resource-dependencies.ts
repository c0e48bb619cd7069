import type { ResourceState } from "./resource.ts";

/** One reference of a resource to another; the provider is not among them. */
export interface ResourceDependency {
  readonly kind: "parent" | "dependency" | "property" | "deletedWith" | "replaceWith";
  readonly urn: string;
  /** Of kind `property`: which one. */
  readonly property: string;
}

/** All references of a resource, in the order of the checkpoint's fields. */
export function dependenciesOf(resource: ResourceState): readonly ResourceDependency[] {
  const { parent, dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
  const found: ResourceDependency[] = [];
  const add = (kind: ResourceDependency["kind"], urn: string, property = "") => {
    if (urn !== "") found.push({ kind, urn, property });
  };
  add("parent", parent);
  for (const urn of dependencies) add("dependency", urn);
  for (const [property, urns] of Object.entries(propertyDependencies)) {
    for (const urn of urns) add("property", urn, property);
  }
  add("deletedWith", deletedWith);
  for (const urn of replaceWith) add("replaceWith", urn);
  return found;
}

/** A resource with each reference replaced by what `change` gives, or without it where that is undefined. */
export function mapDependencies(
  resource: ResourceState,
  change: (dependency: ResourceDependency) => string | undefined,
): ResourceState {
  const all = (kind: ResourceDependency["kind"], urns: readonly string[], property = "") =>
    urns.flatMap((urn) => change({ kind, urn, property }) ?? []);
  const one = (kind: ResourceDependency["kind"], urn: string) =>
    urn === "" ? "" : (change({ kind, urn, property: "" }) ?? "");
  const byProperty = () =>
    Object.entries(resource.propertyDependencies)
      .map(([property, urns]) => [property, all("property", urns, property)] as const)
      .filter(([, urns]) => urns.length > 0);
  return {
    ...resource,
    parent: one("parent", resource.parent),
    dependencies: all("dependency", resource.dependencies),
    propertyDependencies: Object.fromEntries(byProperty()),
    deletedWith: one("deletedWith", resource.deletedWith),
    replaceWith: all("replaceWith", resource.replaceWith),
  };
}
