import type { AliasSpec, CustomSpec, ResourceSpec } from "./program-spec.ts";

/** The resources without one, and without what refers to it. */
export function withoutResource(resources: readonly ResourceSpec[], key: string): ResourceSpec[] {
  return resources.filter((spec) => spec.key !== key).map((spec) => withoutReferences(spec, key));
}

/** A resource that no longer needs another. */
export function withoutReferences(spec: ResourceSpec, key: string): ResourceSpec {
  const { parent, dependsOn, ...rest } = spec;
  const needed = dependsOn?.filter((other) => other !== key) ?? [];
  const common = {
    ...rest,
    ...(parent !== undefined && parent !== key && { parent }),
    ...(needed.length > 0 && { dependsOn: needed }),
  } as ResourceSpec;
  return common.kind === "custom" ? withoutCompanion(common, key) : common;
}

function withoutCompanion(spec: CustomSpec, key: string): CustomSpec {
  const { provider, deletedWith, replaceWith, refs, ...rest } = spec;
  const companions = replaceWith?.filter((other) => other !== key) ?? [];
  const links = refs?.filter(({ to }) => to !== key) ?? [];
  return {
    ...rest,
    ...(provider !== undefined && provider !== key && { provider }),
    ...(deletedWith !== undefined && deletedWith !== key && { deletedWith }),
    ...(companions.length > 0 && { replaceWith: companions }),
    ...(links.length > 0 && { refs: links }),
  };
}

/** Without aliases that would claim what another resource is called, or claims. */
export function pruneAliases(resources: readonly ResourceSpec[]): ResourceSpec[] {
  const names = new Set(resources.map(({ name }) => name));
  const keys = new Set(resources.map(({ key }) => key));
  const claimed = new Set<string>();
  return resources.map((spec) => {
    if (spec.aliases === undefined) return spec;
    const fits = ({ name, parent }: AliasSpec): boolean => {
      if (name !== undefined && (names.has(name) || claimed.has(name))) return false;
      if (name !== undefined) claimed.add(name);
      return typeof parent !== "string" || keys.has(parent);
    };
    const kept = spec.aliases.filter(fits);
    const { aliases: _aliases, ...rest } = spec;
    return (kept.length > 0 ? { ...rest, aliases: kept } : rest) as ResourceSpec;
  });
}
