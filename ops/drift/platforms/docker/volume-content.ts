import type { ManagedResource } from "../../recorded.ts";
import { mapsAt, textAt } from "../inputs.ts";
import type { Trace } from "../live-reader.ts";
import { type DockerEvent, findTrace } from "./events.ts";
import { CONTAINER, type LiveVolume } from "./inventory.ts";
import type { LiveContainer } from "./shape.ts";

/** What is known of a volume's past. */
export interface VolumeHistory {
  readonly resource: ManagedResource;
  readonly live: LiveVolume;
  readonly resources: readonly ManagedResource[];
  /** By id. */
  readonly containers: ReadonlyMap<string, LiveContainer>;
  readonly events: readonly DockerEvent[];
  /** When the state was last written. */
  readonly since: string | undefined;
}

export const KEPT = "kept";

/** Whether the data are still those of the recorded volume: Docker gives a volume that is made anew no other id. */
export function contentOf(history: VolumeHistory): { readonly content: string; readonly trace: Trace } {
  const { resource, events, since } = history;
  const when = findTrace(events, { subjects: [resource.id], actions: ["create"] })?.when ?? null;
  const trace: Trace = { what: "made anew under the same name", who: null, when };
  // An event of the second in which the state was written may be that of the update itself.
  if (when !== null && when > (since ?? resource.created ?? when))
    return { content: `made anew at ${when}`, trace };
  const follows = whoKeptIt(history);
  return follows === undefined
    ? { content: KEPT, trace }
    : { content: "cannot be told", trace: { what: "lost its containers", who: null, when: null, follows } };
}

/**
 * URN of a container that kept the volume from being made anew and is gone. Docker removes no volume that a container
 * holds: while one of the recorded ones is there the volume is the recorded one. Nor can it be another where its folder
 * was last changed before the state was.
 */
function whoKeptIt({ resource, live, resources, containers, since }: VolumeHistory): string | undefined {
  const holders = resources.filter(({ type, inputs }) => type === CONTAINER && holds(inputs, resource.id));
  if (holders.some(({ id }) => containers.get(id)?.Id === id)) return undefined;
  const isOlder = Date.parse(live.CreatedAt ?? "") < Date.parse(since ?? "");
  return isOlder ? undefined : holders[0]?.urn;
}

function holds(inputs: ManagedResource["inputs"], volume: string): boolean {
  const sources = [
    ...mapsAt(inputs, "volumes").map((mounted) => textAt(mounted, "volumeName")),
    ...mapsAt(inputs, "mounts").map((mounted) => textAt(mounted, "source")),
  ];
  return sources.includes(volume);
}
