import { ProviderError } from "../../errors.ts";
import { isPropertyArray, isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { adviceOn } from "./advice.ts";

/** Atlas said no, in the words of its SDK. */
export class AtlasError extends ProviderError {
  override name = "AtlasError";
  readonly httpStatus: number;
  /** `CLUSTER_NOT_FOUND`, … */
  readonly code: string;
  constructor(
    call: { method: string; url: string },
    answer: { status: number; statusText: string; body: PropertyMap },
  ) {
    const { status, statusText, body } = answer;
    const code = textAt(body, "errorCode");
    const parameters = body["parameters"];
    const detail = body["badRequestDetail"];
    const message =
      `${call.method} ${call.url}: HTTP ${status} ${statusText} (Error code: ${JSON.stringify(code)}) ` +
      `Detail: ${textAt(body, "detail")} Reason: ${textAt(body, "reason")}. ` +
      `Params: [${isPropertyArray(parameters) ? parameters.join(" ") : ""}], ` +
      `BadRequestDetail: ${isPropertyMap(detail) ? JSON.stringify(detail) : ""}`;
    const advice = adviceOn(status, code);
    super(advice === "" ? message : `${message}. ${advice}`, { status: status >= 500 ? "unknown" : "ok" });
    this.httpStatus = status;
    this.code = code;
  }
}

/** An operation failed: what was tried, and why it did not work. */
export class OperationError extends ProviderError {
  override name = "OperationError";
  readonly summary: string;
  readonly detail: string;
  constructor(summary: string, detail: string, options: { cause?: unknown } = {}) {
    const { cause } = options;
    const status = cause instanceof ProviderError ? cause.status : "unknown";
    super(`${summary}: ${detail}`, cause === undefined ? { status } : { status, cause });
    this.summary = summary;
    this.detail = detail;
  }
}

/** Runs one part of an operation and says which part failed. */
export async function doing<Result>(summary: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof OperationError || !(error instanceof ProviderError)) throw error;
    throw new OperationError(summary, error.message, { cause: error });
  }
}

/** As `doing`; undefined where what it is about is gone. */
export async function unlessGone<Result>(
  summary: string,
  run: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await doing(summary, run);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  if (error instanceof OperationError) return isNotFound(error.cause);
  return error instanceof AtlasError && error.httpStatus === 404;
}

export function hasCode(error: unknown, code: string): boolean {
  if (error instanceof OperationError) return hasCode(error.cause, code);
  return error instanceof AtlasError && error.code === code;
}
