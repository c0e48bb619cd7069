import { BOUNDARIES, type Boundary } from "./boundaries.ts";
import { type Crash, crashEverywhere } from "./crash-runs.ts";
import { CASES, type CaseName, crashCase } from "./operations.ts";

export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[];

/** What is wrong with a stack after the run that followed a killed one; none where all is well. */
export function problemsOf(name: CaseName, tells: boolean, crash: Crash): readonly string[] {
  const { left } = crashCase(name);
  const extra = extraOwners(crash.owners, left);
  const asked = extra.filter(
    (owner) => !tells && crash.advice.some((text) => text.includes(`::${owner} was`)),
  );
  const lost = left.filter((owner) => !crash.owners.includes(owner));
  const unrecorded = crash.recordedIds.filter((id) => !crash.ids.includes(id));
  const orphans = crash.ids.length - crash.recordedIds.length - asked.length;
  return [
    ...(crash.result === "succeeded" ? [] : [`the next run ${crash.result}: ${crash.told.join(" ")}`]),
    ...lost.map((owner) => `${owner} is lost`),
    ...unrecorded.map((id) => `${id} is recorded and gone`),
    ...(orphans === 0 ? [] : [`${orphans} objects are orphans that nobody asks about`]),
    ...(crash.again.length === 0 ? [] : [`one more run has to ${crash.again.join(" and ")}`]),
    ...crash.leftovers.map((file) => `${file} is left`),
    ...(tells && crash.advice.length > 0 ? ["asks although the provider can tell"] : []),
    ...(crash.pending > crash.advice.length ? ["something stays pending without a word"] : []),
  ];
}

function extraOwners(owners: readonly string[], expected: readonly string[]): readonly string[] {
  const rest = [...owners];
  for (const owner of expected) {
    const at = rest.indexOf(owner);
    if (at >= 0) rest.splice(at, 1);
  }
  return rest;
}

/** The crashes of every case. */
export type Matrix = ReadonlyMap<CaseName, readonly Crash[]>;

export async function crashMatrix(tells: boolean): Promise<Matrix> {
  const rows: [CaseName, readonly Crash[]][] = [];
  for (const name of CASE_NAMES) rows.push([name, await crashEverywhere(name, tells)]);
  return new Map(rows);
}

/** A table of boundaries by operations: how many points were killed, and what came of it. */
export function renderMatrix(matrix: Matrix, tells: boolean): string {
  const header = ["killed", ...matrix.keys()];
  const rows = BOUNDARIES.map((boundary) => [
    boundary,
    ...[...matrix].map(([name, crashes]) => cell(name, tells, ofBoundary(crashes, boundary))),
  ]);
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function ofBoundary(crashes: readonly Crash[], boundary: Boundary): readonly Crash[] {
  return crashes.filter((crash) => crash.boundary === boundary);
}

function cell(name: CaseName, tells: boolean, crashes: readonly Crash[]): string {
  if (crashes.length === 0) return "–";
  const bad = crashes.flatMap((crash) => problemsOf(name, tells, crash));
  if (bad.length > 0) return `**${bad.join("; ")}**`;
  const asks = crashes.filter(({ advice }) => advice.length > 0).length;
  return asks === 0 ? `${crashes.length} ✓` : `${crashes.length} ✓, ${asks} ask`;
}
