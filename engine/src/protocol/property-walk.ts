import {
  Archive,
  Asset,
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
  ResourceReference,
  Secret,
} from "./property-value.ts";

/** The URNs that the outputs inside a value depend on, each once, in order. */
export function outputDependencies(value: PropertyValue): readonly string[] {
  const urns = new Set<string>();
  somePart(value, (part) => {
    if (part instanceof OutputValue) for (const urn of part.dependencies) urns.add(urn);
    return false;
  });
  return [...urns];
}

function isOutput(part: PropertyValue): boolean {
  return part instanceof OutputValue;
}

/** Replaces every output by what it holds: its value, a secret, or an unknown. Gives the same map where there is none. */
export function downgradeOutputs(map: PropertyMap): PropertyMap {
  if (!somePart(map, isOutput)) return map;
  return propertyMap(Object.entries(map).map(([key, value]) => [key, downgrade(value)]));
}

function downgrade(value: PropertyValue): PropertyValue {
  if (value instanceof OutputValue) {
    const plain = value.value === undefined ? computed : downgrade(value.value);
    return value.secret ? new Secret(plain) : plain;
  }
  if (value instanceof Secret) return new Secret(downgrade(value.value));
  if (isPropertyArray(value)) return value.map(downgrade);
  return isPropertyMap(value) ? downgradeOutputs(value) : value;
}

/** Turns secrets and unknowns into outputs, the form in which programs get back what they sent. */
export function upgradeToOutputs(map: PropertyMap): PropertyMap {
  return propertyMap(Object.entries(map).map(([key, value]) => [key, upgrade(value)]));
}

function upgrade(value: PropertyValue): PropertyValue {
  if (value instanceof Computed) return new OutputValue(undefined, false, []);
  if (value instanceof Secret) {
    const inner = value.value instanceof Computed ? undefined : upgrade(value.value);
    return new OutputValue(inner, true, []);
  }
  if (isPropertyArray(value)) return value.map(upgrade);
  return isPropertyMap(value) ? upgradeToOutputs(value) : value;
}

/** Notes on each property, as an output, what it depends on. Properties whose dependencies are all there stay as they are. */
export function addDependencies(
  map: PropertyMap,
  dependencies: { readonly [property: string]: readonly string[] },
): PropertyMap {
  const entries = Object.entries(map).map(([key, value]): [string, PropertyValue] => {
    const wanted = Object.hasOwn(dependencies, key) ? (dependencies[key] ?? []) : [];
    const known = outputDependencies(value);
    if (wanted.every((urn) => known.includes(urn))) return [key, value];
    const output = value instanceof OutputValue ? value : new OutputValue(value, false, []);
    const urns = [...new Set([...output.dependencies, ...wanted])];
    return [key, new OutputValue(output.value, output.secret, urns)];
  });
  return propertyMap(entries);
}

/** The dependencies of each property, those that the outputs inside it name included. */
export function withOutputDependencies(
  map: PropertyMap,
  dependencies: { readonly [property: string]: readonly string[] },
): { readonly [property: string]: readonly string[] } {
  if (!somePart(map, isOutput)) return dependencies;
  const merged = new Map(Object.entries(dependencies));
  for (const [key, value] of Object.entries(map)) {
    const urns = outputDependencies(value);
    if (urns.length > 0) merged.set(key, [...new Set([...(merged.get(key) ?? []), ...urns])]);
  }
  return Object.fromEntries(merged);
}

/** True where a value, or something at any depth inside it, passes. */
export function somePart(value: PropertyValue, test: (part: PropertyValue) => boolean): boolean {
  if (test(value)) return true;
  if (value instanceof Secret) return somePart(value.value, test);
  if (value instanceof OutputValue) return value.value !== undefined && somePart(value.value, test);
  if (value instanceof Asset || value instanceof Archive || value instanceof ResourceReference) return false;
  if (isPropertyArray(value)) return value.some((element) => somePart(element, test));
  return isPropertyMap(value) && Object.values(value).some((element) => somePart(element, test));
}
