import type { PropertyMap } from "../../protocol/property-value.ts";
import type { AtlasRequest } from "./client.ts";
import type { CallContext } from "./kind.ts";

type Call = (path: string, body?: PropertyMap) => Promise<PropertyMap>;

export interface Calls {
  readonly get: Call;
  readonly post: Call;
  readonly patch: Call;
  readonly put: Call;
  readonly remove: Call;
}

/** Calls of one version of the API. */
export function callsOf({ client }: CallContext, version: string): Calls {
  const call =
    (method: AtlasRequest["method"]): Call =>
    (path, body) =>
      client.request({ method, path, version, ...(body === undefined ? {} : { body }) });
  return {
    get: call("GET"),
    post: call("POST"),
    patch: call("PATCH"),
    put: call("PUT"),
    remove: call("DELETE"),
  };
}

/** An address of the API; each part is encoded. */
export function addressOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}
