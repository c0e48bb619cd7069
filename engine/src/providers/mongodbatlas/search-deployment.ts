import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { mapsAt, textAt } from "../plain-values.ts";
import { doing, isNotFound, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { SEARCH_DEPLOYMENT } from "./schema-search.ts";
import { decodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, limitOf, waitForState, waitUntilIdle } from "./wait-for-state.ts";

const WRITE_VERSION = "2024-05-30";
const READ_VERSION = "2025-03-12";
const POLL_MS = 60_000;
const SPEC = ["instanceSize", "nodeCount"];
const ID = {
  names: ["project_id", "cluster_name"],
  pattern: /^([0-9a-fA-F]{24})-(.*)$/s,
  advice: "to import a search deployment, use the format {project_id}-{cluster_name}",
};

/** Machines of their own for the search of one cluster. */
export const searchDeploymentKind: ResourceKind = {
  schema: SEARCH_DEPLOYMENT,
  create: async (context, { planned }) =>
    doing("error during search deployment creation", async () => {
      const { post, remove } = callsOf(context, WRITE_VERSION);
      await post(pathOf(planned), requestOf(planned));
      const live = (last: PropertyMap) => liveObject(last, planned);
      return awaitNew(async () => live(await idle(context, planned, "create")), {
        planned,
        drop: () => remove(pathOf(planned)),
        live,
      });
    }),
  read: async (context, id, recorded) => {
    const isImport = Object.keys(recorded).length === 0;
    return find(context, isImport ? importedKeys(id) : recorded);
  },
  resumption: {
    find: (context, planned) => find(context, planned),
    late: [],
    finish: async (context, { planned }) => liveObject(await idle(context, planned, "create"), planned),
  },
  update: async (context, { planned }) =>
    doing("error during search deployment update", async () => {
      const { patch } = callsOf(context, WRITE_VERSION);
      const deployment = await patch(pathOf(planned), requestOf(planned));
      if (planned["skipWaitOnUpdate"] === true) return liveObject(deployment, planned);
      return liveObject(await idle(context, planned, "update"), planned);
    }),
  remove: async (context, _id, recorded) => {
    await unlessGone("error during search deployment delete", async () => {
      await callsOf(context, WRITE_VERSION).remove(pathOf(recorded));
      const read = () => get(context, recorded);
      const limit = limitOf(context, recorded, ["delete"]);
      const stateOf = (live: PropertyMap) =>
        textAt(live, "id") === "" ? "DELETED" : textAt(live, "stateName");
      await waitForState(context, { read, every: POLL_MS, limit, stateOf }, { good: ["DELETED"] });
    });
  },
};

function importedKeys(id: string): PropertyMap {
  const { project_id = "", cluster_name = "" } = decodeStateId(id) === undefined ? partsOfId(id, ID) : {};
  return { projectId: project_id, clusterName: cluster_name };
}

function pathOf(values: PropertyMap): string {
  const [projectId, clusterName] = [textAt(values, "projectId"), textAt(values, "clusterName")];
  return addressOf("groups", projectId, "clusters", clusterName, "search", "deployment");
}

function requestOf(planned: PropertyMap): PropertyMap {
  return { specs: mapsAt(planned, "specs").map((spec) => pick(spec, SPEC)) };
}

/** `{}` where there is none: Atlas says so in two ways. */
async function get(context: CallContext, values: PropertyMap): Promise<PropertyMap> {
  try {
    return await callsOf(context, READ_VERSION).get(pathOf(values));
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}

async function find(context: CallContext, known: PropertyMap): Promise<LiveObject | undefined> {
  const live = await doing("error getting search deployment information", () => get(context, known));
  return textAt(live, "id") === "" ? undefined : liveObject(live, known);
}

function idle(context: CallContext, planned: PropertyMap, operation: string): Promise<PropertyMap> {
  const limit = limitOf(context, planned, [operation]);
  return waitUntilIdle(context, { read: () => get(context, planned), every: POLL_MS, limit });
}

function liveObject(live: PropertyMap, known: PropertyMap): LiveObject {
  return {
    id: textAt(live, "id"),
    values: compact({
      clusterName: textAt(known, "clusterName"),
      encryptionAtRestProvider: live["encryptionAtRestProvider"],
      projectId: textAt(live, "groupId") || textAt(known, "projectId"),
      specs: mapsAt(live, "specs")
        .slice(0, 1)
        .map((spec) => pick(spec, SPEC)),
      stateName: live["stateName"],
      ...pick(known, ["deleteOnCreateTimeout", "skipWaitOnUpdate", "timeouts"]),
    }),
  };
}
