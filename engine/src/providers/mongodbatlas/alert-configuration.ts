import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { ALERT_CONFIGURATION, NOTIFICATION } from "./schema-alerts.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";

const VERSION = "2023-01-01";
const ID = {
  names: ["project_id", "id"],
  pattern: /^([^-]+)-(.+)$/s,
  advice: "to import an alert configuration, use the format {project_id}-{alert_configuration_id}",
};
const THRESHOLD = ["metricName", "mode", "operator", "threshold", "units"];
const RECEIVED = Object.keys(NOTIFICATION).filter((name) => !NOTIFICATION[name]?.secret);
const SECRETS = Object.keys(NOTIFICATION).filter((name) => NOTIFICATION[name]?.secret);

/** What somebody is told about, who, and when. It has no name: two may be alike. */
export const alertConfigurationKind: ResourceKind = {
  schema: ALERT_CONFIGURATION,
  create: async (context, { planned }) => {
    const alert = await doing("error creating Alert Configuration information", () =>
      callsOf(context, VERSION).post(addressOfAlerts(textAt(planned, "projectId")), requestOf(planned)),
    );
    return liveObject(alert, planned);
  },
  read: async (context, id, recorded) => {
    const { project_id: projectId = "", id: alertId = "" } = partsOfId(id, ID);
    const alert = await unlessGone("error getting Alert Configuration information", () =>
      callsOf(context, VERSION).get(`${addressOfAlerts(projectId)}${addressOf(alertId)}`),
    );
    return alert === undefined ? undefined : liveObject(alert, { ...recorded, projectId });
  },
  resumption: {
    find: async (context, planned) => {
      const projectId = textAt(planned, "projectId");
      const list = await callsOf(context, VERSION).get(`${addressOfAlerts(projectId)}?itemsPerPage=500`);
      const alerts = mapsAt(list, "results").map((alert) => liveObject(alert, planned));
      return findOnlyOne(ALERT_CONFIGURATION, alerts, planned);
    },
    late: [],
    finish: async (_context, { id, recorded }) => ({ id, values: recorded }),
  },
  update: async (context, { id, planned }) => {
    const { project_id: projectId = "", id: alertId = "" } = partsOfId(id, ID);
    const alert = await doing("error updating Alert Configuration information", () =>
      callsOf(context, VERSION).put(`${addressOfAlerts(projectId)}${addressOf(alertId)}`, requestOf(planned)),
    );
    return liveObject(alert, planned);
  },
  remove: async (context, id) => {
    const { project_id: projectId = "", id: alertId = "" } = partsOfId(id, ID);
    await unlessGone("error deleting Alert Configuration information", () =>
      callsOf(context, VERSION).remove(`${addressOfAlerts(projectId)}${addressOf(alertId)}`),
    );
  },
};

function addressOfAlerts(projectId: string): string {
  return addressOf("groups", projectId, "alertConfigs");
}

/** The whole configuration: Atlas takes no part of one. */
function requestOf(planned: PropertyMap): PropertyMap {
  const [metric, threshold] = ["metricThresholdConfig", "thresholdConfig"].map((name) => {
    const config = findMapAt(planned, name);
    return config === undefined ? undefined : pick(config, THRESHOLD);
  });
  return compact({
    enabled: planned["enabled"],
    eventTypeName: planned["eventType"],
    matchers: mapsAt(planned, "matchers"),
    metricThreshold: metric,
    notifications: mapsAt(planned, "notifications").map((notification) => {
      const { teamName: _, ...rest } = compact(notification);
      return { delayMin: 0, ...rest };
    }),
    severityOverride: planned["severityOverride"],
    threshold,
  });
}

/** What Atlas hides, and what it says of something that nobody asked about, is as it is known. */
function liveObject(alert: PropertyMap, known: PropertyMap): LiveObject {
  const projectId = textAt(known, "projectId");
  const alertConfigurationId = textAt(alert, "id");
  // Of some events Atlas tells both; then the threshold only repeats the metric's.
  const metric = thresholdOf(findMapAt(alert, "metricThreshold"));
  const threshold = metric === undefined ? thresholdOf(findMapAt(alert, "threshold")) : undefined;
  const live = mapsAt(alert, "notifications");
  const before = mapsAt(known, "notifications");
  // With one more or one less nobody knows whose secrets are whose.
  const isSame = live.length === before.length;
  return {
    id: encodeStateId({ id: alertConfigurationId, project_id: projectId }),
    values: compact({
      ...pick(alert, ["created", "enabled", "severityOverride", "updated"]),
      alertConfigurationId,
      eventType: textAt(alert, "eventTypeName"),
      matchers: mapsAt(alert, "matchers").map((each) => pick(each, ["fieldName", "operator", "value"])),
      metricThresholdConfig: metric,
      notifications: live.map((each, index) => notificationOf(each, isSame ? (before[index] ?? {}) : {})),
      projectId,
      thresholdConfig: threshold,
    }),
  };
}

function thresholdOf(config: PropertyMap | undefined): PropertyMap | undefined {
  return config === undefined ? undefined : withoutBlanks(pick(config, THRESHOLD));
}

function notificationOf(live: PropertyMap, known: PropertyMap): PropertyMap {
  return {
    emailEnabled: false,
    smsEnabled: false,
    ...withoutBlanks(pick(live, RECEIVED)),
    ...pick(known, SECRETS),
  };
}

function withoutBlanks(values: PropertyMap): PropertyMap {
  const isBlank = (value: PropertyValue): boolean =>
    value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isBlank(value)));
}
