import grpc from "@grpc/grpc-js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import anyProtocol from "google-protobuf/google/protobuf/any_pb.js";
import { type Properties, toStruct } from "./property-values.ts";

/** Whether a failed call may have taken effect: a `refused` one has not, of a `doubtful` one nobody knows. */
export type Effect = "refused" | "doubtful";

/** A call that failed, in words for the user. */
export class CallFailure extends Error {
  readonly effect: Effect;

  constructor(message: string, effect: Effect = "refused", options?: ErrorOptions) {
    super(message, options);
    this.effect = effect;
  }
}

/** An object that exists but is not as it should be: it is recorded, and the next update goes on with it. */
export class Unfinished extends Error {
  readonly id: string;
  readonly outputs: Properties;

  constructor(message: string, object: { id: string; outputs: Properties }, options?: ErrorOptions) {
    super(message, options);
    this.id = object.id;
    this.outputs = object.outputs;
  }
}

/** A failure as gRPC carries it. `close` makes secret what is secret in the object's outputs. */
export function toServiceError(
  error: unknown,
  close: (outputs: Properties) => Properties,
): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Unfinished) {
    const metadata = initFailed(error, close(error.outputs));
    return { code: grpc.status.UNKNOWN, details: message, message, metadata };
  }
  const isRefused = error instanceof CallFailure && error.effect === "refused";
  return {
    code: isRefused ? grpc.status.FAILED_PRECONDITION : grpc.status.UNKNOWN,
    details: message,
    message,
  };
}

/** The structured detail that makes an engine record the object. */
function initFailed({ id, message }: Unfinished, outputs: Properties): grpc.Metadata {
  const detail = new protocol.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(outputs))
    .setReasonsList([message]);
  const any = new anyProtocol.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProtocol.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
