import type { RecordedSetting, Release, ReleaseCause } from "../../contracts/release.ts";
import { renderSummary } from "../plan.ts";
import type { StoredRelease } from "../release/release-store.ts";
import type { ReleaseRow, ReleasesPart } from "./parts.ts";

/** Records as the page shows them. */
export function toReleasesPart(stored: readonly StoredRelease[]): ReleasesPart {
  const newestFirst = stored.toReversed();
  return {
    releases: newestFirst.flatMap((record) => ("release" in record ? [toRow(record.release)] : [])),
    problems: newestFirst.flatMap((record) =>
      "damage" in record ? [`the record of release ${record.number} ${record.damage}`] : [],
    ),
  };
}

function toRow(release: Release): ReleaseRow {
  const { git, parity } = release;
  return {
    number: release.number,
    at: release.at,
    by: `${release.by.user}@${release.by.host}`,
    cause: renderCause(release.cause),
    message: release.message,
    ...(git !== undefined && { commit: `${git.commit.slice(0, 8)}${git.dirty ? "+" : ""}` }),
    health: release.health.verdict,
    parity: parity.verdict,
    changes: renderSummary(release.changes),
    content: contentOf(release),
  };
}

function renderCause(cause: ReleaseCause): string {
  switch (cause.kind) {
    case "rollback":
      return `rollback of ${cause.of} to ${cause.to}`;
    case "shift":
      return `shift from ${cause.from} % to ${cause.to} %`;
    default:
      return cause.kind;
  }
}

function contentOf({ images, schemas, settings }: Release): { [name: string]: string } {
  const named = (kind: string, values: { readonly [name: string]: string }) =>
    Object.entries(values).map(([name, value]) => [`${kind} ${name}`, value]);
  return Object.fromEntries([
    ...named("image", images),
    ...named("schema", schemas),
    ...Object.entries(settings.values).map(([name, setting]) => [`setting ${name}`, renderSetting(setting)]),
  ]);
}

/** Of a secret only whether it is another one can be told. */
function renderSetting(setting: RecordedSetting): string {
  return "value" in setting ? setting.value : `[secret ${setting.secret.slice(0, 6)}]`;
}
