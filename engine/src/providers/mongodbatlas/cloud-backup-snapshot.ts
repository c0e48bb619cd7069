import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { mapsAt, numberAt, textAt, textsAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { CLOUD_BACKUP_SNAPSHOT } from "./schema-backup.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, CLUSTER_POLL_MS, limitOf, waitForState, waitUntilIdle } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const CLUSTER_VERSION = "2024-08-05";
const POLL_MS = 60_000;
const HOUR = 3600;
const IDLE_LIMIT_SECONDS = 900;
const DAY_MS = 86_400_000;
const DONE = { good: ["completed", "failed"] };
const TEXTS = ["cloudProvider", "mongodVersion", "replicaSetName", "snapshotType", "status", "type"];
const ID = {
  names: ["project_id", "cluster_name", "snapshot_id"],
  pattern: /^([0-9a-fA-F]{24})-(.*)-([0-9a-fA-F]{24})$/s,
  advice: "to import a snapshot, use the format {project_id}-{cluster_name}-{snapshot_id}",
};

interface Place {
  readonly projectId: string;
  readonly clusterName: string;
}

/** One data snapshot of a cluster, taken once. */
export const cloudBackupSnapshotKind: ResourceKind = {
  schema: CLOUD_BACKUP_SNAPSHOT,
  create: async (context, { planned }) => {
    const place = placeOf(planned);
    await doing("error creating a snapshot", () => waitForCluster(context, place));
    const snapshot = await doing("error taking a snapshot", () =>
      callsOf(context, VERSION).post(
        addressOfSnapshots(place),
        pick(planned, ["description", "retentionInDays"]),
      ),
    );
    return doing("error creating a snapshot", () =>
      taken(context, { ...place, id: textAt(snapshot, "id") }, planned),
    );
  },
  read: async (context, id, recorded) => {
    const parts = partsOfId(id, ID);
    const { project_id: projectId = "", cluster_name: clusterName = "", snapshot_id: snapshot = "" } = parts;
    return unlessGone("error getting snapshot Information", () =>
      get(context, { projectId, clusterName, id: snapshot }, recorded),
    );
  },
  resumption: {
    find: async (context, planned) => {
      const place = placeOf(planned);
      const path = `${addressOfSnapshots(place)}?itemsPerPage=500`;
      const snapshots = mapsAt(await callsOf(context, VERSION).get(path), "results").filter(
        (each) => each["snapshotType"] === "onDemand" && each["status"] !== "failed",
      );
      const lives = snapshots.map((each) => liveObject(place, each, {}));
      return findOnlyOne(CLOUD_BACKUP_SNAPSHOT, lives, {
        ...planned,
        deleteOnCreateTimeout: null,
      });
    },
    late: ["deleteOnCreateTimeout"],
    finish: (context, { recorded, planned }) =>
      taken(context, { ...placeOf(recorded), id: textAt(recorded, "snapshotId") }, planned),
  },
  // Nothing of it can be changed: an earlier run gave the waiting up.
  update: (context, { recorded, planned }) =>
    doing("error creating a snapshot", () =>
      taken(context, { ...placeOf(recorded), id: textAt(recorded, "snapshotId") }, planned),
    ),
  remove: async (context, id) => {
    const {
      project_id: projectId = "",
      cluster_name: clusterName = "",
      snapshot_id = "",
    } = partsOfId(id, ID);
    await unlessGone(`error deleting a snapshot (${snapshot_id})`, () =>
      callsOf(context, VERSION).remove(pathOf({ projectId, clusterName, id: snapshot_id })),
    );
  },
};

function placeOf(values: PropertyMap): Place {
  return { projectId: textAt(values, "projectId"), clusterName: textAt(values, "clusterName") };
}

function addressOfSnapshots({ projectId, clusterName }: Place): string {
  return addressOf("groups", projectId, "clusters", clusterName, "backup", "snapshots");
}

function pathOf({ id, ...place }: Place & { readonly id: string }): string {
  return `${addressOfSnapshots(place)}${addressOf(id)}`;
}

async function waitForCluster(context: CallContext, { projectId, clusterName }: Place): Promise<void> {
  const path = addressOf("groups", projectId, "clusters", clusterName);
  const read = () => callsOf(context, CLUSTER_VERSION).get(path);
  await waitUntilIdle(context, { read, every: CLUSTER_POLL_MS, limit: IDLE_LIMIT_SECONDS });
}

/** Waits until all data is in the snapshot. One that failed is taken away: it is of no use to anyone. */
async function taken(
  context: CallContext,
  place: Place & { readonly id: string },
  planned: PropertyMap,
): Promise<LiveObject> {
  const { get: read, remove } = callsOf(context, VERSION);
  const waiting = {
    read: () => read(pathOf(place)),
    every: POLL_MS,
    limit: limitOf(context, {}, ["create", HOUR]),
    stateOf: (snapshot: PropertyMap) => textAt(snapshot, "status"),
  };
  const drop = () => remove(pathOf(place));
  const snapshot = await awaitNew(() => waitForState(context, waiting, DONE), {
    planned,
    drop,
    live: (last) => liveObject(place, last, planned),
  });
  if (textAt(snapshot, "status") === "completed") return get(context, place, planned);
  await drop();
  throw new ProviderError(
    `error creating MongoDB snapshot(${place.id}) status was: failed. It is deleted, and the next update takes another`,
    { status: "ok" },
  );
}

async function get(
  context: CallContext,
  place: Place & { readonly id: string },
  known: PropertyMap,
): Promise<LiveObject> {
  const { get: read } = callsOf(context, VERSION);
  const live = liveObject(place, await read(pathOf(place)), known);
  if (live.values["type"] !== "shardedCluster") return live;
  const sharded = await read(`${addressOfSnapshots(place)}/shardedCluster${addressOf(place.id)}`);
  const members = mapsAt(sharded, "members").map((each) => ({
    cloudProvider: textAt(each, "cloudProvider"),
    id: textAt(each, "id"),
    replicaSetName: textAt(each, "replicaSetName"),
  }));
  const snapshotIds = textsAt(sharded, "snapshotIds");
  return { ...live, values: { ...live.values, members, snapshotIds } };
}

/**
 * How long it was meant to be kept is as it is known: a longer time that somebody gave it must not have it made anew; it shows in
 * `expiresAt`.
 */
function liveObject(
  { projectId, clusterName }: Place,
  snapshot: PropertyMap,
  known: PropertyMap,
): LiveObject {
  const snapshotId = textAt(snapshot, "id");
  const [created, expires] = ["createdAt", "expiresAt"].map((name) => Date.parse(textAt(snapshot, name)));
  const days = Math.round(((expires ?? Number.NaN) - (created ?? Number.NaN)) / DAY_MS);
  return {
    id: encodeStateId({ project_id: projectId, cluster_name: clusterName, snapshot_id: snapshotId }),
    values: compact({
      ...Object.fromEntries(TEXTS.map((name) => [name, textAt(snapshot, name)])),
      ...pick(snapshot, ["createdAt", "expiresAt"]),
      clusterName,
      description: textAt(snapshot, "description"),
      masterKeyUuid: textAt(snapshot, "masterKeyUUID"),
      projectId,
      retentionInDays: known["retentionInDays"] ?? (days > 0 ? days : undefined),
      snapshotId,
      storageSizeBytes: numberAt(snapshot, "storageSizeBytes"),
      ...pick(known, ["deleteOnCreateTimeout"]),
    }),
  };
}
