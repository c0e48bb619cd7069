import { type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import type { ClusterAccess } from "../../../cluster-access.ts";
import { loadKubeConfig } from "../../../kube-config.ts";
import type { FieldManager } from "./field-owners.ts";
import { keyOf, type ObjectPlace } from "./recorded-object.ts";

/** An object as the API server has it; objects of kinds that the client does not know have their times as text. */
export interface LiveObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: { readonly [label: string]: string };
    readonly creationTimestamp?: Date | string;
    readonly deletionTimestamp?: Date | string;
    readonly ownerReferences?: readonly unknown[];
    readonly managedFields?: readonly FieldManager[];
  };
}

/** What a cluster has at the places of recorded objects, and beside them. */
export interface LiveObjects {
  /** By `keyOf` its place. */
  readonly byKey: ReadonlyMap<string, LiveObject>;
  /** Everything of the recorded kinds in the namespaces of recorded objects. */
  readonly inNamespaces: readonly { readonly place: ObjectPlace; readonly object: LiveObject }[];
}

/** Lists each recorded kind in each namespace once; what is in no namespace is read by name, as no more need be allowed. */
export async function readLiveObjects(
  access: ClusterAccess,
  places: readonly ObjectPlace[],
): Promise<LiveObjects> {
  const api = KubernetesObjectApi.makeApiClient(loadKubeConfig(access));
  const lists = new Map(
    places
      .filter(({ namespace }) => namespace !== "")
      .map((place) => [[place.apiVersion, place.kind, place.namespace].join(" "), place]),
  );
  const listed = await Promise.all([...lists.values()].map((place) => listBeside(api, place)));
  const named = await Promise.all(
    places.filter(({ namespace }) => namespace === "").map((place) => readOne(api, place)),
  );
  const inNamespaces = listed.flat();
  const found = [...inNamespaces, ...named.flat()];
  return { byKey: new Map(found.map(({ place, object }) => [keyOf(place), object])), inNamespaces };
}

async function listBeside(api: KubernetesObjectApi, like: ObjectPlace) {
  const { apiVersion, kind, namespace } = like;
  const list = await orNothing(() => api.list(apiVersion, kind, namespace));
  return (list?.items ?? []).map((object) => ({
    place: { ...like, name: object.metadata?.name ?? "" },
    object: object as LiveObject,
  }));
}

async function readOne(api: KubernetesObjectApi, place: ObjectPlace) {
  const { apiVersion, kind, name } = place;
  const object = await orNothing<KubernetesObject>(() => api.read({ apiVersion, kind, metadata: { name } }));
  return object === undefined ? [] : [{ place, object: object as LiveObject }];
}

/** Undefined where the server has no such object, or no longer such a kind. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code === 404 || String(message).startsWith("Unrecognized API version and kind")) return undefined;
    throw error;
  }
}
