import type { DriftFile, DriftReport } from "../../contracts/drift.ts";
import { UserError } from "../errors.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import { applyIgnored, driftFilePath, readDriftFile } from "./drift-file.ts";
import { type EngineSighting, readThroughEngine } from "./engine-reading.ts";
import { toFindings } from "./findings.ts";
import { mergeSightings, type PlatformReading } from "./merge.ts";
import { readPlatforms } from "./platforms/read-platforms.ts";
import { type ManagedResource, readManaged } from "./recorded.ts";

/** A review with what it was made of, for the answers. */
export interface Review {
  readonly report: DriftReport;
  readonly resources: readonly ManagedResource[];
  readonly readings: readonly PlatformReading[];
  readonly file: DriftFile;
}

export interface ReviewOptions {
  readonly opened: OpenStack;
  /** Folder of the checkout, in which the reviewed answers are. */
  readonly root: string;
  readonly output: Output;
}

/**
 * Compares what is recorded with what is there, and changes neither.
 *
 * @throws UserError `stack-not-up`, and what the engine or a platform said
 */
export async function reviewDrift({ opened, root, output }: ReviewOptions): Promise<Review> {
  const now = new Date();
  const file = readDriftFile(driftFilePath(root, opened.name));
  const { deployment } = await opened.stack.exportStack();
  const resources = readManaged(deployment ?? {});
  if (resources.length === 0) {
    throw new UserError("stack-not-up", `stack ${opened.name} has nothing deployed, so nothing can drift`, {
      help: `./infra up ${opened.name}`,
    });
  }
  const stack = { project: opened.project, stack: opened.name };
  // One after the other where the first fails: a platform that is away has one error text, not two.
  const [engine, readings] = await settleBoth(
    readThroughEngine(opened.stack, output),
    readPlatforms(resources, stack, lastChange(deployment)),
  );
  return { resources, readings, file, report: toReport({ stack, now, file, resources, engine, readings }) };
}

/** The reader's error is the clearer one where both fail. */
async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [left, right] = await Promise.allSettled([first, second]);
  if (right.status === "rejected") throw right.reason;
  if (left.status === "rejected") throw left.reason;
  return [left.value, right.value];
}

/** When the state was last written: what happened since is what may have drifted. */
export function lastChange(deployment: unknown): string | undefined {
  const { manifest } = (deployment ?? {}) as { manifest?: { time?: string } };
  return manifest?.time;
}

/** What a report is made of. */
export interface Material {
  readonly stack: { readonly project: string; readonly stack: string };
  readonly now: Date;
  readonly file: DriftFile;
  readonly resources: readonly ManagedResource[];
  readonly engine: readonly EngineSighting[];
  readonly readings: readonly PlatformReading[];
}

export function toReport({ stack, now, file, resources, engine, readings }: Material): DriftReport {
  const seen = mergeSightings(resources, engine, readings);
  const { findings: all, causes } = toFindings(seen, resources, file.owners);
  const at = now.toISOString();
  const { findings, ignored, stale } = applyIgnored(all, file.ignored, at.slice(0, 10));
  const open = new Set(findings.map(({ id }) => id));
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    version: 1,
    ...stack,
    at,
    resources: resources.length,
    counts: {
      critical: count("critical"),
      warning: count("warning"),
      info: count("info"),
      ignored: ignored.length,
    },
    findings,
    causes: causes
      .map((cause) => ({ ...cause, findings: cause.findings.filter((id) => open.has(id)) }))
      .filter((cause) => cause.findings.length > 0),
    ignored,
    stale,
  };
}
