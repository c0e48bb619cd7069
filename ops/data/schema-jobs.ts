import { z } from "zod";
import { UserError } from "../errors.ts";
import {
  planSchemaMigration,
  type SchemaMigration,
  type SchemaStatus,
  type SchemaStep,
  type SchemaVersions,
} from "./plan-schema.ts";
import { backendOf, type SchemaJob, type SchemaRun } from "./schema-job.ts";

const statusSchema = z.strictObject({
  versions: z.strictObject({ documents: z.int().min(0), graph: z.int().min(0) }),
  migrations: z.array(
    z.strictObject({
      number: z.int().min(1),
      name: z.string(),
      down: z.strictObject({ safety: z.enum(["safe", "lossy"]), why: z.string() }),
    }),
  ),
});

/** The graph is one for all backends. */
const GRAPH = "graph-store";

export interface SchemaWork {
  /** Takes what the jobs say. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What the stores have and what the jobs know. @throws UserError `schema-job-failed` */
export async function readStatus(jobs: readonly SchemaJob[]): Promise<SchemaStatus> {
  const all = await Promise.all(jobs.map(readJobStatus));
  const versions = Object.assign({}, ...all.map((status) => status.versions)) as SchemaVersions;
  return { versions, migrations: all[0]?.migrations ?? [] };
}

/**
 * Brings the schemas to other versions, store by store. Gives the steps that were made.
 *
 * @throws UserError `schema-unknown`, `schema-job-failed`, `schema-interrupted`
 */
export async function migrateWith(
  jobs: readonly SchemaJob[],
  to: SchemaVersions,
  work: SchemaWork = {},
): Promise<SchemaStep[]> {
  const steps = planSchemaMigration(await readStatus(jobs), to);
  const moved = new Map(steps.map(({ store, direction }) => [store, direction]));
  for (const [store, direction] of moved) {
    const job = jobs.find(({ role }) => store === GRAPH || store === documentsOf(role));
    const version = to[store];
    if (job === undefined || version === undefined) throw new Error(`no schema job for ${store}`);
    const part = store === GRAPH ? "graph" : "documents";
    const run = await runToEnd(job, [direction, "--to", version, "--store", part], work.signal);
    if (run === undefined) throw interruptedBefore(store, version);
    checkRun(job, run, work);
  }
  return steps;
}

/** Nothing where the signal ended the run, or came before it. */
async function runToEnd(
  job: SchemaJob,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SchemaRun | undefined> {
  if (signal?.aborted) return undefined;
  try {
    const run = await job.run(args, signal);
    return signal?.aborted && run.exitCode !== 0 ? undefined : run;
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

function interruptedBefore(store: string, version: string): UserError {
  return new UserError("schema-interrupted", `interrupted before ${store} was at version ${version}`, {
    help: "run the same again: it goes on where it stopped",
  });
}

function documentsOf(role: string): string {
  return `${backendOf(role)}-documents`;
}

async function readJobStatus(
  job: SchemaJob,
): Promise<{ readonly versions: SchemaVersions; readonly migrations: readonly SchemaMigration[] }> {
  const { lines } = checkRun(job, await job.run(["status", "--json"]));
  const { versions, migrations } = statusSchema.parse(JSON.parse(lines.at(-1) ?? ""));
  const { documents, graph } = versions;
  return { versions: { [documentsOf(job.role)]: String(documents), [GRAPH]: String(graph) }, migrations };
}

function checkRun(job: SchemaJob, run: SchemaRun, work: SchemaWork = {}): SchemaRun {
  for (const line of run.lines) work.say?.(`${job.role}: ${line}`);
  if (run.exitCode === 0) return run;
  throw new UserError(
    "schema-job-failed",
    `${job.role} ended with exit code ${run.exitCode}: ${run.lines.slice(-5).join("\n")}`,
    { help: "mend what it says and run the same again: it goes on where it stopped" },
  );
}
