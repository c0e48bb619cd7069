import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";

/** True for `<package>:<module>:<type>`. The type may hold colons of its own. */
export function isTypeToken(type: string): boolean {
  return /^[^:]+:[^:]*:/.test(type);
}

/**
 * Custom and remote resources are served by the package that their type names.
 * @throws RpcError INVALID_ARGUMENT
 */
export function checkTypeToken(type: string): void {
  if (isTypeToken(type)) return;
  const detail = `Type '${type}' is not a valid type token (must have format '*:*:*')`;
  throw new RpcError(Status.INVALID_ARGUMENT, detail);
}
