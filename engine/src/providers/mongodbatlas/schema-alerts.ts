import { isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import { mapsAt, numberAt, textAt } from "../plain-values.ts";
import {
  type Fields,
  flag,
  number,
  object,
  objects,
  type Problem,
  type ResourceSchema,
  TRAITS,
  text,
  texts,
} from "./schema.ts";
import { projectId } from "./schema-shared.ts";

const { required, computed, output } = TRAITS;
const secret = { secret: true } as const;

const THRESHOLD_UNITS = [
  ...["RAW", "BITS", "BYTES", "KILOBITS", "KILOBYTES", "MEGABITS", "MEGABYTES", "GIGABITS", "GIGABYTES"],
  ...["TERABYTES", "PETABYTES", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS"],
];

const RECEIVERS = [
  ...["EMAIL", "SMS", "PAGER_DUTY", "SLACK", "DATADOG", "OPS_GENIE", "VICTOR_OPS"],
  ...["WEBHOOK", "USER", "TEAM", "GROUP", "ORG", "MICROSOFT_TEAMS"],
];

/** Those that repeat a notification as they see fit. */
const OWN_INTERVALS = ["PAGER_DUTY", "OPS_GENIE", "VICTOR_OPS"];

export const NOTIFICATION: Fields = {
  apiToken: text(secret),
  channelName: text(),
  datadogApiKey: text(secret),
  datadogRegion: text(),
  delayMin: number(computed),
  emailAddress: text(),
  emailEnabled: flag(computed),
  integrationId: text(computed),
  intervalMin: number(computed),
  microsoftTeamsWebhookUrl: text(secret),
  mobileNumber: text(),
  notifierId: text(computed),
  opsGenieApiKey: text(secret),
  opsGenieRegion: text({ oneOf: ["US", "EU"] }),
  roles: texts(),
  serviceKey: text(secret),
  smsEnabled: flag(computed),
  teamId: text(),
  teamName: text(output),
  typeName: text({ required: true, oneOf: RECEIVERS }),
  username: text(),
  victorOpsApiKey: text(secret),
  victorOpsRoutingKey: text(secret),
  webhookSecret: text(secret),
  webhookUrl: text(secret),
};

function intervalProblems(inputs: PropertyMap): readonly Problem[] {
  return mapsAt(inputs, "notifications").flatMap((notification, index) =>
    isPropertyMap(notification) &&
    numberAt(notification, "intervalMin") > 0 &&
    OWN_INTERVALS.includes(textAt(notification, "typeName").toUpperCase())
      ? [
          {
            path: `notifications[${index}].intervalMin`,
            reason: "'intervalMin' must not be set if typeName is 'PAGER_DUTY', 'OPS_GENIE' or 'VICTOR_OPS'",
          },
        ]
      : [],
  );
}

export const ALERT_CONFIGURATION: ResourceSchema = {
  type: "mongodbatlas:index/alertConfiguration:AlertConfiguration",
  version: 0,
  outputsId: true,
  rules: intervalProblems,
  fields: {
    alertConfigurationId: text(output),
    created: text(output),
    enabled: flag(computed),
    eventType: text(required),
    matchers: objects(
      { fieldName: text(required), operator: text(required), value: text(required) },
      { isBlock: true },
    ),
    metricThresholdConfig: object({
      metricName: text(required),
      mode: text(),
      operator: text({ oneOf: ["GREATER_THAN", "LESS_THAN"] }),
      threshold: number(computed),
      units: text(),
    }),
    notifications: objects(NOTIFICATION, { required: true, isBlock: true, wireName: "notification" }),
    projectId,
    severityOverride: text(),
    thresholdConfig: object({
      operator: text(),
      threshold: number(computed),
      units: text({ oneOf: THRESHOLD_UNITS }),
    }),
    updated: text(output),
  },
};
