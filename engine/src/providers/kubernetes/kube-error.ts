import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { isNeverSent } from "../network-error.ts";
import { findMapAt, mapsAt, numberAt, textAt } from "../plain-values.ts";

/** The API server said no; `message` is its own. */
export class KubeError extends ProviderError {
  override name = "KubeError";
  readonly code: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, … */
  readonly reason: string;
  /** What it is about: `namespaces` where a namespace is missing. */
  readonly subject: string;
  /** Fields named by the causes. */
  readonly fields: readonly string[];
  constructor(code: number, status: PropertyMap) {
    const message = textAt(status, "message") || `the server answered with status ${code}`;
    super(message, { status: code >= 500 ? "unknown" : "ok" });
    const details = findMapAt(status, "details") ?? {};
    this.code = numberAt(status, "code") || code;
    this.reason = textAt(status, "reason");
    this.subject = textAt(details, "kind");
    this.fields = mapsAt(details, "causes").map((cause) => textAt(cause, "field"));
  }
}

/** The API server did not answer. */
export class KubeNetworkError extends ProviderError {
  override name = "KubeNetworkError";
  constructor(message: string, cause: unknown) {
    super(message, { status: "unknown", cause });
  }
}

/** The API server does not know the kind: a CustomResourceDefinition is missing. */
export class UnknownKindError extends ProviderError {
  override name = "UnknownKindError";
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`, { status: "ok" });
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.code === 404;
}

/** The server could not answer now; it may in a moment. */
export function isAway(error: unknown): boolean {
  return (
    error instanceof KubeNetworkError ||
    (error instanceof KubeError && (error.code >= 500 || error.code === 429))
  );
}

/** The server may have done what it was asked for all the same. */
export function mayBeDone(error: unknown): error is ProviderError {
  return error instanceof KubeNetworkError
    ? !isNeverSent(error.cause)
    : error instanceof KubeError && error.code >= 500;
}

export function hasReason(error: unknown, reason: string): error is KubeError {
  return error instanceof KubeError && error.reason === reason;
}
