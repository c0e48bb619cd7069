import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { id, tags } from "./shared.ts";

const READ_ONLY = ["id", "clusterCount", "created"];
const name = z.string().min(1).max(64);

export const projectBody = requestBody(
  {
    name,
    orgId: id,
    regionUsageRestrictions: z.enum(["COMMERCIAL_FEDRAMP_REGIONS_ONLY", "GOV_REGIONS_ONLY"]).optional(),
    tags: tags.optional(),
    withDefaultAlertsSettings: z.boolean().optional(),
  },
  READ_ONLY,
);

export const projectChange = requestBody({ name: name.optional(), tags: tags.optional() }, READ_ONLY);

const SETTINGS = [
  "isClusterAiAssistantEnabled",
  "isCollectDatabaseSpecificsStatisticsEnabled",
  "isDataExplorerEnabled",
  "isDataExplorerGenAIFeaturesEnabled",
  "isDataExplorerGenAISampleDocumentPassingEnabled",
  "isDataValidationEnabled",
  "isExtendedStorageSizesEnabled",
  "isNativeRerankingEnabled",
  "isPerformanceAdvisorEnabled",
  "isRealtimePerformancePanelEnabled",
  "isSchemaAdvisorEnabled",
] as const;

const OFF_AT_FIRST: readonly string[] = [
  "isDataExplorerGenAISampleDocumentPassingEnabled",
  "isExtendedStorageSizesEnabled",
  "isNativeRerankingEnabled",
];

export const settingsChange = requestBody(
  Object.fromEntries(SETTINGS.map((setting) => [setting, z.boolean().optional()])),
);

export const DEFAULT_SETTINGS = Object.fromEntries(
  SETTINGS.map((setting) => [setting, !OFF_AT_FIRST.includes(setting)]),
);

export const limitChange = requestBody({ value: z.number().int().positive(), name: z.string().optional() }, [
  "currentUsage",
  "defaultLimit",
  "maximumLimit",
]);

const roleNames = z.array(z.string()).min(1);

export const teamsAdded = z.array(requestBody({ teamId: id, roleNames }));

export const teamChange = requestBody({ roleNames, teamId: id.optional() });
