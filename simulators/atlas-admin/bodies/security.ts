import { z } from "zod";
import { requestBody } from "./request-body.ts";

export const auditChange = requestBody(
  {
    auditAuthorizationSuccess: z.boolean().optional(),
    auditFilter: z.string().optional(),
    enabled: z.boolean().optional(),
  },
  ["configurationType"],
);

const text = z.string().optional();
const flag = z.boolean().optional();

export const encryptionChange = requestBody({
  awsKms: requestBody(
    {
      accessKeyID: text,
      customerMasterKeyID: text,
      enabled: flag,
      region: text,
      requirePrivateNetworking: flag,
      roleId: text,
      secretAccessKey: text,
    },
    ["valid"],
  ).optional(),
  azureKeyVault: requestBody(
    {
      azureEnvironment: text,
      clientID: text,
      enabled: flag,
      keyIdentifier: text,
      keyVaultName: text,
      requirePrivateNetworking: flag,
      resourceGroupName: text,
      roleId: text,
      secret: text,
      subscriptionID: text,
      tenantID: text,
    },
    ["valid"],
  ).optional(),
  enabledForSearchNodes: flag,
  googleCloudKms: requestBody(
    { enabled: flag, keyVersionResourceID: text, roleId: text, serviceAccountKey: text },
    ["valid"],
  ).optional(),
});

/** Fields that go in and never come out. */
export const ENCRYPTION_SECRETS = ["secretAccessKey", "secret", "serviceAccountKey"];

const policyItem = requestBody({
  id: text,
  frequencyInterval: z.number().int().positive(),
  frequencyType: z.enum(["hourly", "daily", "weekly", "monthly", "yearly", "ondemand"]),
  retentionUnit: z.enum(["days", "weeks", "months", "years"]),
  retentionValue: z.number().int().positive(),
});

export const compliancePolicy = requestBody(
  {
    authorizedEmail: z.email(),
    authorizedUserFirstName: z.string(),
    authorizedUserLastName: z.string(),
    copyProtectionEnabled: flag,
    encryptionAtRestEnabled: flag,
    onDemandPolicyItem: policyItem.optional(),
    pitEnabled: flag,
    projectId: text,
    restoreWindowDays: z.number().int().positive().optional(),
    scheduledPolicyItems: z.array(policyItem).optional(),
  },
  ["deletable", "state", "updatedDate", "updatedUser"],
);

export const maintenanceChange = requestBody(
  {
    autoDeferOnceEnabled: flag,
    dayOfWeek: z.number().int().min(1).max(7).optional(),
    hourOfDay: z.number().int().min(0).max(23).optional(),
    protectedHours: z
      .strictObject({
        startHourOfDay: z.number().int().min(0).max(23).optional(),
        endHourOfDay: z.number().int().min(0).max(23).optional(),
      })
      .optional(),
    startASAP: flag,
  },
  ["numberOfDeferrals", "timeZoneId"],
);

const threshold = z.strictObject({
  metricName: text,
  mode: text,
  operator: text,
  threshold: z.number().optional(),
  units: text,
});

/** The many kinds of notification share one table of fields. */
const notification = z.strictObject({
  typeName: z.string(),
  ...Object.fromEntries(
    [
      "apiToken",
      "channelName",
      "datadogApiKey",
      "datadogRegion",
      "emailAddress",
      "integrationId",
      "microsoftTeamsWebhookUrl",
      "mobileNumber",
      "notificationToken",
      "notifierId",
      "opsGenieApiKey",
      "opsGenieRegion",
      "region",
      "roomName",
      "serviceKey",
      "teamId",
      "teamName",
      "username",
      "victorOpsApiKey",
      "victorOpsRoutingKey",
      "webhookBodyTemplate",
      "webhookHeadersTemplate",
      "webhookSecret",
      "webhookUrl",
    ].map((name) => [name, text]),
  ),
  delayMin: z.number().int().optional(),
  intervalMin: z.number().int().optional(),
  emailEnabled: flag,
  smsEnabled: flag,
  roles: z.array(z.string()).optional(),
});

const matcher = z.strictObject({ fieldName: z.string(), operator: z.string(), value: z.string() });

export const alertBody = requestBody(
  {
    enabled: flag,
    eventTypeName: z.string(),
    matchers: z.array(matcher).optional(),
    metricThreshold: threshold.optional(),
    notifications: z.array(notification).optional(),
    severityOverride: z.enum(["INFO", "WARNING", "ERROR", "CRITICAL"]).optional(),
    threshold: threshold.optional(),
  },
  ["created", "groupId", "id", "updated", "typeName"],
);

export const alertToggle = requestBody({ enabled: z.boolean() });
