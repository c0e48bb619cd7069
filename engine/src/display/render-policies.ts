import type { EngineEvent } from "../events.ts";
import type { EnforcementLevel, PolicySeverity, PolicyViolation } from "../policy/policy-pack.ts";
import type { Paint } from "./paint.ts";
import type { Summary } from "./render-summary.ts";
import { renderMapDiff } from "./render-value-diff.ts";
import { nameOfUrn, shortType, typeOfUrn } from "./resource-text.ts";
import { diffMaps, type MapDiff } from "./value-diff.ts";

export type Remediation = Extract<EngineEvent, { kind: "policy-remediation" }>;

/** What policies said during an operation. */
export interface PolicyNotes {
  readonly violations: readonly PolicyViolation[];
  readonly remediations: readonly Remediation[];
}

export const noPolicyNotes: PolicyNotes = { violations: [], remediations: [] };

const LEVELS: readonly EnforcementLevel[] = ["remediate", "mandatory", "advisory", "disabled"];
const SEVERITIES: readonly PolicySeverity[] = ["critical", "high", "medium", "low", ""];

/** True where the operation must not go through. */
export function isRefused({ violations }: PolicyNotes): boolean {
  return violations.some(({ enforcementLevel }) => enforcementLevel === "mandatory");
}

interface PackNotes extends PolicyNotes {
  readonly paths: readonly string[];
}

interface PolicyTextOptions {
  readonly paint: Paint;
  /** URNs in the place of names. @default false */
  readonly showUrns?: boolean | undefined;
}

interface PoliciesOptions extends PolicyTextOptions {
  readonly showRemediations: boolean;
}

/** The section on policies: each pack that judged with what it said; "" where none did. */
export function renderPolicies(summary: Summary, notes: PolicyNotes, options: PoliciesOptions): string {
  const packs = packNotes(summary, notes);
  if (packs.size === 0) return "";
  const blocks = [...packs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, pack]) => {
      const { paint } = options;
      const paths = pack.paths.length === 0 ? "" : ` (local: ${[...pack.paths].sort().join("; ")})`;
      const title = `    ${verdictOf(pack)} ${paint("magenta", name)}${paths}\n`;
      const violations = inOrder(pack.violations).map((violation) => renderViolation(violation, options));
      return [title, ...remediationLines(pack.remediations, options), ...violations].join("");
    });
  return `${options.paint("bold", "Policies:")}\n${blocks.join("")}\n`;
}

function packNotes({ policyPacks }: Summary, notes: PolicyNotes): ReadonlyMap<string, PackNotes> {
  if (Object.keys(policyPacks).length === 0) return new Map();
  const packs = new Map<string, PackNotes>();
  const change = (key: string, with_: (pack: PackNotes) => Partial<PackNotes>) => {
    const before = packs.get(key) ?? { ...noPolicyNotes, paths: [] };
    packs.set(key, { ...before, ...with_(before) });
  };
  for (const [label, version] of Object.entries(policyPacks)) {
    const [name = "", , path] = label.split("|");
    change(`${name}@v${version}`, ({ paths }) => (path === undefined ? {} : { paths: [...paths, path] }));
  }
  for (const one of notes.violations) {
    change(`${one.pack}@v${one.packVersion}`, ({ violations }) => ({ violations: [...violations, one] }));
  }
  for (const one of notes.remediations) {
    change(`${one.pack}@v${one.packVersion}`, ({ remediations }) => ({
      remediations: [...remediations, one],
    }));
  }
  return packs;
}

function verdictOf(pack: PackNotes): string {
  if (isRefused(pack)) return "❌";
  return pack.violations.length > 0 ? "⚠️" : "✅";
}

function inOrder(violations: readonly PolicyViolation[]): readonly PolicyViolation[] {
  const rank = (v: PolicyViolation) =>
    [LEVELS.indexOf(v.enforcementLevel), SEVERITIES.indexOf(v.severity)] as const;
  return [...violations].sort((a, b) => {
    const [levelA, severityA] = rank(a);
    const [levelB, severityB] = rank(b);
    if (levelA !== levelB) return levelA - levelB;
    if (severityA !== severityB) return severityA - severityB;
    if (a.policy !== b.policy) return a.policy < b.policy ? -1 : 1;
    return a.urn < b.urn ? -1 : Number(a.urn > b.urn);
  });
}

const INDENT = "        ";

function renderViolation(violation: PolicyViolation, options: PolicyTextOptions): string {
  const lines = violation.message.replace(/\n$/, "").split("\n");
  const text = lines.map((line) => `${INDENT}  ${line}\n`).join("");
  return `${INDENT}- ${violationTitle(violation, options)}\n${text}`;
}

function violationTitle(
  { policy, enforcementLevel, severity, urn }: PolicyViolation,
  options: PolicyTextOptions,
): string {
  const style = enforcementLevel === "mandatory" ? "red" : "yellow";
  const severe = severity === "" ? "" : ` [severity: ${severity}]`;
  return `${options.paint(style, `[${enforcementLevel}]${severe}  ${policy}`)}${resourceClause(urn, options)}`;
}

function resourceClause(urn: string, { showUrns }: PolicyTextOptions): string {
  if (urn === "") return "";
  return `  (${shortType(typeOfUrn(urn))}: ${showUrns === true ? urn : nameOfUrn(urn)})`;
}

function remediationLines(remediations: readonly Remediation[], options: PoliciesOptions): readonly string[] {
  const title = (name: string) => options.paint("magenta", `[remediate]  ${name}`);
  if (options.showRemediations) {
    return remediations.flatMap((one) => {
      const diff = changesOf(one);
      if (diff.size === 0) return [];
      return [
        `${INDENT}- ${title(one.policy)}${resourceClause(one.urn, options)} [diff: ${shortDiff(diff)}]\n`,
      ];
    });
  }
  const names = [...new Set(remediations.map(({ policy }) => policy))].sort();
  return names.map((name) => {
    const count = remediations.filter(({ policy }) => policy === name).length;
    return `${INDENT}- ${title(name)}  (${count} resource${count === 1 ? "" : "s"})\n`;
  });
}

function changesOf({ before, after }: Remediation): MapDiff {
  return new Map([...diffMaps(before, after)].filter(([, diff]) => diff.kind !== "same"));
}

function shortDiff(diff: MapDiff): string {
  const keys = (wanted: (kind: string) => boolean) =>
    [...diff].filter(([, { kind }]) => wanted(kind)).map(([key]) => key);
  const write = (mark: string, names: readonly string[]) =>
    names.length === 0 ? "" : mark + names.join(",");
  return (
    write(
      "+",
      keys((kind) => kind === "add"),
    ) +
    write(
      "-",
      keys((kind) => kind === "delete"),
    ) +
    write(
      "~",
      keys((kind) => kind !== "add" && kind !== "delete"),
    )
  );
}

/** A violation in the detailed display. */
export function renderDiffViolation(violation: PolicyViolation, options: PolicyTextOptions): string {
  const pack = options.paint("magenta", `${violation.pack}@v${violation.packVersion} `);
  return `    ${pack}${violationTitle(violation, options)}${violation.message.replace(/\n$/, "")}\n`;
}

/** A remediation in the detailed display, with what it changes. */
export function renderDiffRemediation(one: Remediation, options: PolicyTextOptions): string {
  const { paint } = options;
  const diff = changesOf(one);
  if (diff.size === 0) return "";
  const title =
    paint("magenta", `${one.pack}@v${one.packVersion} `) + paint("magenta", `[remediate]  ${one.policy}`);
  const changes = renderMapDiff(diff, { indent: 2, op: "update", marked: false, paint, sames: false });
  return `    ${title}${resourceClause(one.urn, options)}\n${changes}\n`;
}

/** The table of packs that closes the detailed display. */
export function renderPolicyPacks({ policyPacks }: Summary, paint: Paint): string {
  const rows = Object.entries(policyPacks);
  if (rows.length === 0) return "";
  const width = Math.max("Name".length, ...rows.map(([label]) => label.length)) + 2;
  const lines = rows.map(([label, version]) => `    ${label.padEnd(width)}${version}\n`);
  return `\n${paint("bold", "Policy Packs run:")}\n    ${"Name".padEnd(width)}Version\n${lines.join("")}`;
}
