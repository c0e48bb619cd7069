import errorsProtocol from "@pulumi/pulumi/proto/errors_pb.js";
import providerProtocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import { type InputProblem, ProviderError } from "../errors.ts";
import { type CallError, Status, type StatusCode } from "../grpc/status.ts";
import { decodeStruct } from "../protocol/wire.ts";
import { PartialFailure } from "./provider.ts";

/** After these nobody knows whether the call took effect; every other code is a clean refusal. */
const DOUBTFUL: ReadonlySet<StatusCode> = new Set([Status.INTERNAL, Status.DATA_LOSS, Status.UNKNOWN]);

/** Turns the error of a call into one of ours: what the provider said, and what became of the resource, maybe `inPart`. */
export function toCallError(error: CallError, inPart: boolean): ProviderError | PartialFailure {
  try {
    return explained(error, { details: detailsOf(error), inPart });
  } catch {
    // Details that cannot be read say nothing; the status's own text does.
    return explained(error, { details: new Map(), inPart });
  }
}

interface Explanation {
  readonly details: Details;
  readonly inPart: boolean;
}

function explained(error: CallError, { details, inPart }: Explanation): ProviderError | PartialFailure {
  const failed = details.get("pulumirpc.ErrorResourceInitFailed");
  if (inPart && failed !== undefined) return toPartialFailure(failed);
  return new ProviderError(messageOf(error, details), {
    status: DOUBTFUL.has(error.code) ? "unknown" : "ok",
    unimplemented: error.code === Status.UNIMPLEMENTED,
    inputs: inputProblems(details),
    cause: error,
  });
}

type Details = ReadonlyMap<string, Uint8Array>;

/** The structured details of a status, by message name. */
function detailsOf(error: CallError): Details {
  const details = new Map<string, Uint8Array>();
  if (error.statusDetails === undefined) return details;
  const status = statusProtocol.Status.deserializeBinary(new Uint8Array(error.statusDetails));
  for (const detail of status.getDetailsList()) details.set(detail.getTypeName(), detail.getValue_asU8());
  return details;
}

function messageOf(error: CallError, details: Details): string {
  const keys = details.get("pulumirpc.ConfigureErrorMissingKeys");
  if (keys !== undefined) return describeMissingKeys(keys);
  const cause = details.get("pulumirpc.ErrorCause");
  if (cause === undefined) return error.details;
  return `${error.details}: ${errorsProtocol.ErrorCause.deserializeBinary(cause).getMessage()}`;
}

function inputProblems(details: Details): readonly InputProblem[] {
  const bytes = details.get("pulumirpc.InputPropertiesError");
  if (bytes === undefined) return [];
  const problems = errorsProtocol.InputPropertiesError.deserializeBinary(bytes).getErrorsList();
  return problems.map((problem) => ({ path: problem.getPropertyPath(), reason: problem.getReason() }));
}

function describeMissingKeys(bytes: Uint8Array): string {
  const missing = providerProtocol.ConfigureErrorMissingKeys.deserializeBinary(bytes).getMissingkeysList();
  return listErrors(
    missing.map((key) => {
      const name = key.getName();
      return `missing required configuration key "${name}": ${key.getDescription()}\nSet a value using the command \`pulumi config set ${name} <value>\`.`;
    }),
  );
}

function toPartialFailure(bytes: Uint8Array): PartialFailure {
  const failed = providerProtocol.ErrorResourceInitFailed.deserializeBinary(bytes);
  const reasons = failed.getReasonsList();
  return new PartialFailure(reasons.length === 0 ? "resource init failed" : listErrors(reasons), {
    id: failed.getId(),
    outputs: decodeStruct(failed.getProperties()),
    inputs: failed.hasInputs() ? decodeStruct(failed.getInputs()) : undefined,
    refreshBeforeUpdate: failed.getRefreshBeforeUpdate(),
    reasons,
  });
}

/** The list that the official CLI prints for several errors at once. */
function listErrors(errors: readonly string[]): string {
  const heading = errors.length === 1 ? "1 error occurred:" : `${errors.length} errors occurred:`;
  return `${heading}\n${errors.map((error) => `\t* ${error.replaceAll("\n", "\n\t")}\n`).join("")}\n`;
}
