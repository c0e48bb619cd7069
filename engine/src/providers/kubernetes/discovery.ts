import type { PropertyMap } from "../../protocol/property-value.ts";
import { flagAt, mapsAt, textAt } from "../plain-values.ts";
import { type ApiKind, apiVersionOf } from "./api-kind.ts";
import { isNotFound, UnknownKindError } from "./kube-error.ts";

/** How the server serves a kind. */
export interface ApiResource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Where objects of one kind are. */
export interface Place {
  readonly kind: ApiKind;
  /** "" = the default namespace, or none for what has none. */
  readonly namespace: string;
}

/** Knows which kinds the server has, and at which paths. */
export interface Discovery {
  /** Undefined where the server does not know the kind. */
  find(kind: ApiKind): Promise<ApiResource | undefined>;
  /** Asks the server again the next time. */
  forget(): void;
  /** @throws UnknownKindError */
  collectionOf(place: Place): Promise<string>;
  /** @throws UnknownKindError */
  pathOf(reference: Place & { readonly name: string }): Promise<string>;
}

type Resources = ReadonlyMap<string, ApiResource>;

/** Each group is read once. */
export function createDiscovery(read: (path: string) => Promise<PropertyMap>): Discovery {
  const groups = new Map<string, Promise<Resources>>();
  const readGroup = (root: string): Promise<Resources> => {
    const known = groups.get(root);
    if (known !== undefined) return known;
    const reading = read(root).then(resourcesOf, noResources);
    groups.set(root, reading);
    // A failed reading must not stick.
    reading.catch(() => groups.delete(root));
    return reading;
  };
  const find = async (kind: ApiKind) => (await readGroup(rootOf(kind))).get(kind.kind);
  const collectionOf = async ({ kind, namespace }: Place): Promise<string> => {
    const resource = await find(kind);
    if (resource === undefined) throw new UnknownKindError(apiVersionOf(kind), kind.kind);
    const within = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace || "default")}` : "";
    return `${rootOf(kind)}${within}/${resource.plural}`;
  };
  return {
    find,
    forget: () => groups.clear(),
    collectionOf,
    pathOf: async (reference) => `${await collectionOf(reference)}/${encodeURIComponent(reference.name)}`,
  };
}

function rootOf({ group, version }: ApiKind): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

function resourcesOf(list: PropertyMap): Resources {
  // `pods/status` and its like are parts of an object.
  const whole = mapsAt(list, "resources").filter((entry) => !textAt(entry, "name").includes("/"));
  return new Map(
    whole.map((entry) => [
      textAt(entry, "kind"),
      { plural: textAt(entry, "name"), namespaced: flagAt(entry, "namespaced") },
    ]),
  );
}

function noResources(error: unknown): Resources {
  if (isNotFound(error)) return new Map();
  throw error;
}
