import type { Release, ReleaseCause } from "../../contracts/release.ts";
import type { StoredRelease } from "../release/release-store.ts";
import type { Standing } from "../release/standing.ts";
import { renderDuration } from "./duration.ts";
import { renderHealth } from "./health.ts";
import type { Section } from "./sections.ts";

/** All releases, newest first, one a row; says which is current. */
export function describeHistory(
  stack: string,
  stored: readonly StoredRelease[],
  current: { readonly number: number | undefined; readonly standing: Standing | undefined },
): Section[] {
  const rows = [...stored].reverse().map((entry) => rowOf(entry, current.number));
  const head = ["", "RELEASE", "WHEN", "WHO", "COMMIT", "WHY", "CHANGES", "HEALTH", "MESSAGE"];
  return [{ rows: [head, ...rows], lines: ["", renderStanding(stack, stored, current.standing)] }];
}

function rowOf(entry: StoredRelease, current: number | undefined): string[] {
  if ("damage" in entry)
    return ["!", String(entry.number), "-", "-", "-", "-", "-", "-", `record ${entry.damage}`];
  const { release } = entry;
  return [
    release.number === current ? "*" : "",
    String(release.number),
    renderTime(release.at),
    release.by.user,
    renderCommit(release),
    renderCause(release.cause),
    renderChanges(release.changes),
    release.health.verdict,
    release.message,
  ];
}

/** How the state stands to the newest release, in a sentence. */
function renderStanding(
  stack: string,
  stored: readonly StoredRelease[],
  standing: Standing | undefined,
): string {
  const newest = stored.at(-1)?.number;
  if (standing === undefined) return `release ${newest} is damaged: nobody can tell which is current`;
  switch (standing.kind) {
    case "current":
      return `* release ${newest} is current`;
    case "destroyed":
      return `${stack} was destroyed after release ${newest}: none is current`;
    case "disturbed":
      return (
        `the state is newer than release ${newest}: the ${standing.by.kind} of ` +
        `${renderTime(standing.by.startTime.toISOString())} ended as ${standing.by.result}; ./infra up ${stack} finishes it`
      );
    case "unrecorded":
      return `the state is newer than release ${newest}: another command is about to record it`;
    case "empty":
      return `${stack} is not up`;
  }
}

/** One release in full. */
export function describeRelease(release: Release): Section[] {
  const { git, update, checkpoint, settings, dataSnapshots, by } = release;
  const facts = [
    [
      "made",
      `${renderTime(release.at)} by ${by.user} on ${by.host}, in ${renderDuration(release.durationMilliseconds)}`,
    ],
    ["why", renderCause(release.cause)],
    ["message", release.message],
    [
      "sources",
      git === undefined
        ? "not known"
        : `${git.commit}${git.branch ? ` (${git.branch})` : ""}${renderDirt(git.dirty)}`,
    ],
    ["engine", `${release.engine.kind} ${release.engine.version}`],
    ["update", `from ${update.startedAt} to ${update.endedAt}`],
    ["changes", renderChanges(release.changes)],
    ["health", renderHealth(release.health)],
    ["parity", renderParity(release.parity)],
    ["checkpoint", `${checkpoint.sha256} (${checkpoint.bytes} bytes)`],
    ["record", release.hash],
    ["follows", release.previous ?? "nothing: it is the first"],
  ];
  return [
    { title: `Release ${release.number}`, rows: [["FACT", ""], ...facts] },
    pairs("Images", ["SERVICE", "IMAGE"], release.images),
    pairs("Schemas", ["STORE", "VERSION"], release.schemas),
    pairs(
      "Settings",
      ["KEY", "VALUE"],
      mapValues(settings.values, (setting) => ("value" in setting ? setting.value : "[secret]")),
    ),
    {
      title: "Data snapshots",
      rows: [
        ["STORE", "KIND", "ID", "WHEN"],
        ...dataSnapshots.map(({ store, kind, id, at }) => [store, kind, id, at]),
      ],
    },
  ].filter(({ rows }) => rows.length > 1);
}

function pairs(title: string, head: readonly string[], values: { readonly [key: string]: string }) {
  return { title, rows: [head, ...Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))] };
}

function mapValues<From, To>(
  values: { readonly [key: string]: From },
  map: (value: From) => To,
): { [key: string]: To } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

function renderTime(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

function renderCommit({ git }: Release): string {
  return git === undefined ? "-" : `${git.commit.slice(0, 7)}${git.dirty ? "+changes" : ""}`;
}

function renderDirt(dirty: boolean): string {
  return dirty ? ", with changes that are in no commit" : "";
}

function renderCause(cause: ReleaseCause): string {
  switch (cause.kind) {
    case "rollback":
      return `rollback of ${cause.of} to ${cause.to}`;
    case "shift":
      return `shift ${cause.from} → ${cause.to} %`;
    case "recovered":
      return cause.intended === undefined ? "recovered" : `${cause.intended} (recovered)`;
    default:
      return cause.kind;
  }
}

/** `1 replace, 59 same`; steps that only carry out another one are left out. */
function renderChanges(changes: Release["changes"]): string {
  const shown = Object.entries(changes).filter(
    ([op, count]) => count > 0 && !["create-replacement", "delete-replaced"].includes(op),
  );
  return shown.map(([op, count]) => `${count} ${op}`).join(", ");
}

function renderParity(parity: Release["parity"]): string {
  return parity.verdict === "not measured"
    ? parity.verdict
    : `${parity.verdict}: ${parity.mismatched} of ${parity.compared} answers differ`;
}
