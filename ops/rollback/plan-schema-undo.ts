import {
  planSchemaMigration,
  type SchemaStatus,
  type SchemaVersions,
  versionsTowards,
} from "../data/plan-schema.ts";
import type { SchemaChange } from "./classify.ts";

/**
 * What happens to the schemas on the way to a release's versions. Migrations that are undone are known to the schema job
 * that is deployed now; those that are applied only to that of the release, which is deployed by then.
 *
 * @throws UserError `schema-unknown`
 */
export function planSchemaUndo(status: SchemaStatus, to: SchemaVersions): readonly SchemaChange[] {
  const { versions } = status;
  const undone = planSchemaMigration(status, versionsTowards("down", versions, to));
  const applied = Object.entries(versionsTowards("up", versions, to));
  return [
    ...undone.map(({ store, direction, number, name, safety, why }) => ({
      store,
      direction,
      what: `${number} ${name}`,
      safety,
      why,
    })),
    ...applied.map(([store, version]) => ({
      store,
      direction: "up" as const,
      what: `from ${versions[store]} to ${version}`,
      safety: "safe" as const,
      why: "loses nothing",
    })),
  ];
}
