import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { type Field, type Fields, snakeCase, terraformName } from "./schema.ts";

/** The output in which the official plugin keeps how its Terraform state differs from ours. */
export const RAW_STATE_DELTA = "__pulumi_raw_state_delta";

/**
 * How to get Terraform's raw state back from the recorded attributes: which names differ, which values are maps, lists,
 * or objects that Terraform has as a list of one.
 */
export function rawStateDelta(
  fields: Fields,
  values: PropertyMap,
  emptied: ReadonlySet<string>,
): PropertyMap {
  return { obj: objectDelta(fields, values, emptied) };
}

/** True where an earlier state says that Terraform holds this absent block as an empty list, not as nothing. */
export function hadEmptyBlock(previous: PropertyMap, name: string): boolean {
  const delta = previous[RAW_STATE_DELTA];
  if (!isPropertyMap(delta) || !isPropertyMap(delta["obj"])) return false;
  const properties = delta["obj"]["ps"];
  return isPropertyMap(properties) && properties[name] !== undefined;
}

function objectDelta(fields: Fields, values: PropertyMap, emptied: ReadonlySet<string>): PropertyMap {
  const properties: Record<string, PropertyValue> = {};
  const renamed: Record<string, PropertyValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    const terraform = terraformName(name, field);
    if (terraform !== snakeCase(name)) renamed[name] = terraform;
    const delta = valueDelta(field, values[name] ?? null, emptied.has(name));
    if (delta !== undefined) properties[name] = delta;
  }
  return {
    ...(Object.keys(properties).length > 0 ? { ps: properties } : {}),
    ...(Object.keys(renamed).length > 0 ? { renamed } : {}),
  };
}

const NONE: ReadonlySet<string> = new Set();

function valueDelta(field: Field, value: PropertyValue, emptied: boolean): PropertyMap | undefined {
  if (field.kind === "block") {
    if (isPropertyMap(value)) return { plu: { i: { obj: objectDelta(field.fields, value, NONE) } } };
    return field.computed && !emptied ? undefined : { plu: { i: {} } };
  }
  if (value === null) return undefined;
  if (field.kind === "map") return { map: {} };
  if (field.kind === "strings") return { arr: {} };
  if (field.kind !== "blocks" || !isPropertyArray(value)) return undefined;
  const elements = value.map((item, index): [string, PropertyValue] => [
    String(index),
    { obj: objectDelta(field.fields, item as PropertyMap, NONE) },
  ]);
  return elements.length === 0 ? { arr: {} } : { arr: { el: Object.fromEntries(elements) } };
}
