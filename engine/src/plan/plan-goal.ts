import type { Alias, Goal } from "../execute/goal.ts";
import { type PropertyMap, UNKNOWN_VALUE } from "../protocol/property-value.ts";
import type { CustomTimeouts, ResourceState } from "../state/resource.ts";
import { noPlanDiff, type PlanDiff, violatedDiff } from "./plan-diff.ts";
import type { GoalPlan, ResourcePlan } from "./update-plan.ts";
import { parseProviderReference } from "./urn.ts";

/** What a registration asks for, as a plan keeps it. */
export type PlannedGoal = Pick<
  Goal,
  | "type"
  | "name"
  | "custom"
  | "parent"
  | "protect"
  | "dependencies"
  | "provider"
  | "propertyDependencies"
  | "deleteBeforeReplace"
  | "ignoreChanges"
  | "additionalSecretOutputs"
  | "aliases"
  | "importId"
  | "customTimeouts"
>;

/** The plan for a registration whose checked inputs change as `inputDiff` says. */
export function goalPlanOf(goal: PlannedGoal, inputDiff: PlanDiff): GoalPlan {
  return {
    type: goal.type,
    name: goal.name,
    custom: goal.custom,
    inputDiff,
    outputDiff: noPlanDiff,
    parent: goal.parent,
    protect: goal.protect,
    dependencies: goal.dependencies,
    provider: goal.provider,
    propertyDependencies: goal.propertyDependencies,
    deleteBeforeReplace: goal.deleteBeforeReplace,
    ignoreChanges: goal.ignoreChanges,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: goal.aliases,
    importId: goal.importId,
    customTimeouts: goal.customTimeouts,
  };
}

/** What of a registration is not as planned, worded as the official CLI does; undefined where all is. */
export function violatedGoal(
  plan: ResourcePlan,
  goal: PlannedGoal,
  inputs: { readonly old: PropertyMap; readonly new: PropertyMap },
): string | undefined {
  const planned = plan.goal;
  if (planned === undefined) return "resource unexpectedly not deleted";
  return (
    changedKind(planned, goal) ??
    changedProvider(planned.provider, goal.provider) ??
    changedOptions(planned, goal) ??
    changedTimeouts(planned.customTimeouts, goal.customTimeouts) ??
    changedLists(planned, goal) ??
    violatedDiff(inputs.old, inputs.new, planned.inputDiff) ??
    changedPropertyDependencies(planned, goal)
  );
}

/** As `violatedGoal`, for a recorded resource that a plan does not mention: it must stay as it is. */
export function changedUnplanned(
  old: ResourceState,
  goal: PlannedGoal,
  inputs: PropertyMap,
): string | undefined {
  const asRecorded: GoalPlan = {
    ...goalPlanOf({ ...old, ...unrecorded(old, goal) }, noPlanDiff),
    importId: "",
  };
  const plan: ResourcePlan = { goal: asRecorded, ops: [], outputs: undefined, seed: undefined };
  return violatedGoal(plan, goal, { old: old.inputs, new: inputs });
}

/** The options of a registration that a state does not hold in the same form. */
function unrecorded(
  old: ResourceState,
  goal: PlannedGoal,
): Pick<PlannedGoal, "name" | "deleteBeforeReplace" | "ignoreChanges" | "aliases" | "importId"> {
  const aliases = old.aliases.map((urn): Alias => ({ kind: "urn", urn }));
  return { name: goal.name, deleteBeforeReplace: undefined, ignoreChanges: [], aliases, importId: "" };
}

function changedKind(planned: GoalPlan, goal: PlannedGoal): string | undefined {
  if (planned.custom === goal.custom) return undefined;
  return `resource kind changed (expected ${planned.custom ? "custom" : "component"})`;
}

function changedProvider(planned: string, actual: string): string | undefined {
  if (planned === actual) return undefined;
  const malformed = [planned, actual].find((reference) => !reference.includes("::"));
  if (malformed !== undefined) {
    const problem = `expected '::' in provider reference '${malformed}'`;
    return `failed to parse provider reference ${malformed}: ${problem}`;
  }
  const expected = parseProviderReference(planned);
  const isSame = expected.urn === parseProviderReference(actual).urn && expected.id === UNKNOWN_VALUE;
  return isSame ? undefined : `provider changed (expected ${planned})`;
}

function changedOptions(planned: GoalPlan, goal: PlannedGoal): string | undefined {
  if (planned.parent !== goal.parent) return `parent changed (expected ${planned.parent})`;
  if (planned.protect !== goal.protect) return `protect changed (expected ${planned.protect})`;
  if (planned.deleteBeforeReplace !== goal.deleteBeforeReplace) {
    return `deleteBeforeReplace changed (expected ${planned.deleteBeforeReplace ?? "no value"})`;
  }
  if (planned.importId !== goal.importId) return `importID changed (expected ${planned.importId})`;
  return undefined;
}

function changedTimeouts(planned: CustomTimeouts, actual: CustomTimeouts): string | undefined {
  const names = ["create", "update", "delete", "read"] as const;
  const changed = names.find((name) => (planned[name] ?? 0) !== (actual[name] ?? 0));
  return changed && `${changed} timeout changed (expected ${planned[changed] ?? 0})`;
}

function changedLists(planned: GoalPlan, goal: PlannedGoal): string | undefined {
  return (
    changedSet("ignoreChanges", planned.ignoreChanges, goal.ignoreChanges) ??
    changedSecretOutputs(planned.additionalSecretOutputs, goal.additionalSecretOutputs) ??
    changedSet("dependencies", planned.dependencies, goal.dependencies) ??
    changedSet("aliases", planned.aliases.map(aliasText), goal.aliases.map(aliasText))
  );
}

/** Fewer than planned: the official CLI takes each that is missing for one without a name. */
function changedSecretOutputs(planned: readonly string[], actual: readonly string[]): string | undefined {
  const missing = Math.max(planned.length - actual.length, 0);
  return changedSet("additionalSecretOutputs", planned, [...actual, ...Array<string>(missing).fill("")]);
}

function changedSet(what: string, planned: readonly string[], actual: readonly string[]): string | undefined {
  const added = [...new Set(actual)].filter((item) => !planned.includes(item)).sort();
  const deleted = [...new Set(planned)].filter((item) => !actual.includes(item)).sort();
  const parts = [
    ...(added.length > 0 ? [`added ${added.join(", ")}`] : []),
    ...(deleted.length > 0 ? [`deleted ${deleted.join(", ")}`] : []),
  ];
  return parts.length === 0 ? undefined : `${what} changed: ${parts.join("; ")}`;
}

/** All fields of an alias in a row, empty ones too. */
function aliasText(alias: Alias): string {
  if (alias.kind === "urn") return `{${alias.urn}      false}`;
  const { name = "", type = "", project = "", stack = "", parent } = alias;
  const parentUrn = parent === undefined || parent === "none" ? "" : parent.urn;
  return `{ ${[name, type, project, stack, parentUrn, parent === "none"].join(" ")}}`;
}

/** A property that was unknown in the preview may be left out in the end, and its dependencies with it. */
function changedPropertyDependencies(planned: GoalPlan, goal: PlannedGoal): string | undefined {
  for (const [property, urns] of Object.entries(planned.propertyDependencies)) {
    if (!Object.hasOwn(goal.propertyDependencies, property)) continue;
    const actual = goal.propertyDependencies[property] ?? [];
    const changed = changedSet(`dependencies for ${property}`, urns, actual);
    if (changed !== undefined) return changed;
  }
  return undefined;
}
