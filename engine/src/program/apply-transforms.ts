import { messageOf } from "../errors.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import { CallbackError } from "../protocol/callback-clients.ts";
import type { InvokeTransform, RegisterRequest, Transform } from "../protocol/monitor.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { addDependencies, upgradeToOutputs } from "../protocol/property-walk.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { resolveDependencies } from "./resolve-dependencies.ts";

/**
 * Runs the transforms that apply to a registration; `own` are the resource's. Each gets what the one before it made.
 * @throws RpcError UNKNOWN where one fails
 */
export async function applyTransforms(
  request: RegisterRequest,
  own: readonly Transform[],
  context: MonitorContext,
): Promise<RegisterRequest> {
  const transforms = context.transforms.collect(own, request.parent);
  if (transforms.length === 0) return request;
  let current = { ...request, inputs: await inputsForTransforms(request, context) };
  for (const transform of transforms) current = await apply(transform, current);
  return current;
}

/** Inputs carry their secrets, and for the resource's own transforms their dependencies, with them. */
async function inputsForTransforms(
  request: RegisterRequest,
  { directory }: MonitorContext,
): Promise<PropertyMap> {
  const upgraded = upgradeToOutputs(await hashAssets(request.inputs, directory));
  if (request.transforms.length === 0) return upgraded;
  const { propertyDependencies } = resolveDependencies({ ...request, transforms: [] });
  return addDependencies(upgraded, propertyDependencies);
}

async function apply(transform: Transform, request: RegisterRequest): Promise<RegisterRequest> {
  try {
    return await transform(request);
  } catch (error) {
    // Never UNAVAILABLE: the SDK would take that for the end of the run, and say that it succeeded.
    const reason = error instanceof CallbackError ? error.status : messageOf(error);
    throw new RpcError(Status.UNKNOWN, `invoke transform: ${reason}`);
  }
}

/** Runs the stack's transforms of function calls. @throws RpcError UNKNOWN where one fails */
export async function applyInvokeTransforms(
  request: Parameters<InvokeTransform>[0],
  transforms: readonly InvokeTransform[],
): ReturnType<InvokeTransform> {
  let current = request;
  for (const transform of transforms) {
    try {
      current = await transform(current);
    } catch (error) {
      throw new RpcError(Status.UNKNOWN, messageOf(error));
    }
  }
  return current;
}
