import { type DriftReport, driftReportSchema } from "../../contracts/drift.ts";
import { serializeDeployment } from "../../engine/src/state/checkpoint-write.ts";
import type { EngineSighting } from "../../ops/drift/engine-reading.ts";
import { readPlatforms } from "../../ops/drift/platforms/read-platforms.ts";
import { type ManagedResource, readManaged } from "../../ops/drift/recorded.ts";
import { toReport } from "../../ops/drift/review.ts";
import type { CloudRun, CloudStack } from "./cloud-stack.ts";

const STACK = { project: "trials", stack: "cloud" };

/** What the stack's state records. */
export async function recordedResources(stack: CloudStack): Promise<ManagedResource[]> {
  const { deployment } = JSON.parse(serializeDeployment(await stack.snapshot())) as { deployment: unknown };
  return readManaged(deployment);
}

/** A review as `./infra drift` makes it; what the engine sees is taken from a refresh, which records it. */
export async function reviewCloud(stack: CloudStack, since: string): Promise<DriftReport> {
  const resources = await recordedResources(stack);
  const readings = await readPlatforms(resources, STACK, since);
  const engine = sightingsOf(await stack.run("refresh"));
  const file = { owners: {}, ignored: [] };
  return driftReportSchema.parse(
    toReport({ stack: STACK, now: new Date(), file, resources, engine, readings }),
  );
}

/** A row a cause: its findings, what was done, by whom, and whether the time is told. */
export type CauseRow = readonly (string | boolean | null)[];

export function rowsOf({ causes, findings }: DriftReport): CauseRow[] {
  return causes
    .map(({ what, who, when, findings: ids }) => [
      ...findings
        .filter(({ id }) => ids.includes(id))
        .map(({ name, property }) => `${name} ${property}`.trim()),
      what,
      who,
      when !== null,
    ])
    .sort();
}

function sightingsOf({ events }: CloudRun): EngineSighting[] {
  return events.flatMap((event) =>
    event.kind === "resource-outputs" && event.step.op === "update"
      ? Object.keys(event.step.detailedDiff ?? {}).map((property) => ({
          urn: event.step.urn,
          kind: "changed" as const,
          property,
          recorded: null,
          live: null,
        }))
      : [],
  );
}
