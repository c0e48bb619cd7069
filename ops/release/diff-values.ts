import { canonicalJson } from "./canonical-json.ts";
import { isSecret } from "./checkpoint.ts";

/** One value that differs; what was not there before, or is no more, is absent. */
export interface ValueChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export const HIDDEN = "[secret]";

type Tree = { readonly [key: string]: unknown };

/** Which values differ between two recorded trees, by path. Secrets are compared, and never shown. */
export function diffValues(before: unknown, after: unknown, path = ""): ValueChange[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys
      .filter((key) => key !== "__defaults")
      .flatMap((key) => diffValues(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  return [changeOf(path, before, after)];
}

/** Items are told by what they are: one that is inserted does not change those after it. */
function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): ValueChange[] {
  if (before.length === after.length && [...before, ...after].every((item) => typeof item === "object")) {
    return before.flatMap((item, index) => diffValues(item, after[index], `${path}[${index}]`));
  }
  const without = (list: readonly unknown[], others: readonly unknown[]) => {
    const known = new Set(others.map(canonicalJson));
    return list.filter((item) => !known.has(canonicalJson(item)));
  };
  const removed = without(before, after);
  const added = without(after, before);
  const count = Math.max(removed.length, added.length);
  if (count === 0) return [changeOf(path, before, after)];
  return Array.from({ length: count }, (_, index) => changeOf(`${path}[]`, removed[index], added[index]));
}

function changeOf(path: string, before: unknown, after: unknown): ValueChange {
  return {
    path,
    ...(before !== undefined && { before: show(before) }),
    ...(after !== undefined && { after: show(after) }),
  };
}

function show(value: unknown): string {
  if (isSecret(value)) return HIDDEN;
  return typeof value === "string"
    ? value
    : JSON.stringify(value, (_, inner) => (isSecret(inner) ? HIDDEN : inner));
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
}
