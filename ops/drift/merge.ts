import type { DriftFinding } from "../../contracts/drift.ts";
import { topLevelOf } from "./canonical.ts";
import type { EngineSighting } from "./engine-reading.ts";
import type { LiveReader, LiveReading, Sighting, Trace } from "./platforms/live-reader.ts";
import type { ManagedResource } from "./recorded.ts";

/** What a platform's reader said. */
export interface PlatformReading {
  readonly reader: LiveReader;
  readonly reading: LiveReading;
}

/** A sighting with its resource's names and with who saw it; secrets are hidden. */
export interface Seen extends Sighting {
  readonly name: string;
  readonly type: string;
  readonly component: string;
  readonly secret: boolean;
  readonly seenBy: DriftFinding["seenBy"];
}

const UNKNOWN: Trace = { what: "changed outside of the program", who: null, when: null };

/** One row a property: what the engine's refresh reports and what the platforms' readers find. */
export function mergeSightings(
  resources: readonly ManagedResource[],
  engine: readonly EngineSighting[],
  readings: readonly PlatformReading[],
): Seen[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const told = new Set(engine.flatMap(({ urn, kind, property }) => keysOf(urn, kind, property)));
  const fromPlatforms = readings.flatMap(({ reading }) =>
    reading.sightings.map((sighting) => {
      const { resource, kind, property } = sighting;
      const isTold = [...keysOf(resource, kind, property), `${resource} deleted`].some((key) =>
        told.has(key),
      );
      return see(sighting, byUrn, isTold ? ["engine", "platform"] : ["platform"]);
    }),
  );
  const fromEngine = engine
    .filter((sighting) => isEnginesAlone(sighting, byUrn, readings))
    .map(({ urn, ...sighting }) => {
      const told = readings
        .map(({ reading }) => reading.traces.get(urn))
        .find((found) => found !== undefined);
      const trace = told?.(sighting.property) ?? UNKNOWN;
      return see({ ...sighting, resource: urn, trace }, byUrn, ["engine"]);
    });
  const unmanaged = readings.flatMap(({ reading }) =>
    reading.unmanaged.map(
      (found): Seen => ({
        ...found,
        kind: "unmanaged",
        property: "",
        recorded: null,
        live: "there",
        secret: false,
        seenBy: ["platform"],
      }),
    ),
  );
  return [...fromPlatforms, ...fromEngine, ...unmanaged];
}

function keysOf(urn: string, kind: string, property: string): string[] {
  return kind === "deleted" ? [`${urn} deleted`] : [`${urn} ${topLevelOf(property)}`];
}

/** A reader that compares a resource itself has the last word; what the platform sets by itself is no drift. */
function isEnginesAlone(
  { urn, kind, property }: EngineSighting,
  byUrn: ReadonlyMap<string, ManagedResource>,
  readings: readonly PlatformReading[],
): boolean {
  const resource = byUrn.get(urn);
  if (resource === undefined) return false;
  return readings
    .filter(({ reader }) => reader.reads(resource))
    .every(({ reader, reading }) => {
      const own = reading.sightings.filter((sighting) => sighting.resource === urn);
      if (kind === "deleted") return own.length === 0;
      const isSeen = own.some((sighting) => topLevelOf(sighting.property) === topLevelOf(property));
      return !isSeen && !reader.isPlatformsOwn(resource.type, property);
    });
}

function see(sighting: Sighting, byUrn: ReadonlyMap<string, ManagedResource>, seenBy: Seen["seenBy"]): Seen {
  const resource = byUrn.get(sighting.resource);
  const secret = resource?.secrets.has(topLevelOf(sighting.property)) === true;
  const hide = (value: string | null) => (secret && value !== null ? "[secret]" : value);
  return {
    ...sighting,
    recorded: hide(sighting.recorded),
    live: hide(sighting.live),
    name: resource?.name ?? sighting.resource,
    type: resource?.type ?? "",
    component: resource?.component ?? "",
    secret,
    seenBy,
  };
}
