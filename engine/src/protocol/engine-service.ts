import type {
  LogRequest,
  RequirePulumiVersionRequest,
  SetRootResourceRequest,
} from "@pulumi/pulumi/proto/engine_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Severity } from "../events.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import { type GrpcService, unimplemented } from "../grpc/server.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import { satisfiesVersionRange } from "./version-range.ts";

const ENGINE_METHODS = methodsOf("pulumirpc.Engine", {
  log: [engine.LogRequest, empty.Empty],
  getRootResource: [engine.GetRootResourceRequest, engine.GetRootResourceResponse],
  setRootResource: [engine.SetRootResourceRequest, engine.SetRootResourceResponse],
  requirePulumiVersion: [engine.RequirePulumiVersionRequest, engine.RequirePulumiVersionResponse],
  startDebugging: [engine.StartDebuggingRequest, empty.Empty],
});

/** One message that a program or plugin logged. */
export interface LogEntry {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string;
  readonly streamId: number;
  /** True: for the status line only. */
  readonly ephemeral: boolean;
}

const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

/** Serves `pulumirpc.Engine`. `version` is the one that programs may require. */
export function engineService(args: { log: (entry: LogEntry) => void; version: string }): GrpcService {
  let root = "";
  return {
    definition: ENGINE_METHODS,
    implementation: {
      log: async (request: LogRequest) => {
        args.log(decodeLog(request));
        return new empty.Empty();
      },
      getRootResource: async () => new engine.GetRootResourceResponse().setUrn(root),
      setRootResource: async (request: SetRootResourceRequest) => {
        root = request.getUrn();
        return new engine.SetRootResourceResponse();
      },
      requirePulumiVersion: async (request: RequirePulumiVersionRequest) => {
        requireVersion(args.version, request.getPulumiVersionRange());
        return new engine.RequirePulumiVersionResponse();
      },
      startDebugging: unimplemented("Engine.StartDebugging"),
    },
  };
}

function decodeLog(request: LogRequest): LogEntry {
  const severity = SEVERITIES[request.getSeverity()];
  if (severity === undefined) {
    throw new RpcError(Status.INVALID_ARGUMENT, `unknown log severity ${request.getSeverity()}`);
  }
  return {
    severity,
    message: request.getMessage(),
    urn: request.getUrn(),
    streamId: request.getStreamid(),
    ephemeral: request.getEphemeral(),
  };
}

function requireVersion(version: string, range: string): void {
  if (satisfiesVersionRange(version, range)) return;
  const detail = `Pulumi version ${version} does not satisfy the version range ${JSON.stringify(range)}`;
  throw new RpcError(Status.FAILED_PRECONDITION, detail);
}
