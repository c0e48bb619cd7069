import resource from "@pulumi/pulumi/proto/resource_pb.js";
import source from "@pulumi/pulumi/proto/source_pb.js";
import { cached } from "../cached.ts";
import { fieldSpan } from "./wire-fields.ts";

type RegisterResourceRequest = InstanceType<typeof resource.RegisterResourceRequest>;

const STACK_TRACE_FIELD = 35;
/** Keeps a program that makes every resource in a place of its own from growing without end. */
const MAX_TRACES = 5000;

/**
 * Decodes registrations. Most of a message is the stack that made the resource, and resources made in one place have the
 * same: each is decoded once, and shared.
 */
export function createRegisterDecoder(): (bytes: Uint8Array) => RegisterResourceRequest {
  const traceOf = cached(
    (bytes) => source.StackTrace.deserializeBinary(new Uint8Array(Buffer.from(bytes, "latin1"))),
    MAX_TRACES,
  );

  return (bytes) => {
    const span = fieldSpan(bytes, STACK_TRACE_FIELD);
    if (span === undefined) return resource.RegisterResourceRequest.deserializeBinary(new Uint8Array(bytes));
    const rest = new Uint8Array(bytes.length - (span.end - span.start));
    rest.set(bytes.subarray(0, span.start));
    rest.set(bytes.subarray(span.end), span.start);
    return resource.RegisterResourceRequest.deserializeBinary(rest).setStacktrace(
      traceOf(toLatin1(bytes.subarray(span.content, span.end))),
    );
  };
}

function toLatin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
