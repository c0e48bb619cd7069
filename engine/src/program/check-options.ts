import { RpcError } from "../grpc/server-connection.ts";
import { Status, type StatusCode } from "../grpc/status.ts";
import { requirePropertyPath } from "../plan/property-path.ts";
import { parseUrn } from "../plan/urn.ts";
import type { DependencyMap, RegisterRequest } from "../protocol/monitor.ts";

/** @throws RpcError with `code` where a program names something that is no URN as another resource */
export function checkUrn(urn: string, what: string, code: StatusCode = Status.INVALID_ARGUMENT): void {
  if (parseUrn(urn) !== undefined) return;
  const problem = urn === "" ? "missing required URN" : `invalid URN ${JSON.stringify(urn)}`;
  throw new RpcError(code, `invalid ${what}: ${problem}`);
}

/** What a function must wait for. @throws RpcError UNKNOWN */
export function checkWaits(urns: readonly string[]): void {
  for (const urn of urns) checkUrn(urn, `dependsOn URN ${JSON.stringify(urn)}`, Status.UNKNOWN);
}

/** What the arguments of a method depend on. @throws RpcError INVALID_ARGUMENT */
export function checkArguments(dependencies: DependencyMap): void {
  for (const urns of Object.values(dependencies)) {
    for (const [index, urn] of urns.entries()) checkUrn(urn, `dependency on argument ${index} URN`);
  }
}

/** What a registration names as it comes. @throws RpcError INVALID_ARGUMENT */
export function checkReferences({ parent, dependencies, propertyDependencies }: RegisterRequest): void {
  if (parent !== "") checkUrn(parent, "parent URN");
  for (const urn of dependencies) checkUrn(urn, "dependency URN");
  for (const [property, urns] of Object.entries(propertyDependencies)) {
    for (const urn of urns) checkUrn(urn, `dependency on property ${property} URN`);
  }
}

/** What transforms may still have changed. @throws RpcError INVALID_ARGUMENT */
export function checkOptions(request: RegisterRequest): void {
  const { aliases, deletedWith, hideDiff, transforms } = request;
  for (const alias of aliases) {
    if (alias.kind === "urn") checkUrn(alias.urn, "alias URN");
    else if (typeof alias.parent === "object" && alias.parent.urn !== "") {
      checkUrn(alias.parent.urn, "parent alias URN");
    }
  }
  if (transforms.length > 0) for (const urn of request.dependencies) checkUrn(urn, "dependency URN");
  if (deletedWith !== "") checkUrn(deletedWith, "DeletedWith URN");
  for (const [index, path] of hideDiff.entries()) checkPath(path, index);
}

function checkPath(path: string, index: number): void {
  try {
    requirePropertyPath(path);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new RpcError(Status.UNKNOWN, `${index}: ${problem}`);
  }
}
