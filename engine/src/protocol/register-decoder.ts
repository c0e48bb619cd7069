import resource from "@pulumi/pulumi/proto/resource_pb.js";
import source from "@pulumi/pulumi/proto/source_pb.js";
import { cached } from "../cached.ts";
import { EncodedStruct } from "./encoded-struct.ts";
import { cutFields } from "./wire-fields.ts";

type RegisterResourceRequest = InstanceType<typeof resource.RegisterResourceRequest>;
type StackTrace = InstanceType<typeof source.StackTrace>;

const FIELD = { object: 5, stackTrace: 35 } as const;
/** Keeps a program that makes every resource in a place of its own from growing without end. */
const MAX_TRACES = 5000;

/**
 * Decodes registrations. Most of a message is the stack that made the resource, and resources made in one place have the
 * same: each is decoded once, and shared. The inputs stay bytes until they are decoded as property values.
 */
export function createRegisterDecoder(): (bytes: Uint8Array) => RegisterResourceRequest {
  const traceOf = cached(
    (bytes) => source.StackTrace.deserializeBinary(new Uint8Array(Buffer.from(bytes, "latin1"))),
    MAX_TRACES,
  );
  let last: { readonly bytes: Uint8Array; readonly trace: StackTrace } | undefined;
  // Most often it is the place of the resource before. Kept as a copy: a slice of a buffer changes with it.
  const decodeTrace = (bytes: Uint8Array): StackTrace => {
    if (last === undefined || Buffer.compare(last.bytes, bytes) !== 0) {
      last = { bytes: new Uint8Array(bytes), trace: traceOf(toLatin1(bytes)) };
    }
    return last.trace;
  };

  return (bytes) => {
    const cut = cutFields(bytes, [FIELD.object, FIELD.stackTrace]);
    if (cut === undefined) return resource.RegisterResourceRequest.deserializeBinary(new Uint8Array(bytes));
    const message = resource.RegisterResourceRequest.deserializeBinary(new Uint8Array(cut.rest));
    const object = cut.contents.get(FIELD.object);
    if (object !== undefined) message.setObject(new EncodedStruct(object));
    const trace = cut.contents.get(FIELD.stackTrace);
    return trace === undefined ? message : message.setStacktrace(decodeTrace(trace));
  };
}

function toLatin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
