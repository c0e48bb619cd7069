import Docker from "dockerode";
import { type Canonical, canonical, compareCanonical } from "../canonical.ts";
import type { ManagedResource } from "../recorded.ts";
import { canonicalContainer } from "./docker/canonical-container.ts";
import { declaredNetwork, declaredVolume, liveNetwork, liveVolume } from "./docker/canonical-others.ts";
import { declaredContainer } from "./docker/declared-container.ts";
import { type DockerEvent, findTrace, readEvents } from "./docker/events.ts";
import { CONTAINER, IMAGE, type Inventory, NETWORK, takeInventory, VOLUME } from "./docker/inventory.ts";
import { shapeOf } from "./docker/shape.ts";
import { traceContainer } from "./docker/trace.ts";
import { findUnmanaged } from "./docker/unmanaged.ts";
import { contentOf } from "./docker/volume-content.ts";
import { textAt } from "./inputs.ts";
import type { LiveReader, Sighting, Trace } from "./live-reader.ts";
import { timeOf } from "./time.ts";

const TYPES = [CONTAINER, NETWORK, VOLUME, IMAGE];

/** Reads containers, networks, volumes and images of this machine's Docker Engine, property by property. */
export function dockerReader(docker = new Docker()): LiveReader {
  return {
    name: "Docker",
    // The reader itself compares every property: what else the engine reports, Docker gives by itself.
    isPlatformsOwn: (type) => TYPES.includes(type),
    reads: ({ type }) => TYPES.includes(type),
    async read(resources, stack, since) {
      const [inventory, events] = await Promise.all([
        takeInventory(docker, resources, stack),
        readEvents(docker, since),
      ]);
      const compared = new Map<string, Canonical>();
      const remember = (urn: string, live: Canonical) => {
        compared.set(urn, live);
        return live;
      };
      const context: Context = { resources, inventory, events, since, remember, drifted: new Map() };
      const others = resources.filter(({ type }) => type !== CONTAINER);
      const sightings = others.flatMap((resource) => readOther(resource, context));
      const drifted = new Map(networksIn(resources, sightings));
      const containers = resources.filter(({ type }) => type === CONTAINER);
      sightings.push(...containers.flatMap((resource) => readContainer(resource, { ...context, drifted })));
      return { sightings, compared, unmanaged: findUnmanaged(inventory, resources), traces: new Map() };
    },
  };
}

interface Context {
  readonly resources: readonly ManagedResource[];
  readonly inventory: Inventory;
  readonly events: readonly DockerEvent[];
  /** When the state was last written. */
  readonly since: string | undefined;
  /** Name of a network that has drifted itself -> its URN. */
  readonly drifted: ReadonlyMap<string, string>;
  remember(urn: string, live: Canonical): Canonical;
}

function networksIn(
  resources: readonly ManagedResource[],
  sightings: readonly Sighting[],
): [name: string, urn: string][] {
  const urns = new Set(
    sightings
      .filter(({ kind, property }) => kind === "deleted" || property === "id")
      .map(({ resource }) => resource),
  );
  return resources
    .filter(({ urn, type }) => type === NETWORK && urns.has(urn))
    .map(({ urn, inputs }) => [textAt(inputs, "name"), urn]);
}

function readContainer(resource: ManagedResource, context: Context): Sighting[] {
  const { inventory, events, drifted } = context;
  const name = textAt(resource.inputs, "name") || textAt(resource.outputs, "name");
  const live = inventory.containers.get(resource.id) ?? inventory.containers.get(name);
  if (live === undefined) return [deleted(resource, events, [resource.id, name])];
  const image = textAt(resource.inputs, "image");
  const hostname = textAt(resource.inputs, "hostname");
  const shape = shapeOf(live, { imageById: image.startsWith("sha256:"), hostname });
  const surroundings = {
    // Where the image is gone, what it gave cannot be told from the container's own: it is taken as it is.
    image: inventory.images.get(image)?.Config ?? shape.config,
    daemon: inventory.daemon,
  };
  const canonicalLive = context.remember(resource.urn, canonicalContainer(shape));
  const declared = canonicalContainer(declaredContainer(resource, surroundings, shape));
  return changed(
    resource,
    compareCanonical(withId(declared, resource.id), withId(canonicalLive, live.Id)),
    (property) => traceContainer(property, { live, resource, events, drifted }),
  );
}

function withId(values: Canonical, id: string): Canonical {
  return new Map([["id", id], ...values]);
}

function readOther(resource: ManagedResource, context: Context): Sighting[] {
  const { inventory, events } = context;
  const { urn, type, id, inputs, outputs } = resource;
  if (type === IMAGE) return readImage(resource, context);
  const name = textAt(inputs, "name") || textAt(outputs, "name");
  if (type === NETWORK) {
    const live = inventory.networks.get(id) ?? inventory.networks.get(name);
    if (live === undefined) return [deleted(resource, events, [id, name])];
    const values = context.remember(urn, liveNetwork(live, inputs));
    const trace: Trace = { what: "made anew under the same name", who: null, when: timeOf(live.Created) };
    return changed(resource, compareCanonical(declaredNetwork(resource), values), () => trace);
  }
  return readVolume(resource, context);
}

function readVolume(resource: ManagedResource, context: Context): Sighting[] {
  const { inventory, events } = context;
  const { urn, id } = resource;
  const live = inventory.volumes.get(id);
  if (live === undefined) return [deleted(resource, events, [id])];
  const { content, trace } = contentOf({ ...context, ...inventory, resource, live });
  const values = context.remember(urn, liveVolume(live, content));
  return changed(resource, compareCanonical(declaredVolume(resource), values), () => trace);
}

/** An image is its id under its name: either may go, and the name may mean another image by now. */
function readImage(resource: ManagedResource, { inventory, events, remember }: Context): Sighting[] {
  const name = textAt(resource.inputs, "name");
  const recorded = textAt(resource.outputs, "imageId");
  const named = inventory.images.get(name);
  const kept = inventory.images.get(recorded);
  if (named === undefined && kept === undefined) return [deleted(resource, events, [recorded, name])];
  const found = findTrace(events, { subjects: [recorded, name], actions: ["tag", "untag", "delete"] });
  const trace = found ?? { what: named ? "docker tag" : "docker image rm", who: null, when: null };
  const live = remember(
    resource.urn,
    canonical([
      ["name", named && name],
      ["imageId", named?.Id ?? kept?.Id],
    ]),
  );
  return changed(
    resource,
    compareCanonical(
      canonical([
        ["name", name],
        ["imageId", recorded],
      ]),
      live,
    ),
    () => trace,
  );
}

function deleted(
  resource: ManagedResource,
  events: readonly DockerEvent[],
  subjects: readonly string[],
): Sighting {
  const found = findTrace(events, { subjects, actions: ["destroy", "remove", "delete", "untag"] });
  return {
    kind: "deleted",
    resource: resource.urn,
    property: "",
    recorded: "there",
    live: null,
    trace: found ?? { what: "deleted", who: null, when: null },
  };
}

function changed(
  resource: ManagedResource,
  differences: ReturnType<typeof compareCanonical>,
  traceOf: (property: string) => Trace,
): Sighting[] {
  return differences.map((difference) => ({
    kind: "changed",
    resource: resource.urn,
    ...difference,
    trace: traceOf(difference.property),
  }));
}
