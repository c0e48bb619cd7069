import { SCHEMA_RUN } from "../../../data/schema-job.ts";
import { isSameStack, ownerOf, ROLE_LABEL, type StackName } from "../../../stack-name.ts";
import type { Trace, Unmanaged } from "../live-reader.ts";
import { timeOf } from "../time.ts";
import { byTime, traceOf } from "./field-owners.ts";
import type { LiveObject, LiveObjects } from "./live-objects.ts";
import { keyOf, type ObjectPlace } from "./recorded-object.ts";

/** A recorded place with the resource's type. */
export interface TypedPlace {
  readonly place: ObjectPlace;
  readonly type: string;
}

/** What has the stack's labels and no place in the state; pods and whatever else a recorded object owns are not meant. */
export function findUnmanaged(
  { inNamespaces }: LiveObjects,
  recorded: readonly TypedPlace[],
  stack: StackName,
): Unmanaged[] {
  const known = new Set(recorded.map(({ place }) => keyOf(place)));
  return inNamespaces
    .filter(({ place, object }) => !known.has(keyOf(place)) && isOnItsOwn(object, stack))
    .map(({ place, object }) => {
      const { apiVersion, kind, namespace, name } = place;
      const isAlike = ({ place: other }: TypedPlace) =>
        other.apiVersion === apiVersion && other.kind === kind;
      return {
        resource: `kubernetes:${kind.toLowerCase()}/${namespace}/${name}`,
        name,
        type: recorded.find(isAlike)?.type ?? kind,
        component: object.metadata?.labels?.[ROLE_LABEL] ?? "",
        trace: traceOfMaking(object),
      };
    });
}

function isOnItsOwn({ metadata = {} }: LiveObject, stack: StackName): boolean {
  const { labels = {}, ownerReferences = [], deletionTimestamp } = metadata;
  const isOurs = isSameStack(ownerOf(labels), stack) && labels[ROLE_LABEL] !== SCHEMA_RUN;
  return isOurs && ownerReferences.length === 0 && deletionTimestamp === undefined;
}

/** Whoever wrote first made it. */
export function traceOfMaking({ metadata = {} }: LiveObject, what = "made outside of the program"): Trace {
  const { managedFields = [], creationTimestamp } = metadata;
  const [first] = managedFields.toSorted(byTime);
  return {
    what,
    who: first === undefined ? null : traceOf(first).who,
    when: timeOf(creationTimestamp),
  };
}
