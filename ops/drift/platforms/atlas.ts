import { type Environment, readAtlasAccess } from "../../data/cloud/credentials.ts";
import { VendorApi } from "../../data/cloud/vendor-api.ts";
import { ROLE_LABEL, type StackName } from "../../stack-name.ts";
import type { ManagedResource } from "../recorded.ts";
import { EVENTS } from "./atlas/event-types.ts";
import { type AtlasEvent, readEvents, traceOfEvents } from "./atlas/events.ts";
import {
  DATABASE_USER,
  type LiveCluster,
  type LiveUser,
  PROJECT,
  readContents,
} from "./atlas/project-contents.ts";
import { findUnmanaged } from "./atlas/unmanaged.ts";
import { textAt } from "./inputs.ts";
import {
  type LiveReader,
  type LiveReading,
  NOTHING_READ,
  type Trace,
  type Unmanaged,
} from "./live-reader.ts";
import { timeOf } from "./time.ts";

const MADE = "made outside of the program";
const UNTOLD: Trace = { what: "changed at Atlas; no event tells by whom", who: null, when: null };

/** Says by a project's events who changed what the engine sees at Atlas, and finds what nobody manages. */
export function atlasReader(env: Environment = process.env): LiveReader {
  return {
    name: "MongoDB Atlas",
    isPlatformsOwn: () => false,
    reads: (resource) => resource.type.startsWith("mongodbatlas:") && projectOf(resource) !== "",
    async read(resources, stack, since) {
      const projects = [...Map.groupBy(resources, projectOf)];
      const readings = await Promise.all(
        projects.map(([id, own]) => {
          const api = new VendorApi(readAtlasAccess(env, own[0]?.provider));
          return readProject(api, { id, resources: own, stack, since });
        }),
      );
      return {
        ...NOTHING_READ,
        unmanaged: readings.flatMap(({ unmanaged }) => unmanaged),
        traces: new Map(readings.flatMap(({ traces }) => [...traces])),
      };
    },
  };
}

function projectOf({ type, id, inputs }: ManagedResource): string {
  return type === PROJECT ? id : textAt(inputs, "projectId");
}

interface Asked {
  readonly id: string;
  readonly resources: readonly ManagedResource[];
  readonly stack: StackName;
  /** When the state was last written. */
  readonly since: string | undefined;
}

async function readProject(
  api: VendorApi,
  { id, resources, stack, since }: Asked,
): Promise<Pick<LiveReading, "unmanaged" | "traces">> {
  const strangers = findUnmanaged(await readContents(api, id), resources, stack);
  const all = await readEvents(api, id, { since });
  const names = [...new Set(resources.map(clusterOf).filter((name) => name !== ""))];
  const ofClusters = await Promise.all(
    names.map(async (cluster) => [cluster, await readEvents(api, id, { since, cluster })] as const),
  );
  const events = { all, ofClusters: new Map(ofClusters) };
  const clusters = await Promise.all(
    strangers.clusters.map(async (cluster) => {
      const own = await readEvents(api, id, { cluster: cluster.name });
      return describeCluster(cluster, id, own);
    }),
  );
  return {
    unmanaged: [...clusters, ...strangers.users.map((user) => describeUser(user, id, all))],
    traces: new Map(
      resources.map((resource) => {
        const trace = traceOfResource(resource, events);
        return [resource.urn, () => trace];
      }),
    ),
  };
}

function describeCluster(
  { name, type, createDate, tags }: LiveCluster,
  project: string,
  events: readonly AtlasEvent[],
): Unmanaged {
  const made = traceOfEvents(type, events.filter(isMaking));
  return {
    resource: `atlas:cluster/${project}/${name}`,
    name,
    type,
    component: tags.find(({ key }) => key === ROLE_LABEL)?.value ?? "",
    trace: made ?? { what: MADE, who: null, when: timeOf(createDate) },
  };
}

function describeUser(
  { username, databaseName }: LiveUser,
  project: string,
  events: readonly AtlasEvent[],
): Unmanaged {
  const made = traceOfEvents(DATABASE_USER, events.filter(isOf(username)).filter(isMaking));
  return {
    resource: `atlas:user/${project}/${databaseName}/${username}`,
    name: username,
    type: DATABASE_USER,
    component: "",
    trace: made ?? { what: MADE, who: null, when: null },
  };
}

interface Events {
  readonly all: readonly AtlasEvent[];
  readonly ofClusters: ReadonlyMap<string, readonly AtlasEvent[]>;
}

function traceOfResource(resource: ManagedResource, { all, ofClusters }: Events): Trace {
  const { type, inputs } = resource;
  switch (EVENTS[type]?.subject) {
    case "cluster":
      return traceOfEvents(type, ofClusters.get(clusterOf(resource)) ?? []) ?? UNTOLD;
    case "user":
      return traceOfEvents(type, all.filter(isOf(textAt(inputs, "username")))) ?? UNTOLD;
    default:
      return traceOfEvents(type, all) ?? UNTOLD;
  }
}

/** Name of the cluster that a resource is, or is of. */
function clusterOf({ type, inputs }: ManagedResource): string {
  if (EVENTS[type]?.subject !== "cluster") return "";
  return textAt(inputs, "clusterName") || textAt(inputs, "name");
}

const isOf = (username: string) => (event: AtlasEvent) => event.dbUserUsername === username;
const isMaking = ({ eventTypeName }: AtlasEvent) =>
  ["CLUSTER_CREATED", "MONGODB_USER_ADDED"].includes(eventTypeName);
