import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, sameValue, textAt } from "../plain-values.ts";
import { doing, isNotFound, OperationError } from "./atlas-error.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { FLEX_CLUSTER } from "./schema-clusters.ts";
import { compact, fromPairs, pick, toPairs } from "./values.ts";
import { awaitNew, FLEX_POLL_MS, limitOf, waitUntilGone, waitUntilIdle } from "./wait-for-state.ts";

const VERSION = "2024-11-13";
const OUTPUTS = [
  "clusterType",
  "createDate",
  "name",
  "stateName",
  "terminationProtectionEnabled",
  "versionReleaseSystem",
];

/** A small cluster that Atlas sizes by itself. */
export const flexClusterKind: ResourceKind = {
  schema: FLEX_CLUSTER,
  create: async (context, { planned }) => {
    const keys = keysOf(planned);
    const body = compact({
      name: keys.name,
      providerSettings: pick(findMapAt(planned, "providerSettings") ?? {}, [
        "backingProviderName",
        "regionName",
      ]),
      terminationProtectionEnabled: planned["terminationProtectionEnabled"],
      tags: toPairs(planned["tags"]),
    });
    const where = `Name: ${keys.name}, Project ID: ${keys.projectId}`;
    return explained(
      (reason) => [`error creating flex cluster: ${reason}`, where],
      async () => {
        await context.client.request({
          method: "POST",
          path: listOf(keys.projectId),
          version: VERSION,
          body,
        });
        const live = (cluster: PropertyMap) => liveObject(cluster, planned);
        const drop = () => send(context, "DELETE", planned);
        const ready = async () => live(await waitForIdle(context, planned, "create"));
        return awaitNew(ready, { planned, drop, live });
      },
    );
  },
  read: async (context, id, recorded) => {
    const known = Object.keys(recorded).length === 0 ? keysOfId(id) : recorded;
    try {
      return liveObject(await get(context, known), recorded);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      const { projectId, name } = keysOf(known);
      return doing(`error reading flex cluster (${projectId}): ${name}`, () => Promise.reject(error));
    }
  },
  resumption: {
    find: (context, planned) => flexClusterKind.read(context, "", planned),
    late: [],
    finish: async (context, { planned }) =>
      liveObject(await waitForIdle(context, planned, "create"), planned),
  },
  update: async (context, { recorded, planned }) => {
    const body = compact({
      terminationProtectionEnabled: planned["terminationProtectionEnabled"],
      tags: toPairs(planned["tags"]),
    });
    const isSame = ["terminationProtectionEnabled", "tags"].every((name) =>
      sameValue(recorded[name] ?? null, planned[name] ?? null),
    );
    return doing(`error updating flex cluster: ${textAt(planned, "name")}`, async () => {
      if (!isSame) {
        await context.client.request({ method: "PATCH", path: pathOf(planned), version: VERSION, body });
      }
      return liveObject(await waitForIdle(context, planned, "update"), planned);
    });
  },
  remove: async (context, _id, recorded) => {
    const { projectId, name } = keysOf(recorded);
    try {
      await send(context, "DELETE", recorded);
      const limit = limitOf(context, recorded, ["delete"]);
      await waitUntilGone(context, { read: () => get(context, recorded), every: FLEX_POLL_MS, limit });
    } catch (error) {
      if (isNotFound(error)) return;
      await doing(`error deleting a flex cluster (${projectId}): ${name}`, () => Promise.reject(error));
    }
  },
};

function keysOf(values: PropertyMap): { readonly projectId: string; readonly name: string } {
  return { projectId: textAt(values, "projectId"), name: textAt(values, "name") };
}

/** From an id that a person wrote: `project-name`. */
function keysOfId(id: string): PropertyMap {
  const [, projectId, name] = /^([0-9a-fA-F]{24})-(.*)$/s.exec(id) ?? [];
  if (projectId === undefined || name === undefined) {
    throw new ProviderError(
      "import format error: to import a flex cluster, use the format {project_id}-{cluster_name}",
      { status: "ok" },
    );
  }
  return { projectId, name };
}

function listOf(projectId: string): string {
  return `/groups/${encodeURIComponent(projectId)}/flexClusters`;
}

function pathOf(values: PropertyMap): string {
  const { projectId, name } = keysOf(values);
  return `${listOf(projectId)}/${encodeURIComponent(name)}`;
}

function send({ client }: CallContext, method: "GET" | "DELETE", values: PropertyMap): Promise<PropertyMap> {
  return client.request({ method, path: pathOf(values), version: VERSION });
}

function get(context: CallContext, values: PropertyMap): Promise<PropertyMap> {
  return send(context, "GET", values);
}

function waitForIdle(context: CallContext, planned: PropertyMap, operation: string): Promise<PropertyMap> {
  const limit = limitOf(context, planned, [operation]);
  return waitUntilIdle(context, { read: () => get(context, planned), every: FLEX_POLL_MS, limit });
}

async function explained<Result>(
  words: (reason: string) => readonly [string, string],
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const [summary, detail] = words(error.message);
    throw new OperationError(summary, detail, { cause: error });
  }
}

function liveObject(cluster: PropertyMap, known: PropertyMap): LiveObject {
  const settings = findMapAt(cluster, "providerSettings") ?? {};
  return {
    id: textAt(cluster, "id"),
    values: compact({
      ...pick(cluster, OUTPUTS),
      projectId: cluster["groupId"],
      mongoDbVersion: cluster["mongoDBVersion"],
      backupSettings: pick(findMapAt(cluster, "backupSettings") ?? {}, ["enabled"]),
      connectionStrings: pick(findMapAt(cluster, "connectionStrings") ?? {}, ["standard", "standardSrv"]),
      providerSettings: compact({
        ...pick(settings, ["backingProviderName", "providerName", "regionName"]),
        diskSizeGb: settings["diskSizeGB"],
      }),
      tags: fromPairs(cluster["tags"]) ?? (findMapAt(known, "tags") === undefined ? undefined : {}),
      ...pick(known, ["deleteOnCreateTimeout", "timeouts"]),
    }),
  };
}
