import Docker from "dockerode";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { clusterOf } from "../cluster-access.ts";
import { readOutputs } from "../outputs.ts";
import type { OpenStack } from "../stack.ts";
import { findSchemaContainers } from "./docker/schema-container.ts";
import type { SchemaStatus, SchemaStep, SchemaVersions } from "./plan-schema.ts";
import type { SchemaJob } from "./schema-job.ts";
import { migrateWith, readStatus, type SchemaWork } from "./schema-jobs.ts";

/** The schema version of each store; none where the stack has no schema job. @throws UserError `schema-job-failed` */
export async function readSchemaVersions(opened: OpenStack, outputs: StackOutputs): Promise<SchemaVersions> {
  return (await readStatus(await findSchemaJobs(opened, outputs))).versions;
}

/** What a stack's stores have, and what the schema job that is deployed now knows. @throws UserError */
export async function readSchemaStatus(opened: OpenStack): Promise<SchemaStatus> {
  return await readStatus(await findSchemaJobs(opened, await outputsOf(opened)));
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
  return await migrateWith(await findSchemaJobs(opened, await outputsOf(opened)), to, work);
}

function outputsOf({ name, stack }: OpenStack): Promise<StackOutputs> {
  return readOutputs(name, stack, false);
}

async function findSchemaJobs(
  { name, project, stack }: OpenStack,
  { cloud }: StackOutputs,
): Promise<SchemaJob[]> {
  if (cloud === undefined) return await findSchemaContainers(new Docker(), { project, stack: name });
  const cluster = clusterOf(await stack.getAllConfig(), project);
  const { findSchemaWorkloads } = await import("./cloud/schema-workload.ts");
  return await findSchemaWorkloads({ ...cluster, namespace: cloud.namespace });
}
