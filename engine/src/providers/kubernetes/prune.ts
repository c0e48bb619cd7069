import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";

/** What of `source` has a counterpart in `shape`: the live object without what the server or others added. */
export function pruneMap(source: PropertyMap, shape: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(source)
      .filter(([key]) => Object.hasOwn(shape, key))
      .map(([key, value]) => [key, pruneValue(value, shape[key])]),
  );
}

function pruneValue(source: PropertyValue, shape: PropertyValue | undefined): PropertyValue {
  if (isPropertyMap(source) && isPropertyMap(shape)) return pruneMap(source, shape);
  if (isPropertyArray(source) && isPropertyArray(shape)) return pruneArray(source, shape);
  return source;
}

function pruneArray(source: readonly PropertyValue[], shape: readonly PropertyValue[]): PropertyValue {
  if (source.length === 0 || shape.length === 0) return [];
  return source.slice(0, shape.length).map((value, index) => pruneValue(value, shape[index]));
}

/**
 * `live` as far as `inputs` say something about it. The server does not keep empty values of many fields
 * (`hostNetwork: false`, `annotations: {}`): those that it did not keep before, in `before`, count as they were given.
 */
export function seenAs(live: PropertyMap, inputs: PropertyMap, before: PropertyMap = live): PropertyMap {
  return withUnkept(pruneMap(live, inputs), inputs, before);
}

function withUnkept(seen: PropertyMap, inputs: PropertyMap, before: PropertyMap): PropertyMap {
  const unkept = Object.entries(inputs).filter(
    ([key, value]) => !Object.hasOwn(seen, key) && !Object.hasOwn(before, key) && isEmpty(value),
  );
  const kept = Object.entries(seen).map(([key, value]) => [key, inside(value, inputs[key], before[key])]);
  return Object.fromEntries([...kept, ...unkept]);
}

function inside(
  seen: PropertyValue,
  input: PropertyValue | undefined,
  before: PropertyValue | undefined,
): PropertyValue {
  if (isPropertyMap(seen) && isPropertyMap(input)) {
    return withUnkept(seen, input, isPropertyMap(before) ? before : {});
  }
  if (!isPropertyArray(seen) || !isPropertyArray(input)) return seen;
  const known = isPropertyArray(before) ? before : [];
  return seen.map((value, index) => inside(value, input[index], known[index]));
}

function isEmpty(value: PropertyValue): boolean {
  if (isPropertyMap(value)) return Object.values(value).every(isEmpty);
  if (isPropertyArray(value)) return value.length === 0;
  return value === null || value === false || value === 0 || value === "";
}
