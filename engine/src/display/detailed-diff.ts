import type { StepMetadata } from "../events.ts";
import { type PathElement, type PropertyPath, parsePropertyPath } from "../plan/property-path.ts";
import {
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import type { PropertyDiff } from "../providers/provider.ts";
import { compareUtf8 } from "../state/go-json.ts";
import type { HiddenPaths } from "./hidden-paths.ts";
import { diffNamedValues, type MapDiff, type ValueDiff } from "./value-diff.ts";

interface DiffTree {
  readonly children: Map<PathElement, DiffTree>;
  leaf?: ValueDiff;
}

interface Sides {
  readonly old: PropertyValue | undefined;
  readonly next: PropertyValue | undefined;
}

/**
 * The differences that the provider named. Old values are outputs, unless it compared inputs; new ones are inputs, in a
 * refresh outputs where it did not compare inputs.
 */
export function detailedDiffOf(step: StepMetadata, isRefresh: boolean, hidden: HiddenPaths): MapDiff {
  const root: DiffTree = { children: new Map() };
  for (const [text, { kind, inputDiff }] of Object.entries(step.detailedDiff ?? {})) {
    const path = parsePropertyPath(text) ?? [text];
    if (path.length === 0 || hidden.hides(path)) continue;
    const old = inputDiff ? step.old?.inputs : step.old?.outputs;
    const next = isRefresh && !inputDiff ? step.new?.outputs : step.new?.inputs;
    insert(root, path, kind, { old, next });
  }
  return entriesOf(root);
}

/** Where one side has nothing on the way, what the other has is added or gone as a whole. */
function insert(parent: DiffTree, path: PropertyPath, kind: PropertyDiff["kind"], sides: Sides): void {
  const [element, ...rest] = path;
  if (element === undefined) return;
  const node: DiffTree = parent.children.get(element) ?? { children: new Map() };
  parent.children.set(element, node);
  const old = childOf(sides.old, element);
  const next = childOf(sides.next, element);
  if (rest.length === 0) node.leaf = leafOf(kind, { old, next });
  else if (isNothing(old) && !isNothing(next)) node.leaf = { kind: "add", value: next };
  else if (!isNothing(old) && isNothing(next)) node.leaf = { kind: "delete", value: old };
  else insert(node, rest, kind, { old, next });
}

function leafOf(kind: PropertyDiff["kind"], { old, next }: Sides): ValueDiff {
  if (kind.startsWith("add")) return { kind: "add", value: next === undefined ? computed : next };
  if (kind.startsWith("delete")) return { kind: "delete", value: old === undefined ? computed : old };
  const [before, after] = [old ?? null, next ?? null];
  const found = diffNamedValues(before, after);
  return found.kind === "same" ? { kind: "update", old: before, next: after } : found;
}

function isNothing(value: PropertyValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Nobody knows what is inside of secrets and unknowns: they stand for all of it. */
function childOf(value: PropertyValue | undefined, element: PathElement): PropertyValue | undefined {
  if (value instanceof Secret || value instanceof Computed || value instanceof OutputValue) return value;
  if (isPropertyArray(value)) return typeof element === "number" ? value[element] : undefined;
  return isPropertyMap(value) && Object.hasOwn(value, element) ? value[element] : undefined;
}

function entriesOf({ children }: DiffTree): MapDiff {
  const entries = [...children].map(([key, child]) => [String(key), toValueDiff(child)] as const);
  return new Map(entries.sort(([a], [b]) => compareUtf8(a, b)));
}

function toValueDiff(tree: DiffTree): ValueDiff {
  if (tree.leaf !== undefined) return tree.leaf;
  const children = [...tree.children];
  if (!children.every(([key]) => typeof key === "number"))
    return { kind: "object", entries: entriesOf(tree) };
  const items = children.map(([key, child]) => [Number(key), toValueDiff(child)] as const);
  return { kind: "array", items: new Map(items.sort(([a], [b]) => a - b)) };
}
