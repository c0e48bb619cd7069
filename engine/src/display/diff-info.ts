import type { StepMetadata } from "../events.ts";
import { parsePropertyPath } from "../plan/property-path.ts";
import { diffMaps, isInternalKey } from "./value-diff.ts";

/** Names of changed properties by how they changed. */
interface ChangedNames {
  readonly add: string[];
  readonly delete: string[];
  readonly update: string[];
}

function fromDetailedDiff(step: StepMetadata, names: ChangedNames): void {
  const byName = new Map<string, string>();
  for (const [path, { kind }] of Object.entries(step.detailedDiff ?? {})) {
    const [first, ...deeper] = parsePropertyPath(path) ?? [];
    if (first === undefined || isInternalKey(String(first))) continue;
    const change = kind.replace("-replace", "");
    byName.set(String(first), deeper.length > 0 || byName.has(String(first)) ? "update" : change);
  }
  for (const [name, change] of byName) names[change as keyof ChangedNames].push(name);
}

function fromStates(step: StepMetadata, isRefresh: boolean, names: ChangedNames): void {
  const side = isRefresh ? "outputs" : "inputs";
  for (const [name, diff] of diffMaps(step.old?.[side] ?? {}, step.new?.[side] ?? {})) {
    if (diff.kind === "same") continue;
    names[diff.kind === "add" || diff.kind === "delete" ? diff.kind : "update"].push(name);
  }
}

/** What changes, in short: `[diff: +added-gone~changed]`; "" where nothing does. */
export function renderDiffInfo(step: StepMetadata, isRefresh: boolean): string {
  if (step.old === undefined || step.new === undefined) return "";
  const names: ChangedNames = { add: [], delete: [], update: [] };
  if (step.detailedDiff !== undefined) fromDetailedDiff(step, names);
  else fromStates(step, isRefresh, names);
  if (step.old.provider !== step.new.provider) names.update.push("provider");
  if (step.old.protect !== step.new.protect) names.update.push("protect");
  const write = (mark: string, list: readonly string[]) =>
    list.length === 0 ? "" : mark + [...list].sort().join(",");
  const text = write("+", names.add) + write("-", names.delete) + write("~", names.update);
  return text === "" ? "" : `[diff: ${text}]`;
}
