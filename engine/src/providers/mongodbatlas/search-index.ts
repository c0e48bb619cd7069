import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { mapsAt, textAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { SEARCH_INDEX } from "./schema-search.ts";
import { changedDefinition, definitionOf, valuesOf } from "./search-definition.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, limitOf, waitForState, waitUntilGone } from "./wait-for-state.ts";

const VERSION = "2024-05-30";
const BUILD_POLL_MS = 60_000;
const DELETE_POLL_MS = 5000;
const HOURS = 3 * 3600;
const BUILT = { good: ["READY", "STEADY", "FAILED"] };
const ID = {
  names: ["project_id", "cluster_name", "index_id"],
  pattern: /^(.+?)--(.+?)--(.+)$/s,
  advice: "to import a search index, use the format {project_id}--{cluster_name}--{index_id}",
};

interface Keys {
  readonly projectId: string;
  readonly clusterName: string;
  readonly indexId: string;
}

/** An index of a collection for full-text or vector search. */
export const searchIndexKind: ResourceKind = {
  schema: SEARCH_INDEX,
  create: async (context, { planned }) => {
    const index = await doing("error creating index", () =>
      callsOf(context, VERSION).post(addressOfIndexes(planned), {
        ...compact({ type: planned["type"] }),
        ...pick(planned, ["collectionName", "database", "name"]),
        definition: definitionOf(planned),
      }),
    );
    const keys = { ...keysOf(planned), indexId: textAt(index, "indexID") };
    return doing(`error creating index in cluster (${keys.clusterName})`, () =>
      built(context, keys, planned),
    );
  },
  read: async (context, id, recorded) => {
    const parts = partsOfId(id, ID);
    const keys = {
      projectId: parts["project_id"] ?? "",
      clusterName: parts["cluster_name"] ?? "",
      indexId: parts["index_id"] ?? "",
    };
    const index = await unlessGone("error getting search index information", () =>
      callsOf(context, VERSION).get(pathOf(keys)),
    );
    return index === undefined ? undefined : liveObject(keys, index, recorded);
  },
  resumption: {
    find: async (context, planned) => {
      const place = addressOf(textAt(planned, "database"), textAt(planned, "collectionName"));
      const path = `${addressOfIndexes(planned)}${place}`;
      const list = await callsOf(context, VERSION).get(path);
      const all = mapsAt({ all: list["value"] ?? list["results"] ?? null }, "all");
      const index = all.find((each) => each["name"] === planned["name"]);
      if (index === undefined) return undefined;
      return liveObject({ ...keysOf(planned), indexId: textAt(index, "indexID") }, index, planned);
    },
    late: [],
    finish: (context, { recorded, planned }) => built(context, keysOf(recorded), planned),
  },
  update: async (context, { recorded, planned }) => {
    const keys = keysOf(recorded);
    const { get, patch } = callsOf(context, VERSION);
    return doing(`error updating search index (${textAt(planned, "name")})`, async () => {
      const definition = changedDefinition(await get(pathOf(keys)), { recorded, planned });
      if (definition !== undefined) await patch(pathOf(keys), { definition });
      return rebuilt(context, keys, planned);
    });
  },
  remove: async (context, _id, recorded) => {
    const keys = keysOf(recorded);
    const { get, remove } = callsOf(context, VERSION);
    await unlessGone(`error deleting search index (${textAt(recorded, "name")})`, async () => {
      await remove(pathOf(keys));
      const limit = limitOf(context, {}, ["delete", HOURS]);
      const read = () => get(pathOf(keys));
      await waitUntilGone(context, { read, every: DELETE_POLL_MS, limit, stateOf });
    });
  },
};

function keysOf(values: PropertyMap): Keys {
  return {
    projectId: textAt(values, "projectId"),
    clusterName: textAt(values, "clusterName"),
    indexId: textAt(values, "indexId"),
  };
}

function addressOfIndexes(values: PropertyMap): string {
  const { projectId, clusterName } = keysOf(values);
  return addressOf("groups", projectId, "clusters", clusterName, "search", "indexes");
}

function pathOf(keys: Keys): string {
  return `${addressOfIndexes({ ...keys })}${addressOf(keys.indexId)}`;
}

function stateOf(index: PropertyMap): string {
  return textAt(index, "status");
}

async function get(context: CallContext, keys: Keys, known: PropertyMap): Promise<LiveObject> {
  return liveObject(keys, await callsOf(context, VERSION).get(pathOf(keys)), known);
}

/** Waits until documents are found by it, where the program wants that. */
async function waitForBuild(context: CallContext, keys: Keys, operation: string): Promise<PropertyMap> {
  const read = () => callsOf(context, VERSION).get(pathOf(keys));
  const limit = limitOf(context, {}, [operation, HOURS]);
  return waitForState(context, { read, every: BUILD_POLL_MS, limit, stateOf }, BUILT);
}

const BROKEN = "its build FAILED: mend the definition";

/** A new index that cannot be built goes again. */
async function built(context: CallContext, keys: Keys, planned: PropertyMap): Promise<LiveObject> {
  if (planned["waitForIndexBuildCompletion"] !== true) return get(context, keys, planned);
  const drop = () => callsOf(context, VERSION).remove(pathOf(keys));
  const index = await awaitNew(() => waitForBuild(context, keys, "create"), {
    planned,
    drop,
    live: (last) => liveObject(keys, last, planned),
  });
  if (stateOf(index) !== "FAILED") return liveObject(keys, index, planned);
  await drop();
  throw new ProviderError(`${BROKEN}; the index is deleted, and the next update makes it anew`, {
    status: "ok",
  });
}

async function rebuilt(context: CallContext, keys: Keys, planned: PropertyMap): Promise<LiveObject> {
  if (planned["waitForIndexBuildCompletion"] !== true) return get(context, keys, planned);
  const index = await waitForBuild(context, keys, "update");
  const live = liveObject(keys, index, planned);
  if (stateOf(index) !== "FAILED") return live;
  throw new UnfinishedObject(`${BROKEN}; the index stays as it is, and the next update changes it`, live);
}

function liveObject(
  { projectId, clusterName, indexId }: Keys,
  index: PropertyMap,
  known: PropertyMap,
): LiveObject {
  return {
    id: encodeStateId({ project_id: projectId, cluster_name: clusterName, index_id: indexId }),
    values: compact({
      projectId,
      clusterName,
      indexId,
      ...pick(index, ["collectionName", "database", "name"]),
      ...valuesOf(index, known),
      ...pick(known, ["waitForIndexBuildCompletion"]),
    }),
  };
}
