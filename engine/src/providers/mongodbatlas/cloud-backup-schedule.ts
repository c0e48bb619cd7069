import { ProviderError } from "../../errors.ts";
import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, flagAt, mapsAt, numberAt, sameValue, textAt, textsAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { CLOUD_BACKUP_SCHEDULE } from "./schema-backup.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";

const VERSION = "2024-08-05";
const ID = {
  names: ["project_id", "cluster_name"],
  pattern: /^([^-]+)-(.+)$/s,
  advice: "to import a Cloud Backup Schedule use the format {project_id}-{cluster_name}",
};
const ITEM = ["frequencyInterval", "frequencyType", "id", "retentionUnit", "retentionValue"];

/** Which fields hold the items of which frequency. */
const FREQUENCIES = [
  { name: "policyItemHourly", frequency: "hourly", single: true },
  { name: "policyItemDaily", frequency: "daily", single: true },
  { name: "policyItemWeeklies", frequency: "weekly", single: false },
  { name: "policyItemMonthlies", frequency: "monthly", single: false },
  { name: "policyItemYearlies", frequency: "yearly", single: false },
] as const;

interface Keys {
  readonly projectId: string;
  readonly clusterName: string;
}

/** When Atlas takes data snapshots of a cluster, and how long it keeps them. Every cluster with backup has one. */
export const cloudBackupScheduleKind: ResourceKind = {
  schema: CLOUD_BACKUP_SCHEDULE,
  create: async (context, { planned }) => {
    const keys = keysOf(planned);
    try {
      // Atlas makes a schedule of its own, whose items nobody asked for.
      await callsOf(context, VERSION).remove(pathOf(keys));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const where = `default MongoDB Cloud Backup Schedule (${keys.clusterName})`;
      context.warn(`error deleting ${where}: ${error.message}`);
    }
    await doing("error creating a Cloud Backup Schedule", () =>
      change(context, keys, { recorded: {}, planned }),
    );
    return get(context, keys, planned);
  },
  read: async (context, id, recorded) => {
    const { project_id: projectId = "", cluster_name: clusterName = "" } = partsOfId(id, ID);
    return unlessGone(`error getting a Cloud Backup Schedule for the cluster(${clusterName})`, () =>
      get(context, { projectId, clusterName }, recorded),
    );
  },
  update: async (context, { recorded, planned }) => {
    const keys = keysOf(recorded);
    await doing("error updating a Cloud Backup Schedule", () => change(context, keys, { recorded, planned }));
    return get(context, keys, planned);
  },
  remove: async (context, _id, recorded) => {
    if (recorded["skipDestroy"] === true) return;
    const keys = keysOf(recorded);
    await unlessGone(`error deleting MongoDB Cloud Backup Schedule (${keys.clusterName})`, () =>
      callsOf(context, VERSION).remove(pathOf(keys)),
    );
  },
};

function keysOf(values: PropertyMap): Keys {
  return { projectId: textAt(values, "projectId"), clusterName: textAt(values, "clusterName") };
}

function pathOf({ projectId, clusterName }: Keys): string {
  return addressOf("groups", projectId, "clusters", clusterName, "backup", "schedule");
}

async function change(
  context: CallContext,
  keys: Keys,
  { recorded, planned }: Pick<Change, "recorded" | "planned">,
): Promise<void> {
  const { get: read, patch } = callsOf(context, VERSION);
  const [policy] = mapsAt(await read(pathOf(keys)), "policies");
  const policyItems = itemsOf(planned);
  const hasItems = policyItems.length > 0 || itemsOf(recorded).length > 0;
  const exported = findMapAt(planned, "export");
  const prefix = "useOrgAndGroupNamesInExportPrefix";
  const copies = copySettingsOf(planned);
  const hasCopies = copies.length > 0 || copySettingsOf(recorded).length > 0;
  await patch(
    pathOf(keys),
    compact({
      ...pick(planned, [
        ...["autoExportEnabled", "referenceHourOfDay", "referenceMinuteOfHour", "restoreWindowDays"],
      ]),
      copySettings: hasCopies ? copies : undefined,
      export: exported === undefined ? undefined : pick(exported, ["exportBucketId", "frequencyType"]),
      policies: hasItems ? [compact({ id: policy?.["id"], policyItems })] : undefined,
      updateSnapshots: planned["updateSnapshots"] === true ? true : undefined,
      [prefix]: sameValue(recorded[prefix], planned[prefix]) ? undefined : planned[prefix],
    }),
  );
}

function itemsOf(values: PropertyMap): readonly PropertyMap[] {
  return FREQUENCIES.flatMap(({ name, frequency, single }) => {
    const items = single ? [findMapAt(values, name) ?? {}] : mapsAt(values, name);
    return items
      .filter((item) => Object.keys(item).length > 0)
      .map((item) => ({ ...pick(item, ITEM), frequencyType: frequency }));
  });
}

function copySettingsOf(values: PropertyMap): readonly PropertyMap[] {
  return mapsAt(values, "copySettings").map(compact);
}

/** What Atlas does not tell is as it is known. */
async function get(context: CallContext, keys: Keys, known: PropertyMap): Promise<LiveObject> {
  const schedule = await callsOf(context, VERSION).get(pathOf(keys));
  const [policy = {}] = mapsAt(schedule, "policies");
  const exported = pick(findMapAt(schedule, "export") ?? {}, ["exportBucketId", "frequencyType"]);
  return {
    id: encodeStateId({ project_id: keys.projectId, cluster_name: keys.clusterName }),
    values: compact({
      ...keys,
      autoExportEnabled: flagAt(schedule, "autoExportEnabled"),
      clusterId: textAt(schedule, "clusterId"),
      copySettings: mapsAt(schedule, "copySettings").map(copySetting),
      export: Object.keys(exported).length > 0 ? exported : undefined,
      idPolicy: textAt(policy, "id"),
      nextSnapshot: textAt(schedule, "nextSnapshot"),
      ...policyFields(mapsAt(policy, "policyItems")),
      referenceHourOfDay: numberAt(schedule, "referenceHourOfDay"),
      referenceMinuteOfHour: numberAt(schedule, "referenceMinuteOfHour"),
      restoreWindowDays: numberAt(schedule, "restoreWindowDays"),
      useOrgAndGroupNamesInExportPrefix: flagAt(schedule, "useOrgAndGroupNamesInExportPrefix"),
      ...pick(known, ["skipDestroy", "updateSnapshots"]),
    }),
  };
}

function copySetting(setting: PropertyMap): PropertyMap {
  return {
    cloudProvider: textAt(setting, "cloudProvider"),
    frequencies: textsAt(setting, "frequencies"),
    regionName: textAt(setting, "regionName"),
    shouldCopyOplogs: flagAt(setting, "shouldCopyOplogs"),
    zoneId: textAt(setting, "zoneId"),
  };
}

function policyFields(items: readonly PropertyMap[]): { readonly [name: string]: PropertyValue | undefined } {
  const fields = FREQUENCIES.map(({ name, frequency, single }) => {
    const found = items.filter((item) => item["frequencyType"] === frequency).map((item) => pick(item, ITEM));
    return [name, single ? found[0] : found] as const;
  });
  return Object.fromEntries(fields);
}
