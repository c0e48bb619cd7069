import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceOptions } from "./function-program.ts";

/** A resource as a transform of a test program sees it. */
export interface TransformedResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly options: ResourceOptions;
}

/** Changes a resource before it registers; what it gives back replaces inputs or options as a whole, nothing changes nothing. */
export type ResourceTransform = (
  resource: TransformedResource,
) => Promise<Partial<Pick<TransformedResource, "inputs" | "options">> | undefined>;

/** Runs transforms one after the other, each on what the one before it made. */
export async function applyTransforms(
  resource: TransformedResource,
  transforms: readonly ResourceTransform[],
): Promise<TransformedResource> {
  let current = resource;
  for (const transform of transforms) current = { ...current, ...(await transform(current)) };
  return current;
}
