import type { ClusterAccess } from "../../cluster-access.ts";
import type { StackName } from "../../stack-name.ts";
import type { ManagedResource } from "../recorded.ts";
import { objectAt, textAt } from "./inputs.ts";
import { lastManagerOf, traceOf } from "./kubernetes/field-owners.ts";
import type { LiveObject } from "./kubernetes/live-objects.ts";
import { keyOf, type ObjectPlace, placeOf } from "./kubernetes/recorded-object.ts";
import { findUnmanaged, traceOfMaking } from "./kubernetes/unmanaged.ts";
import { type LiveReader, type LiveReading, NOTHING_READ, type Trace } from "./live-reader.ts";

/** Who takes a field away is no longer among those who own it. */
const NOBODY: Trace = { what: "changed or removed; the cluster names nobody", who: null, when: null };

interface Placed {
  readonly resource: ManagedResource;
  readonly place: ObjectPlace;
  readonly type: string;
}

/** Says who changed what the engine sees on a cluster, and finds what nobody manages. It compares nothing itself. */
export function kubernetesReader(): LiveReader {
  return {
    name: "Kubernetes",
    isPlatformsOwn: () => false,
    reads: (resource) => resource.type.startsWith("kubernetes:") && placeOf(resource) !== undefined,
    async read(resources, stack) {
      const clusters = Map.groupBy(resources, ({ provider }) => JSON.stringify(accessOf(provider)));
      const readings = await Promise.all(
        [...clusters.values()].map((own) => readCluster(accessOf(own[0]?.provider ?? {}), own, stack)),
      );
      return {
        ...NOTHING_READ,
        unmanaged: readings.flatMap(({ unmanaged }) => unmanaged),
        traces: new Map(readings.flatMap(({ traces }) => [...traces])),
      };
    },
  };
}

/** The cluster that the resource's provider was told. */
function accessOf(provider: ManagedResource["provider"]): ClusterAccess {
  const told = (key: string) => textAt(provider, key) || undefined;
  return { kubeconfig: told("kubeconfig"), context: told("context") };
}

async function readCluster(
  access: ClusterAccess,
  resources: readonly ManagedResource[],
  stack: StackName,
): Promise<Pick<LiveReading, "unmanaged" | "traces">> {
  const placed = resources.flatMap((resource): Placed[] => {
    const place = placeOf(resource);
    return place === undefined ? [] : [{ resource, place, type: resource.type }];
  });
  const places = placed.map(({ place }) => place);
  // Loading the client takes half a second: only where there is a cluster.
  const { readLiveObjects } = await import("./kubernetes/live-objects.ts");
  const live = await readLiveObjects(access, places);
  const traces = placed.map(({ resource, place }): [string, (property: string) => Trace] => {
    const object = live.byKey.get(keyOf(place));
    return [resource.urn, (property) => traceProperty(property, resource, object)];
  });
  return { unmanaged: findUnmanaged(live, placed, stack), traces: new Map(traces) };
}

function traceProperty(property: string, resource: ManagedResource, live: LiveObject | undefined): Trace {
  if (live === undefined) return { what: "deleted", who: null, when: null };
  const recordedId = textAt(objectAt(resource.outputs, "metadata") ?? {}, "uid");
  const { uid, managedFields = [] } = live.metadata ?? {};
  if (recordedId !== "" && uid !== recordedId) return traceOfMaking(live, "made anew under the same name");
  const manager = lastManagerOf(managedFields, { property, recorded: resource.inputs, live });
  return manager === undefined ? NOBODY : traceOf(manager);
}
