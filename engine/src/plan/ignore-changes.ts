import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import {
  openSecret,
  type PropertyPath,
  parsePropertyPath,
  withIndex,
  withKey,
  withoutKey,
} from "./property-path.ts";

export interface IgnoredChanges {
  readonly inputs: PropertyMap;
  /** Paths into added or removed elements: they cannot be ignored. */
  readonly invalidPaths: readonly string[];
}

/** Puts the old value back at every ignored path. Texts that are no paths are skipped, as the official CLI does. */
export function ignoreChanges(
  inputs: PropertyMap,
  oldInputs: PropertyMap,
  paths: readonly string[],
): IgnoredChanges {
  const invalidPaths: string[] = [];
  let current: PropertyMap = inputs;
  for (const text of paths) {
    const path = parsePropertyPath(text);
    if (path === undefined) continue;
    const outcome = reset(path, { old: oldInputs, new: current, oldSecret: false, newSecret: false });
    if (!outcome.ok) invalidPaths.push(text);
    if (isPropertyMap(outcome.value)) current = outcome.value;
  }
  return { inputs: current, invalidPaths };
}

interface Pair {
  readonly old: PropertyValue | undefined;
  readonly new: PropertyValue;
  /** True inside a secret of the old, or of the new value: what is copied out of a secret stays one. */
  readonly oldSecret: boolean;
  readonly newSecret: boolean;
}

interface Outcome {
  /** The new value after the reset, as far as it went. */
  readonly value: PropertyValue;
  readonly ok: boolean;
}

function reset(path: PropertyPath, pair: Pair): Outcome {
  if (pair.new instanceof Secret) {
    const inner = reset(path, { ...pair, new: pair.new.value, newSecret: true });
    return { value: new Secret(inner.value), ok: inner.ok };
  }
  const oldSecret = pair.oldSecret || pair.old instanceof Secret;
  const opened: Pair = { ...pair, old: openSecret(pair.old), oldSecret };
  const [element, ...rest] = path;
  if (element === undefined) return { value: pair.new, ok: false };
  if (typeof element === "number") return resetIndex(element, rest, opened);
  if (element === "*") return rest.length === 0 ? resetEveryLeaf(opened) : resetEvery(rest, opened);
  return resetKey(element, rest, opened);
}

function copied(value: PropertyValue, pair: Pair): PropertyValue {
  return pair.oldSecret && !pair.newSecret && !(value instanceof Secret) ? new Secret(value) : value;
}

function resetIndex(index: number, rest: PropertyPath, pair: Pair): Outcome {
  const { old, new: target } = pair;
  if (index < 0) return { value: target, ok: false };
  if (!isPropertyArray(old) || !isPropertyArray(target)) {
    return { value: target, ok: !isPropertyArray(old) && !isPropertyArray(target) };
  }
  const oldElement = old[index];
  const newElement = target[index];
  if (oldElement === undefined || newElement === undefined) {
    return { value: target, ok: rest.length === 0 && oldElement === undefined && newElement === undefined };
  }
  if (rest.length === 0) return { value: withIndex(target, index, copied(oldElement, pair)), ok: true };
  const inner = reset(rest, { ...pair, old: oldElement, new: newElement });
  return { value: withIndex(target, index, inner.value), ok: inner.ok };
}

function resetKey(key: string, rest: PropertyPath, pair: Pair): Outcome {
  const { old, new: target } = pair;
  const oldValue = isPropertyMap(old) && Object.hasOwn(old, key) ? old[key] : undefined;
  if (rest.length === 0) {
    if (!isPropertyMap(target)) return { value: target, ok: oldValue === undefined };
    if (oldValue === undefined) return { value: withoutKey(target, key), ok: true };
    return { value: withKey(target, key, copied(oldValue, pair)), ok: true };
  }
  if (!isPropertyMap(old) || !isPropertyMap(target)) {
    return { value: target, ok: !isPropertyMap(old) && !isPropertyMap(target) };
  }
  const newValue = Object.hasOwn(target, key) ? target[key] : undefined;
  if (newValue === undefined) return { value: target, ok: oldValue === undefined };
  const inner = reset(rest, { ...pair, old: oldValue, new: newValue });
  return { value: withKey(target, key, inner.value), ok: inner.ok };
}

function resetEveryLeaf(pair: Pair): Outcome {
  const { old, new: target } = pair;
  if (isPropertyMap(target)) {
    if (!isPropertyMap(old)) return { value: target, ok: true };
    return {
      value: Object.fromEntries(Object.entries(old).map(([k, v]) => [k, copied(v, pair)])),
      ok: true,
    };
  }
  if (!isPropertyArray(target)) return { value: target, ok: false };
  if (!isPropertyArray(old)) return { value: target, ok: true };
  const value = target.map((element, i) => {
    const oldElement = old[i];
    return oldElement === undefined ? element : copied(oldElement, pair);
  });
  return { value, ok: old.length === target.length };
}

function resetEvery(rest: PropertyPath, pair: Pair): Outcome {
  const { old, new: target } = pair;
  const sameKind =
    (isPropertyMap(old) && isPropertyMap(target)) || (isPropertyArray(old) && isPropertyArray(target));
  if (!sameKind) return { value: target, ok: false };
  const keys: readonly (string | number)[] = isPropertyArray(old) ? [...old.keys()] : Object.keys(old);
  let value: PropertyValue = target;
  let ok = !isPropertyArray(old) || !isPropertyArray(target) || old.length === target.length;
  for (const key of keys) {
    const there = isPropertyArray(value)
      ? value[Number(key)]
      : isPropertyMap(value)
        ? value[String(key)]
        : undefined;
    if (there === undefined) {
      ok = false;
      continue;
    }
    const outcome = reset([key, ...rest], { ...pair, old, new: value });
    value = outcome.value;
    ok &&= outcome.ok;
  }
  return { value, ok };
}
