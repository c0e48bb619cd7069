import {
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
  Secret,
  UNKNOWN_VALUE,
} from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";
import { containsSecrets } from "./secrets.ts";

/** Recorded resources without the secrets that nobody could decrypt: they are not known. */
export function withUnknownSecrets(resources: readonly ResourceState[]): ResourceState[] {
  return resources.map((state) => ({
    ...state,
    inputs: openUnknownSecrets(state.inputs),
    outputs: openUnknownSecrets(state.outputs),
  }));
}

/** Recorded values whose secrets stand for what nobody could decrypt (the unknown value as text): made unknown. */
export function openUnknownSecrets(map: PropertyMap): PropertyMap {
  return propertyMap(Object.entries(map).map(([key, value]) => [key, open(value)]));
}

function open(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) {
    return value.value === UNKNOWN_VALUE ? new Secret(computed) : new Secret(open(value.value));
  }
  if (isPropertyArray(value)) return value.map(open);
  return isPropertyMap(value) ? openUnknownSecrets(value) : value;
}

export interface Comparison {
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
}

/**
 * What a provider is to compare where recorded secrets are not known: a secret of before is taken for equal to the one
 * that stands in its place now, so both are left out. One that became plain, or went away, stays a difference.
 */
export function withoutUnknownSecrets(comparison: Comparison): Comparison {
  const { oldInputs, oldOutputs, newInputs } = comparison;
  if (!hasUnknownSecret(oldInputs) && !hasUnknownSecret(oldOutputs)) return comparison;
  const [inputs, wanted] = settleMaps(oldInputs, newInputs);
  return { oldInputs: inputs, oldOutputs: fillMap(oldOutputs, inputs), newInputs: wanted };
}

const LEFT_OUT = Symbol("left out");
type Settled = PropertyValue | typeof LEFT_OUT;

function isUnknownSecret(value: PropertyValue | undefined): boolean {
  return value instanceof Secret && value.value instanceof Computed;
}

function hasUnknownSecret(value: PropertyValue): boolean {
  if (value instanceof Secret) return isUnknownSecret(value);
  if (isPropertyArray(value)) return value.some(hasUnknownSecret);
  return isPropertyMap(value) && Object.values(value).some(hasUnknownSecret);
}

function settle(old: PropertyValue, wanted: PropertyValue): readonly [Settled, Settled] {
  if (isUnknownSecret(old)) {
    return containsSecrets(wanted) || wanted instanceof Computed ? [LEFT_OUT, LEFT_OUT] : [old, wanted];
  }
  if (isPropertyMap(old) && isPropertyMap(wanted)) return settleMaps(old, wanted);
  if (!isPropertyArray(old) || !isPropertyArray(wanted)) return [old, wanted];
  const pairs = wanted.map((value, index) => {
    const before = old[index];
    return before === undefined ? ([before, value] as const) : settle(before, value);
  });
  const kept = (side: 0 | 1) => pairs.flatMap((pair) => orNull(pair[side]));
  return [[...kept(0), ...old.slice(wanted.length)], kept(1)];
}

/** Elements keep their places. */
function orNull(value: Settled | undefined): PropertyValue[] {
  if (value === LEFT_OUT) return [null];
  return value === undefined ? [] : [value];
}

function settleMaps(old: PropertyMap, wanted: PropertyMap): readonly [PropertyMap, PropertyMap] {
  const olds = new Map<string, Settled>(Object.entries(old));
  const news = new Map<string, Settled>(Object.entries(wanted));
  for (const [key, value] of Object.entries(wanted)) {
    const before = Object.hasOwn(old, key) ? old[key] : undefined;
    if (before === undefined) continue;
    const [settledOld, settledNew] = settle(before, value);
    olds.set(key, settledOld);
    news.set(key, settledNew);
  }
  return [kept(olds), kept(news)];
}

function kept(values: ReadonlyMap<string, Settled>): PropertyMap {
  return propertyMap([...values].flatMap(([key, value]) => (value === LEFT_OUT ? [] : [[key, value]])));
}

/** Unknown secrets of outputs are what the input of that place says, else left out. */
function fillMap(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(outputs).flatMap(([key, value]): [string, PropertyValue][] => {
    const input = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    if (isUnknownSecret(value)) return input === undefined ? [] : [[key, input]];
    return [[key, fill(value, input)]];
  });
  return propertyMap(entries);
}

function fill(value: PropertyValue, input: PropertyValue | undefined): PropertyValue {
  if (isPropertyMap(value)) return fillMap(value, isPropertyMap(input) ? input : {});
  if (!isPropertyArray(value)) return isUnknownSecret(value) ? (input ?? null) : value;
  return value.map((element, index) => fill(element, isPropertyArray(input) ? input[index] : undefined));
}
