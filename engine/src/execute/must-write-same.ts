import { mapsEqual, valuesEqual } from "../plan/property-diff.ts";
import type { CustomTimeouts, ResourceState } from "../state/resource.ts";

const PLAIN_FIELDS = [
  "urn",
  "type",
  "custom",
  "retainOnDelete",
  "provider",
  "parent",
  "deletedWith",
  "protect",
] as const satisfies readonly (keyof ResourceState)[];

const TIMEOUTS = ["create", "update", "delete", "read"] as const satisfies readonly (keyof CustomTimeouts)[];

/** True where an unchanged resource still differs in something worth a write of its own. */
export function mustWriteSame(old: ResourceState, next: ResourceState): boolean {
  return (
    PLAIN_FIELDS.some((field) => old[field] !== next[field]) ||
    TIMEOUTS.some((phase) => (old.customTimeouts[phase] ?? 0) !== (next.customTimeouts[phase] ?? 0)) ||
    !listsEqual(old.replaceWith, next.replaceWith) ||
    !membersEqual(old.dependencies, next.dependencies) ||
    !mapsEqual(old.inputs, next.inputs) ||
    !mapsEqual(old.outputs, next.outputs) ||
    !valuesEqual(old.replacementTrigger ?? null, next.replacementTrigger ?? null) ||
    !hooksEqual(old.resourceHooks, next.resourceHooks)
  );
}

function listsEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((element, i) => element === b[i]);
}

function membersEqual(a: readonly string[], b: readonly string[]): boolean {
  return listsEqual(a, b) || listsEqual([...a].sort(), [...b].sort());
}

function hooksEqual(a: ResourceState["resourceHooks"], b: ResourceState["resourceHooks"]): boolean {
  const phases = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof ResourceState["resourceHooks"]>;
  return [...phases].every((phase) => listsEqual(a[phase] ?? [], b[phase] ?? []));
}
