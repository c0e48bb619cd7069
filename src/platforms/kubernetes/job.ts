import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../quantities.ts";
import type { JobArgs } from "../platform.ts";
import { createConfiguration } from "./configuration.ts";
import { containerBase, podBase } from "./container.ts";
import { labelsOf } from "./labels.ts";
import { allowDestinations } from "./network.ts";
import { metadataOf, type Place } from "./place.ts";
import { createAccount } from "./workload.ts";

type JobSpec = kubernetes.types.input.batch.v1.JobSpec;

/** Attempts after the first. */
const RETRIES = 3;

/**
 * A job that has to succeed before what depends on it starts. A new image or configuration is a new job under a new
 * name; one that failed is replaced by the next update.
 */
export function createJob(
  name: string,
  args: JobArgs & { place: Place },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { place, definition } = args;
  createAccount(`${name}-account`, args, opts);
  const policies = allowDestinations(name, { place, definition, reaches: args.reaches ?? [] }, opts);
  const spec = jobSpec(name, args, opts);
  const after = [...(args.dependsOn ?? []), ...policies];
  const job = new kubernetes.batch.v1.Job(
    name,
    {
      metadata: metadataOf(place, definition.name, { annotations: { "pulumi.com/replaceUnready": "true" } }),
      spec,
    },
    { ...opts, dependsOn: after },
  );
  if (args.repeats)
    createSchedule(
      `${name}-schedule`,
      { ...args, repeats: args.repeats, spec },
      { ...opts, dependsOn: [job] },
    );
  return job;
}

/** The same job at fixed times, one run at a time; the last few stay for their logs. */
function createSchedule(
  name: string,
  args: Required<Pick<JobArgs, "definition" | "repeats">> & { place: Place; spec: JobSpec },
  opts: pulumi.CustomResourceOptions,
): void {
  const { place, definition, repeats, spec } = args;
  new kubernetes.batch.v1.CronJob(
    name,
    {
      metadata: metadataOf(place, definition.name, { name: definition.name }),
      spec: {
        schedule: repeats.cron,
        timeZone: repeats.timeZone,
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: { metadata: { labels: { ...labelsOf(place.scope, definition.name) } }, spec },
      },
    },
    { ...opts, deleteBeforeReplace: true },
  );
}

function jobSpec(
  name: string,
  args: JobArgs & { place: Place },
  opts: pulumi.CustomResourceOptions,
): JobSpec {
  const { place, definition, environment = {}, secrets = {} } = args;
  const envFrom = createConfiguration(name, { place, role: definition.name, environment, secrets }, opts);
  return {
    backoffLimit: RETRIES,
    activeDeadlineSeconds: toSeconds(definition.startTimeout) * (RETRIES + 1),
    template: {
      metadata: { labels: { ...labelsOf(place.scope, definition.name) } },
      spec: {
        ...podBase(args),
        restartPolicy: "Never",
        containers: [containerBase(args, { envFrom })],
      },
    },
  };
}
