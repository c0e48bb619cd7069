import type { DriftCause, DriftFinding, DriftReport } from "../../../contracts/drift.ts";

/** A cause with its findings: a row of every report. */
export interface CauseRow {
  readonly cause: DriftCause;
  readonly findings: readonly DriftFinding[];
}

export function causeRows({ causes, findings }: DriftReport): CauseRow[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return causes.map((cause) => ({ cause, findings: cause.findings.flatMap((id) => byId.get(id) ?? []) }));
}

/** `docker update, 2026-11-26 03:10 UTC`. */
export function renderCause({ what, who, when }: DriftCause): string {
  const time = when === null ? [] : [`${when.slice(0, 16).replace("T", " ")} UTC`];
  return [what, ...(who === null ? [] : [`by ${who}`]), ...time].join(", ");
}

/** `256 → 128`, in at most so many characters a side. */
export function renderChange({ kind, recorded, live }: DriftFinding, width = 40): string {
  if (kind === "deleted") return "deleted";
  if (kind === "unmanaged") return "unmanaged";
  return `${shorten(recorded ?? "–", width)} → ${shorten(live ?? "–", width)}`;
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** `2 critical, 1 warning`; `no drift`. */
export function renderCounts({ counts, resources }: DriftReport): string {
  const { critical, warning, info, ignored } = counts;
  const parts = Object.entries({ critical, warning, info }).filter(([, count]) => count > 0);
  const silent = ignored === 0 ? "" : `, ${ignored} ignored`;
  const found = parts.length === 0 ? "no drift" : parts.map(([name, count]) => `${count} ${name}`).join(", ");
  return `${found}${silent} (${resources} resources)`;
}

const WHY = {
  expired: "has expired",
  changed: "was for another live value",
  unknown: "is for a finding that is not there",
} as const;

/** One line an answer that holds no longer. */
export function renderStale({ stale }: DriftReport): string[] {
  return stale.map(({ answer, why }) => `ignored ${answer.id} (${answer.what}, ${answer.owner}) ${WHY[why]}`);
}
