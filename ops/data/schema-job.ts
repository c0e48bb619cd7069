/** A run of the schema job of one backend: `exitCode` and all that it said. */
export interface SchemaRun {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** The schema job of one backend, as the stack recorded it. */
export interface SchemaJob {
  /** Its role: `backend-node-schema`. */
  readonly role: string;
  /** Runs its image once more, with other arguments, on the same networks and with the same environment. */
  run(args: readonly string[], signal?: AbortSignal): Promise<SchemaRun>;
}

/** Role of a schema job that the operations run again, and remove. */
export const SCHEMA_RUN = "schema-run";

const SUFFIX = "-schema";

/** True of the role of a schema job. */
export function isSchemaRole(role: string): boolean {
  return role.endsWith(SUFFIX);
}

/** The backend that a schema job works for. */
export function backendOf(role: string): string {
  return role.slice(0, -SUFFIX.length);
}
