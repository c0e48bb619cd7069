import { EngineError } from "../errors.ts";
import { ERROR_CODE } from "./http2/constants.ts";

/** The status codes of gRPC. */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type StatusCode = (typeof Status)[keyof typeof Status];

const names = new Map<number, string>(Object.entries(Status).map(([name, code]) => [code, name]));

/** `INVALID_ARGUMENT`; the number itself where it means nothing. */
export function statusName(code: number): string {
  return names.get(code) ?? String(code);
}

/** Which status `grpc-status` says. What is none of them is `UNKNOWN`. */
export function statusOf(text: string): StatusCode {
  const code = /^\d+$/.test(text) ? Number(text) : undefined;
  return code !== undefined && names.has(code) ? (code as StatusCode) : Status.UNKNOWN;
}

/** A call ended with a status that is not `OK`: the peer's, or ours where it could not be asked. */
export class CallError extends EngineError {
  override name = "CallError";
  readonly code: StatusCode;
  /** The status's text alone. */
  readonly details: string;
  /** `grpc-status-details-bin`: a `google.rpc.Status`, where the peer sent one. */
  readonly statusDetails: Uint8Array | undefined;
  constructor(code: StatusCode, details: string, statusDetails?: Uint8Array) {
    super(`${code} ${statusName(code)}: ${details}`);
    this.code = code;
    this.details = details;
    this.statusDetails = statusDetails;
  }
}

/** What the end of a stream without a status means, by HTTP/2's error code (gRPC over HTTP/2, "Errors"). */
export function statusOfReset(code: number): StatusCode {
  switch (code) {
    case ERROR_CODE.refusedStream:
      return Status.UNAVAILABLE;
    case ERROR_CODE.cancel:
      return Status.CANCELLED;
    case ERROR_CODE.enhanceYourCalm:
      return Status.RESOURCE_EXHAUSTED;
    case ERROR_CODE.inadequateSecurity:
      return Status.PERMISSION_DENIED;
    default:
      return Status.INTERNAL;
  }
}

/** What an answer that is not gRPC means, by its HTTP status (gRPC, "HTTP to gRPC status code mapping"). */
export function statusOfHttp(status: string): StatusCode {
  switch (status) {
    case "400":
      return Status.INTERNAL;
    case "401":
      return Status.UNAUTHENTICATED;
    case "403":
      return Status.PERMISSION_DENIED;
    case "404":
      return Status.UNIMPLEMENTED;
    case "429":
    case "502":
    case "503":
    case "504":
      return Status.UNAVAILABLE;
    default:
      return Status.UNKNOWN;
  }
}
