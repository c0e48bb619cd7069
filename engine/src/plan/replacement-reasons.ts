import type { StepMetadata } from "../events.ts";
import type { ResourceState } from "../state/resource.ts";
import { parsePropertyPath } from "./property-path.ts";
import { parseProviderReference } from "./urn.ts";

/** What is needed to know of the steps of a run, in their order. */
export type ExplainedStep = Pick<StepMetadata, "op" | "urn" | "keys" | "diffs" | "old" | "new">;

/** A resource that changes, and what of it changes. */
export interface ReasonLink {
  readonly urn: string;
  readonly keys: readonly string[];
}

/** Why a resource is replaced. */
export interface ReplacementReason {
  readonly urn: string;
  /** From the change that started it to the resource itself. */
  readonly chain: readonly ReasonLink[];
}

interface Change {
  readonly urn: string;
  readonly isReplaced: boolean;
  readonly keys: readonly string[];
  readonly state: ResourceState;
}

interface Cause {
  readonly change: Change;
  /** The property through which it comes. */
  readonly key: string;
}

/** Traces every replacement of a run back to the change that started it. */
export function explainReplacements(steps: readonly ExplainedStep[]): readonly ReplacementReason[] {
  const changes = changesOf(steps);
  return [...changes.values()]
    .filter(({ isReplaced }) => isReplaced)
    .map((change) => ({ urn: change.urn, chain: chainOf(change, changes) }));
}

function changesOf(steps: readonly ExplainedStep[]): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const { op, urn, keys, diffs, old, new: next } of steps) {
    const state = next ?? old;
    if (state === undefined) continue;
    const before = changes.get(urn);
    if (op === "update" && before === undefined) {
      changes.set(urn, { urn, isReplaced: false, keys: diffs, state });
    } else if (op === "replace" || op === "create-replacement") {
      const known = before?.isReplaced ? before.keys : [];
      changes.set(urn, { urn, isReplaced: true, keys: [...new Set([...known, ...keys])], state });
    }
  }
  return changes;
}

function chainOf(change: Change, changes: ReadonlyMap<string, Change>): readonly ReasonLink[] {
  const chain: ReasonLink[] = [];
  const met = new Set<string>();
  let cause: Cause | undefined = { change, key: "" };
  while (cause !== undefined && !met.has(cause.change.urn)) {
    const { urn, keys } = cause.change;
    met.add(urn);
    const next = causeOf(cause.change, changes);
    // A dependent that was deleted first does not say which of its properties it was.
    const named = keys.length === 0 && next !== undefined ? [next.key] : keys;
    chain.unshift({ urn, keys: named });
    cause = next;
  }
  return chain;
}

/** What made a resource change; undefined where the program, or a person, did. */
function causeOf(change: Change, changes: ReadonlyMap<string, Change>): Cause | undefined {
  const { keys, state } = change;
  const named =
    keys.length > 0 ? keys : ["deletedWith", "replaceWith", ...Object.keys(state.propertyDependencies)];
  const candidates = named.flatMap((key) =>
    sourcesOf(key, state).flatMap((urn): Cause[] => {
      const source = changes.get(urn);
      return source === undefined || urn === change.urn ? [] : [{ change: source, key }];
    }),
  );
  return candidates.find((cause) => cause.change.isReplaced) ?? candidates[0];
}

/** The resources from which a property, or an option, comes. */
function sourcesOf(key: string, state: ResourceState): readonly string[] {
  switch (key) {
    case "provider":
      return state.provider === "" ? [] : [parseProviderReference(state.provider).urn];
    case "deletedWith":
      return state.deletedWith === "" ? [] : [state.deletedWith];
    case "replaceWith":
      return state.replaceWith;
    default: {
      const property = String(parsePropertyPath(key)?.[0] ?? key);
      const known = Object.hasOwn(state.propertyDependencies, property);
      return known ? (state.propertyDependencies[property] ?? []) : [];
    }
  }
}
