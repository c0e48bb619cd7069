import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/** Marks the outputs that must be secret: those named by the program, and those whose input of the same name is. */
export function markSecretOutputs(
  outputs: PropertyMap,
  inputs: PropertyMap,
  additionalSecretOutputs: readonly string[],
): PropertyMap {
  const isOpen = (key: string) => {
    if (outputs[key] instanceof Secret) return false;
    const isNamed = key !== "id" && additionalSecretOutputs.includes(key);
    return isNamed || (Object.hasOwn(inputs, key) && inputs[key] instanceof Secret);
  };
  if (!Object.keys(outputs).some(isOpen)) return outputs;
  const entries = Object.entries(outputs).map(([key, value]): [string, PropertyValue] => [
    key,
    isOpen(key) ? new Secret(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/**
 * Marks secrets again in the answer of a provider that does not keep them: by name in maps, at any depth;
 * an array or a scalar is secret as a whole as soon as any part of its input is.
 */
export function annotateSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(outputs).map(([key, value]): [string, PropertyValue] => [
    key,
    annotate(value, Object.hasOwn(inputs, key) ? inputs[key] : undefined),
  ]);
  return Object.fromEntries(entries);
}

function annotate(output: PropertyValue, input: PropertyValue | undefined): PropertyValue {
  if (input === undefined || output instanceof Secret) return output;
  if (input instanceof Secret) return new Secret(output);
  if (isPropertyMap(input) && isPropertyMap(output)) return annotateSecrets(output, input);
  if (!isPropertyMap(input) && containsSecrets(input)) return new Secret(output);
  return output;
}

interface NamesSecrets {
  readonly additionalSecretOutputs: readonly string[];
}

/** The outputs that either of two states of an object names as secret. */
export function secretOutputsOf(one: NamesSecrets, other: NamesSecrets): readonly string[] {
  return [...new Set([...one.additionalSecretOutputs, ...other.additionalSecretOutputs])];
}

/** True where a value is secret or has a secret inside. */
export function containsSecrets(value: PropertyValue): boolean {
  if (value instanceof Secret) return true;
  if (isPropertyArray(value)) return value.some(containsSecrets);
  return isPropertyMap(value) && Object.values(value).some(containsSecrets);
}
