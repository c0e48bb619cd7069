import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { DriftFinding } from "../../../contracts/drift.ts";
import { ROLE_LABEL } from "../../stack-name.ts";
import { stepsOf } from "../canonical.ts";
import { valueAt } from "../engine-reading.ts";
import { labelsAt } from "../platforms/docker/declared-container.ts";
import type { ManagedResource, Plain } from "../recorded.ts";
import type { Review } from "../review.ts";
import { likeRecorded } from "./live-value.ts";
import { editOf, findSetting, type PropertyEdit, type SettingChange } from "./setting-of.ts";
import type { SourceLiteral } from "./source-literals.ts";

/** A change of one file of the checkout that may make a live value the reviewed one. */
export interface Patch {
  /** Path in the checkout. */
  readonly file: string;
  /** What it changes, for people. */
  readonly says: string;
  readonly apply: (text: string) => string;
  /** What has to be recorded with it. */
  readonly changes: readonly PropertyEdit[];
  /** What the compiler has against it. */
  readonly problem?: string | undefined;
}

export interface Subject {
  readonly finding: DriftFinding;
  readonly resource: ManagedResource;
  readonly review: Review;
}

/** The patch of a stack's settings, where a setting stands for the property. */
export function settingsPatch(
  { finding, resource, review }: Subject,
  { project, stack }: { readonly project: string; readonly stack: string },
): Patch | undefined {
  const read = review.readings.map(({ reading }) => reading.compared.get(resource.urn)).find(Boolean);
  const settingOf = (other: DriftFinding) =>
    findSetting(other, resource, read === undefined ? inClear(other) : read.get(other.property));
  const change = settingOf(finding);
  if (change === undefined) return undefined;
  const same = findingsOf(resource, review)
    .map(settingOf)
    .filter(
      (other): other is SettingChange =>
        other !== undefined && other.path.join() === change.path.join() && other.value === change.value,
    );
  const file = `Pulumi.${stack}.yaml`;
  return {
    file,
    says: `${file}: ${project}:${change.path.join(".")} = ${change.value}`,
    apply: (text) => patchSettings(text, project, change),
    changes: same.length > 0 ? same : [change],
  };
}

function findingsOf({ urn }: ManagedResource, { report }: Review): readonly DriftFinding[] {
  return report.findings.filter(({ resource }) => resource === urn);
}

/** Findings of secrets have no value to show. */
function inClear({ live, fingerprint }: DriftFinding): string | undefined {
  return fingerprint === null || live === null ? undefined : live;
}

/** The settings with one value changed; comments and order stay. */
export function patchSettings(
  text: string,
  project: string,
  { path, value }: Pick<SettingChange, "path" | "value">,
): string {
  const document = parseDocument(text);
  const [first, ...rest] = path;
  document.setIn(["config", `${project}:${first}`, ...rest], value);
  return document.toString({ lineWidth: 0 });
}

/** Each is tried in a preview of its own. */
const MOST_LITERALS = 4;

/** Patches of the program's source, the likeliest first: literals that may give the property its value. */
export async function sourcePatches(
  { finding, resource, review }: Subject,
  { root, position }: { readonly root: string; readonly position: string },
): Promise<readonly Patch[]> {
  const value = valuesOf(finding, resource);
  const changes = editsOf(finding, resource, review);
  if (value === undefined || changes.length === 0) return [];
  // The compiler is loaded for this alone.
  const { ProgramSource } = await import("./source-literals.ts");
  const source = ProgramSource.open(root);
  const role = roleOf(resource);
  const found = source?.literals({ position, steps: stepsOf(finding.property), role, ...value }) ?? [];
  return found.slice(0, MOST_LITERALS).map((literal) => {
    const apply = (text: string) => replaceLiteral(text, literal);
    const patched = apply(readFileSync(join(root, literal.file), "utf8"));
    const { file, line, text, replacement } = literal;
    return {
      ...{ file, apply, changes },
      says: `${file}:${line}: ${text} becomes ${replacement}, for all stacks`,
      problem: source?.problemWith(file, patched),
    };
  });
}

function replaceLiteral(text: string, { start, end, replacement }: SourceLiteral): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Undefined where the review writes the value in another way than the program does. */
function valuesOf(finding: DriftFinding, { inputs }: ManagedResource) {
  const recorded = valueAt(inputs, finding.property) as Plain | undefined;
  const text = inClear(finding);
  const live = text === undefined ? undefined : likeRecorded(recorded, text);
  if (live === undefined || String(recorded) !== finding.recorded) return undefined;
  return { recorded: recorded as string | number | boolean, live };
}

/** What changed in the same way is recorded with it: one literal may give several properties. */
function editsOf(finding: DriftFinding, resource: ManagedResource, review: Review): readonly PropertyEdit[] {
  return findingsOf(resource, review)
    .filter(({ recorded, live }) => recorded === finding.recorded && live === finding.live)
    .flatMap(({ property, live }) => (live === null ? [] : (editOf(property, resource, live) ?? [])));
}

function roleOf({ inputs }: ManagedResource): string {
  const { labels } = (inputs["metadata"] ?? {}) as { readonly labels?: { readonly [label: string]: Plain } };
  return String(labelsAt(inputs)[ROLE_LABEL] ?? labels?.[ROLE_LABEL] ?? "");
}
