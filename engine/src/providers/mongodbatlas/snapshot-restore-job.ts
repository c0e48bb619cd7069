import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, flagAt, mapsAt, textAt, textsAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { deliveryTypeOf, SNAPSHOT_RESTORE_JOB } from "./schema-backup.ts";
import { encodeStateId, partOfId, partsOfId } from "./state-id.ts";
import { compact } from "./values.ts";

const VERSION = "2023-01-01";
const ID = {
  names: ["project_id", "cluster_name", "snapshot_restore_job_id"],
  pattern: /^([0-9a-fA-F]{24})-(.*)-([0-9a-fA-F]{24})$/s,
  advice:
    "to import a cloudProviderSnapshotRestoreJob, use the format {project_id}-{cluster_name}-{snapshot_restore_job_id}",
};

interface Place {
  readonly projectId: string;
  readonly clusterName: string;
}

/** One restore of a data snapshot, begun once and not waited for. A target loses the data that it has. */
export const snapshotRestoreJobKind: ResourceKind = {
  schema: SNAPSHOT_RESTORE_JOB,
  create: async (context, { planned }) => {
    const place = placeOf(planned);
    const job = await doing("error restore a snapshot", () =>
      callsOf(context, VERSION).post(addressOfJobs(place), requestOf(planned)),
    );
    return liveObject(place, job, planned);
  },
  read: async (context, id, recorded) => {
    const { path, place } = jobOf(id);
    const job = await unlessGone("error getting cloudProviderSnapshotRestoreJob Information", () =>
      callsOf(context, VERSION).get(path),
    );
    return job === undefined ? undefined : liveObject(place, job, recorded);
  },
  resumption: {
    find: async (context, planned) => {
      const place = placeOf(planned);
      const list = await callsOf(context, VERSION).get(`${addressOfJobs(place)}?itemsPerPage=500`);
      const wanted = requestOf(planned);
      const alike = mapsAt(list, "results").filter((job) =>
        Object.entries(wanted).every(([name, value]) => job[name] === undefined || job[name] === value),
      );
      const jobs = alike.map((job) => liveObject(place, job, planned));
      return findOnlyOne(SNAPSHOT_RESTORE_JOB, jobs, planned);
    },
    late: [],
    finish: async (_context, { id, recorded }) => ({ id, values: recorded }),
  },
  // Nothing of it can be changed.
  update: async (_context, { id, recorded }) => ({ id, values: recorded }),
  remove: async (context, id, recorded) => {
    // Only a download can be called off.
    if (deliveryTypeOf(recorded) !== "download") return;
    const { path } = jobOf(id);
    const { get, remove } = callsOf(context, VERSION);
    await unlessGone(`error deleting a cloudProviderSnapshotRestoreJob (${id})`, async () => {
      const job = await get(path);
      const isOver = ["cancelled", "expired", "failed"].some((name) => flagAt(job, name));
      if (!isOver && textAt(job, "finishedAt") === "") await remove(path);
    });
  },
};

function placeOf(values: PropertyMap): Place {
  return { projectId: textAt(values, "projectId"), clusterName: textAt(values, "clusterName") };
}

function addressOfJobs({ projectId, clusterName }: Place): string {
  return addressOf("groups", projectId, "clusters", clusterName, "backup", "restoreJobs");
}

function jobOf(id: string): { readonly path: string; readonly place: Place } {
  const parts = partsOfId(id, ID);
  const place = { projectId: parts["project_id"] ?? "", clusterName: parts["cluster_name"] ?? "" };
  return { path: `${addressOfJobs(place)}${addressOf(parts["snapshot_restore_job_id"] ?? "")}`, place };
}

function requestOf(planned: PropertyMap): PropertyMap {
  const config = findMapAt(planned, "deliveryTypeConfig") ?? {};
  const snapshotId = partOfId(textAt(planned, "snapshotId"), "snapshot_id");
  return compact({
    deliveryType: deliveryTypeOf(planned),
    oplogInc: config["oplogInc"],
    oplogTs: config["oplogTs"],
    pointInTimeUTCSeconds: config["pointInTimeUtcSeconds"],
    snapshotId: snapshotId === "" ? undefined : snapshotId,
    targetClusterName: config["targetClusterName"],
    targetGroupId: config["targetProjectId"],
  });
}

function liveObject(place: Place, job: PropertyMap, known: PropertyMap): LiveObject {
  const snapshotRestoreJobId = textAt(job, "id");
  const times = ["expiresAt", "finishedAt", "timestamp"];
  return {
    id: encodeStateId({
      project_id: place.projectId,
      cluster_name: place.clusterName,
      snapshot_restore_job_id: snapshotRestoreJobId,
    }),
    values: compact({
      ...place,
      ...Object.fromEntries(times.map((name) => [name, job[name]])),
      cancelled: flagAt(job, "cancelled"),
      deliveryTypeConfig: known["deliveryTypeConfig"] ?? importedConfig(job),
      deliveryUrls: textsAt(job, "deliveryUrl"),
      expired: flagAt(job, "expired"),
      failed: flagAt(job, "failed"),
      snapshotId: known["snapshotId"] ?? textAt(job, "snapshotId"),
      snapshotRestoreJobId,
    }),
  };
}

function importedConfig(job: PropertyMap): PropertyMap {
  const type = textAt(job, "deliveryType");
  const target = {
    targetClusterName: job["targetClusterName"],
    targetProjectId: job["targetGroupId"],
  };
  return compact({ [type]: true, ...(type === "download" ? {} : target) });
}
