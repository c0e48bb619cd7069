import type { Trace } from "./platforms/live-reader.ts";

/** What the grouping looks at. */
export interface Traced {
  readonly resource: string;
  readonly trace: Trace;
}

/** Deeds of one kind that follow each other closer than this are one. */
const SAME_DEED = 60_000;

/** Puts together what one deed did: one list a cause, in the order of its first sighting. */
export function groupByCause<T extends Traced>(sightings: readonly T[]): T[][] {
  const followers = sightings.filter(({ trace }) => trace.follows !== undefined);
  const groups = clusterDeeds(sightings.filter(({ trace }) => trace.follows === undefined));
  for (const follower of followers) {
    const leading = groups.find((group) => group.some(({ resource }) => resource === follower.trace.follows));
    if (leading === undefined) groups.push([follower]);
    else leading.push(follower);
  }
  return groups;
}

function clusterDeeds<T extends Traced>(sightings: readonly T[]): T[][] {
  const groups: T[][] = [];
  const ordered = sightings.toSorted((left, right) => timeOf(left) - timeOf(right));
  for (const sighting of ordered) {
    const found = groups.find((group) => {
      const last = group.at(-1);
      return last !== undefined && isSameDeed(last, sighting);
    });
    if (found === undefined) groups.push([sighting]);
    else found.push(sighting);
  }
  return groups;
}

/** Without a time or a name only what happened to one resource is surely one deed. */
function isSameDeed(left: Traced, right: Traced): boolean {
  if (left.trace.what !== right.trace.what || left.trace.who !== right.trace.who) return false;
  if (left.trace.when === null || right.trace.when === null) {
    return left.trace.when === right.trace.when && left.resource === right.resource;
  }
  return timeOf(right) - timeOf(left) <= SAME_DEED;
}

function timeOf({ trace }: Traced): number {
  return trace.when === null ? 0 : Date.parse(trace.when);
}
