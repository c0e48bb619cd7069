import grpc from "@grpc/grpc-js";
import { RpcError } from "../protocol/grpc-server.ts";

/**
 * Custom and remote resources are served by the package that their type names.
 * @throws RpcError INVALID_ARGUMENT
 */
export function checkTypeToken(type: string): void {
  if (/^[^:]+:[^:]*:[^:]+$/.test(type)) return;
  const detail = `'${type}' is not a valid type token (must have the form 'package:module:name')`;
  throw new RpcError(grpc.status.INVALID_ARGUMENT, detail);
}
