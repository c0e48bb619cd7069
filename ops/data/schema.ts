import Docker from "dockerode";
import { clusterOf } from "../cluster-access.ts";
import { readOutputs } from "../outputs.ts";
import type { OpenStack } from "../stack.ts";
import { findSchemaContainers } from "./docker/schema-container.ts";
import type { SchemaStatus, SchemaStep, SchemaVersions } from "./plan-schema.ts";
import type { SchemaJob } from "./schema-job.ts";
import { migrateWith, readStatus, type SchemaWork } from "./schema-jobs.ts";

/** The schema version of each store; none where the stack has no schema job. @throws UserError `schema-job-failed` */
export async function readSchemaVersions(opened: OpenStack): Promise<SchemaVersions> {
  return (await readSchemaStatus(opened)).versions;
}

/** What a stack's stores have, and what the schema job that is deployed now knows. @throws UserError */
export async function readSchemaStatus(opened: OpenStack): Promise<SchemaStatus> {
  return await readStatus(await findSchemaJobs(opened));
}

/**
 * Brings the schemas of a stack to other versions with the schema job that is deployed now. Gives the steps made.
 *
 * @throws UserError `schema-unknown`, `schema-job-failed`, `schema-interrupted`
 */
export async function migrateSchema(
  opened: OpenStack,
  to: SchemaVersions,
  work: SchemaWork = {},
): Promise<SchemaStep[]> {
  return await migrateWith(await findSchemaJobs(opened), to, work);
}

async function findSchemaJobs(opened: OpenStack): Promise<SchemaJob[]> {
  const { name, project, stack } = opened;
  const { cloud } = await readOutputs(name, stack, false);
  if (cloud === undefined) return await findSchemaContainers(new Docker(), { project, stack: name });
  const cluster = clusterOf(await stack.getAllConfig(), project);
  const { findSchemaWorkloads } = await import("./cloud/schema-workload.ts");
  return await findSchemaWorkloads({ ...cluster, namespace: cloud.namespace });
}
