import type { Release } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";

/** Schema version of each store: the number of the newest migration that is applied there, as a text. */
export type SchemaVersions = Release["schemas"];

/** A migration as the schema job describes it. */
export interface SchemaMigration {
  readonly number: number;
  readonly name: string;
  /** What undoing it means for the data. */
  readonly down: { readonly safety: "safe" | "lossy"; readonly why: string };
}

/** What a stack's stores have, and what its schema job knows. */
export interface SchemaStatus {
  readonly versions: SchemaVersions;
  /** In order, starting from 1. */
  readonly migrations: readonly SchemaMigration[];
}

/** One migration to be applied to, or undone in, one store. */
export interface SchemaStep {
  readonly store: string;
  readonly direction: "up" | "down";
  readonly number: number;
  readonly name: string;
  /** Going up never loses data. */
  readonly safety: "safe" | "lossy";
  readonly why: string;
}

/**
 * The steps from what the stores have to other versions. A store that `to` does not name stays as it is.
 *
 * @throws UserError `schema-unknown` where the present schema job does not know a version
 */
export function planSchemaMigration(status: SchemaStatus, to: SchemaVersions): SchemaStep[] {
  return Object.entries(status.versions).flatMap(([store, from]) => {
    const wanted = to[store] ?? from;
    if (wanted === from) return [];
    const newest = status.migrations.length;
    for (const version of [from, wanted]) refuseUnknown(version, { store, newest });
    return stepsBetween({ store, from: Number(from), to: Number(wanted) }, status.migrations);
  });
}

/** The stores whose version has to go down (up) to get from some versions to others, with the version to go to. */
export function versionsTowards(
  direction: "up" | "down",
  from: SchemaVersions,
  to: SchemaVersions,
): SchemaVersions {
  const entries = Object.entries(from).flatMap(([store, version]) => {
    const wanted = to[store] ?? version;
    const isWanted =
      direction === "down" ? Number(wanted) < Number(version) : Number(wanted) > Number(version);
    return isWanted ? [[store, wanted]] : [];
  });
  return Object.fromEntries(entries);
}

/** The same version for every store that there is. */
export function everyStoreAt(versions: SchemaVersions, version: string): SchemaVersions {
  return Object.fromEntries(Object.keys(versions).map((store) => [store, version]));
}

function refuseUnknown(version: string, known: { readonly store: string; readonly newest: number }): void {
  if (/^\d+$/.test(version) && Number(version) <= known.newest) return;
  throw new UserError(
    "schema-unknown",
    `${known.store}: schema version ${version} is unknown to the schema job, which knows 0 to ${known.newest}`,
    { help: "bring up a program that knows it, or give another version" },
  );
}

function stepsBetween(
  way: { readonly store: string; readonly from: number; readonly to: number },
  migrations: readonly SchemaMigration[],
): SchemaStep[] {
  const { store, from, to } = way;
  const direction = to > from ? "up" : "down";
  const steps = migrations
    .filter(({ number }) => number > Math.min(from, to) && number <= Math.max(from, to))
    .map(({ number, name, down }): SchemaStep => {
      const { safety, why } = direction === "down" ? down : { safety: "safe" as const, why: "loses nothing" };
      return { store, direction, number, name, safety, why };
    });
  return direction === "up" ? steps : steps.reverse();
}
