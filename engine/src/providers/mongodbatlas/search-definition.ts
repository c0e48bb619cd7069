import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, sameValue, textAt } from "../plain-values.ts";
import { findJson, sameJson, writeJson } from "./json-text.ts";
import type { Change } from "./kind.ts";
import { compact } from "./values.ts";

/** The parts of a definition that are JSON in the program. */
const JSON_PARTS = ["analyzers", "fields", "storedSource"];
const PLAIN_PARTS = ["analyzer", "numPartitions", "searchAnalyzer"];
const MAPPING_PARTS = ["mappingsDynamic", "mappingsDynamicConfig", "mappingsFields"];
/** What Atlas says of an index where nobody says anything. */
const STANDARD: PropertyMap = {
  analyzer: "lucene.standard",
  numPartitions: 1,
  searchAnalyzer: "lucene.standard",
  type: "search",
};

/** What is sent for a new index. */
export function definitionOf(planned: PropertyMap): PropertyMap {
  const plain = Object.fromEntries(PLAIN_PARTS.map((name) => [name, planned[name]]));
  const common = { ...plain, storedSource: jsonAt(planned, "storedSource") };
  if (planned["type"] === "vectorSearch") {
    return compact({ ...common, fields: jsonAt(planned, "fields") ?? [] });
  }
  const synonyms = synonymsOf(planned);
  const typeSets = typeSetsOf(planned);
  return compact({
    ...common,
    analyzers: jsonAt(planned, "analyzers"),
    mappings: mappingsOf(planned),
    synonyms: synonyms.length > 0 ? synonyms : undefined,
    typeSets: typeSets.length > 0 ? typeSets : undefined,
  });
}

/** What is sent for a change: what Atlas has, with the changes in it; undefined where nothing changes. */
export function changedDefinition(
  index: PropertyMap,
  { recorded, planned }: Pick<Change, "recorded" | "planned">,
): PropertyMap | undefined {
  const isNew = (name: string): boolean => {
    const [before, after] = [recorded[name] ?? null, planned[name] ?? null];
    const isText = typeof before === "string" || typeof after === "string";
    return !sameValue(before, after) && !(isText && sameJson(before, after));
  };
  const wanted = definitionOf(planned);
  const changed = [...PLAIN_PARTS, ...JSON_PARTS, "synonyms", "typeSets"].filter(isNew);
  const hasMappings = MAPPING_PARTS.some(isNew);
  if (changed.length === 0 && !hasMappings) return undefined;
  const before = findMapAt(index, "latestDefinition") ?? {};
  return compact({
    ...before,
    ...Object.fromEntries(changed.map((name) => [name, wanted[name] ?? emptied(name)])),
    ...(hasMappings ? { mappings: wanted["mappings"] } : {}),
  });
}

/** What says that a part is not wanted any more; null leaves it out. */
function emptied(name: string): PropertyValue {
  return name === "synonyms" || name === "analyzers" ? [] : null;
}

function jsonAt(values: PropertyMap, name: string): PropertyValue | undefined {
  const text = textAt(values, name);
  return text === "" ? undefined : findJson(text);
}

function mappingsOf(planned: PropertyMap): PropertyMap {
  const dynamic = jsonAt(planned, "mappingsDynamicConfig") ?? planned["mappingsDynamic"] ?? false;
  return { dynamic, fields: jsonAt(planned, "mappingsFields") ?? {} };
}

function synonymsOf(planned: PropertyMap): readonly PropertyMap[] {
  return mapsAt(planned, "synonyms").map((synonym) => ({
    analyzer: textAt(synonym, "analyzer"),
    name: textAt(synonym, "name"),
    source: { collection: textAt(synonym, "sourceCollection") },
  }));
}

function typeSetsOf(planned: PropertyMap): readonly PropertyMap[] {
  return mapsAt(planned, "typeSets").map((set) =>
    compact({ name: textAt(set, "name"), types: jsonAt(set, "types") }),
  );
}

/** A definition as the program says it; what Atlas says by itself is left out where nobody asked. */
export function valuesOf(index: PropertyMap, known: PropertyMap): PropertyMap {
  const definition = findMapAt(index, "latestDefinition") ?? {};
  const mappings = findMapAt(definition, "mappings") ?? {};
  const plain = [...PLAIN_PARTS, "type"].map((name) => {
    const live = name === "type" ? index["type"] : definition[name];
    const isStandard = known[name] === undefined && live === STANDARD[name];
    return [name, isStandard ? undefined : live] as const;
  });
  const dynamic = mappings["dynamic"];
  return compact({
    ...Object.fromEntries(plain),
    ...Object.fromEntries(JSON_PARTS.map((name) => [name, textOf(definition[name])])),
    mappingsDynamic: typeof dynamic === "boolean" ? dynamic : undefined,
    mappingsDynamicConfig: isPropertyMap(dynamic) ? writeJson(dynamic) : undefined,
    mappingsFields: textOf(mappings["fields"]),
    synonyms: mapsAt(definition, "synonyms").map((synonym) => ({
      analyzer: textAt(synonym, "analyzer"),
      name: textAt(synonym, "name"),
      sourceCollection: textAt(findMapAt(synonym, "source") ?? {}, "collection"),
    })),
    typeSets: mapsAt(definition, "typeSets").map((set) =>
      compact({ name: textAt(set, "name"), types: textOf(set["types"]) }),
    ),
  });
}

/** Undefined where there is nothing inside. */
function textOf(value: PropertyValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const isEmpty = typeof value === "object" && Object.keys(value).length === 0;
  return isEmpty ? undefined : writeJson(value);
}
