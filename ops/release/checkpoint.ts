import type { Checkpoint } from "./release-store.ts";

/** A resource as a checkpoint holds it: what the operations look at. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly delete?: boolean;
  readonly inputs?: { readonly [property: string]: unknown };
  readonly outputs?: { readonly [property: string]: unknown };
}

/** Resources of a checkpoint, without those that only wait for their deletion. */
export function resourcesOf({ deployment }: Checkpoint): readonly RecordedResource[] {
  const { resources = [] } = (deployment ?? {}) as { resources?: readonly RecordedResource[] };
  return resources.filter((resource) => resource.delete !== true);
}

/** Where the program stages the build contexts of its images. */
const STAGED = /^\.images\/[a-z0-9-]+\/[0-9a-f]{16}$/;

/** Staged contexts that images of a checkpoint are built from. */
export function contextsOf(checkpoint: Checkpoint): string[] {
  const contexts = resourcesOf(checkpoint).map(
    ({ inputs }) => (inputs?.["build"] as { context?: unknown } | undefined)?.context,
  );
  return [...new Set(contexts)]
    .filter((path) => typeof path === "string" && STAGED.test(path))
    .sort() as string[];
}
