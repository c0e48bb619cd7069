import { z } from "zod";
import { requestBody } from "./request-body.ts";

const definition = z.strictObject({
  analyzer: z.string().optional(),
  analyzers: z.array(z.json()).optional(),
  fields: z.array(z.json()).optional(),
  mappings: z.strictObject({ dynamic: z.json().optional(), fields: z.json().optional() }).optional(),
  nestedRoot: z.string().optional(),
  numPartitions: z.number().int().optional(),
  searchAnalyzer: z.string().optional(),
  sort: z.json().optional(),
  storedSource: z.json().optional(),
  synonyms: z.array(z.json()).optional(),
  typeSets: z.array(z.json()).optional(),
});

export const searchIndexBody = requestBody({
  collectionName: z.string().min(1),
  database: z.string().min(1),
  definition: definition.optional(),
  name: z.string().min(1),
  type: z.enum(["search", "vectorSearch"]).optional(),
});

export type SearchIndexBody = z.infer<typeof searchIndexBody>;

export const searchIndexChange = requestBody({ definition });

const spec = z.strictObject({
  cloudProvider: z.string().optional(),
  instanceSize: z.string().regex(/^S\d+_(?:HIGHCPU|LOWCPU|STORAGE)_NVME$/, "is no size of search nodes"),
  nodeCount: z.number().int().min(2).max(32).optional(),
  regionName: z.string().optional(),
});

export const searchDeploymentBody = requestBody({
  defaultNodeCount: z.number().int().min(2).max(32).optional(),
  specs: z.array(spec).min(1),
});

export type SearchDeploymentBody = z.infer<typeof searchDeploymentBody>;

export const rollingIndexBody = requestBody({
  collation: z.json().optional(),
  collection: z.string().min(1),
  db: z.string().min(1),
  keys: z.array(z.record(z.string(), z.string())).min(1),
  options: z.record(z.string(), z.json()).optional(),
});
