import type { ResourceState } from "./resource.ts";

/**
 * A resource without references to what is not `there`. One whose parent is gone keeps its URN, and has no parent until
 * the program registers it again, as with the official CLI.
 */
export function withoutDangling(state: ResourceState, there: ReadonlySet<string>): ResourceState {
  const isThere = (urn: string): boolean => there.has(urn);
  const properties = Object.entries(state.propertyDependencies).map(
    ([key, urns]) => [key, urns.filter(isThere)] as const,
  );
  return {
    ...state,
    parent: isThere(state.parent) ? state.parent : "",
    dependencies: state.dependencies.filter(isThere),
    propertyDependencies: Object.fromEntries(properties.filter(([, urns]) => urns.length > 0)),
    replaceWith: state.replaceWith.filter(isThere),
    deletedWith: isThere(state.deletedWith) ? state.deletedWith : "",
  };
}

/** A sorted list of resources without references to what is not among them. */
export function dropDangling(sorted: readonly ResourceState[]): readonly ResourceState[] {
  const there = new Set<string>();
  return sorted.map((state) => {
    const kept = withoutDangling(state, there);
    there.add(state.urn);
    return kept;
  });
}
