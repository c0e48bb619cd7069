import type { Checkpoint, RecordedResource } from "./checkpoint.ts";

/**
 * Names that resources of `recorded` have in `current`: URN -> its later URNs. The alias with which the program renamed
 * one is forgotten once it is done, so a resource is known again by its type and id where only one has them.
 */
export function findRenamed(
  recorded: Checkpoint,
  current: Checkpoint,
): ReadonlyMap<string, readonly string[]> {
  const isGone = absentFrom(current);
  const isNew = absentFrom(recorded);
  const later = new Map(onlyOnes(current).map((resource) => [identityOf(resource), resource]));
  return new Map(
    onlyOnes(recorded).flatMap((resource) => {
      const found = later.get(identityOf(resource));
      return found !== undefined && isGone(resource) && isNew(found) ? [[resource.urn, [found.urn]]] : [];
    }),
  );
}

function absentFrom({ resources }: Checkpoint): (resource: RecordedResource) => boolean {
  const urns = new Set(resources.map(({ urn }) => urn));
  return ({ urn }) => !urns.has(urn);
}

/** Custom resources that share type and id with no other. */
function onlyOnes({ resources }: Checkpoint): RecordedResource[] {
  const owned = resources.filter((resource) => resource.custom && !resource.delete && resource.id !== "");
  const counts = Map.groupBy(owned, identityOf);
  return owned.filter((resource) => counts.get(identityOf(resource))?.length === 1);
}

function identityOf({ type, id }: RecordedResource): string {
  return `${type}\0${id}`;
}
