import { isPropertyArray } from "../../protocol/property-value.ts";
import { flag, number, objects, type ResourceSchema, TRAITS, text, timeouts } from "./schema.ts";
import { clusterName, projectId } from "./schema-shared.ts";

const { required, output } = TRAITS;
const json = { json: true } as const;
/** Atlas has no way to change it: the index has to be made under another name. */
const fixed = { required: true, createOnly: true } as const;

export const SEARCH_INDEX: ResourceSchema = {
  type: "mongodbatlas:index/searchIndex:SearchIndex",
  version: 0,
  outputsId: true,
  legacy: true,
  limits: { create: 10_800, delete: 10_800, update: 10_800 },
  fields: {
    analyzer: text(),
    analyzers: text(json),
    clusterName,
    collectionName: text(fixed),
    database: text(fixed),
    fields: text(json),
    indexId: text(output),
    mappingsDynamic: flag({ conflicts: ["mappingsDynamicConfig"] }),
    mappingsDynamicConfig: text({ ...json, conflicts: ["mappingsDynamic"] }),
    mappingsFields: text(json),
    name: text({ ...fixed, autoname: true }),
    numPartitions: number(),
    projectId,
    searchAnalyzer: text(),
    storedSource: text(json),
    synonyms: objects(
      { analyzer: text(required), name: text(required), sourceCollection: text(required) },
      { isSet: true, isBlock: true },
    ),
    type: text({ createOnly: true, oneOf: ["search", "vectorSearch"] }),
    typeSets: objects({ name: text(required), types: text(json) }, { isSet: true, isBlock: true }),
    waitForIndexBuildCompletion: flag(),
  },
};

export const SEARCH_DEPLOYMENT: ResourceSchema = {
  type: "mongodbatlas:index/searchDeployment:SearchDeployment",
  version: 0,
  outputsId: true,
  rules: ({ specs }) =>
    isPropertyArray(specs) && specs.length !== 1
      ? [{ path: "specs", reason: `list must contain exactly 1 element, got: ${specs.length}` }]
      : [],
  fields: {
    clusterName,
    deleteOnCreateTimeout: flag({ computed: true, default: true, createOnly: true }),
    encryptionAtRestProvider: text(output),
    projectId,
    skipWaitOnUpdate: flag(),
    specs: objects({ instanceSize: text(required), nodeCount: number(required) }, required),
    stateName: text(output),
    timeouts: timeouts("create", "update", "delete"),
  },
};
