import grpc from "@grpc/grpc-js";
import { EngineError } from "../errors.ts";

/** Both sides of every channel accept messages of this size: programs send whole documents as inputs. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Channel and server options of every connection between engine, program and plugins. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": -1,
} as const;

/** Error texts travel in an HTTP/2 trailer, which has a limit of its own. */
const MAX_DETAILS_LENGTH = 6000;

/** A call answered with a status of our choice. */
export class RpcError extends EngineError {
  override name = "RpcError";
  readonly code: grpc.status;
  constructor(code: grpc.status, details: string) {
    super(details);
    this.code = code;
  }
}

/** One gRPC service: what it is called on the wire and who answers. */
export interface GrpcService {
  readonly definition: grpc.ServiceDefinition;
  readonly implementation: grpc.UntypedServiceImplementation;
}

export interface GrpcServer {
  /** `host:port` */
  readonly address: string;
  /** Drops every connection. */
  close(): void;
}

/** Serves on a free port of the loopback interface. */
export async function startGrpcServer(services: readonly GrpcService[]): Promise<GrpcServer> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  for (const service of services) server.addService(service.definition, service.implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A handler of a call with one request and one response. */
export function unary<Request, Response>(
  handler: (request: Request, metadata: grpc.Metadata) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handler(call.request, call.metadata).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error)),
    );
  };
}

/** A handler that says which call is missing. */
export function unimplemented(name: string): grpc.handleUnaryCall<unknown, unknown> {
  return (_call, callback) => {
    callback({
      code: grpc.status.UNIMPLEMENTED,
      details: `${name} is not implemented by this engine`,
    });
  };
}

function toStatus(error: unknown): { code: grpc.status; details: string } {
  const code = error instanceof RpcError ? error.code : grpc.status.UNKNOWN;
  const details = error instanceof Error ? error.message : String(error);
  return { code, details: shorten(details) };
}

function shorten(text: string): string {
  return text.length <= MAX_DETAILS_LENGTH ? text : `${text.slice(0, MAX_DETAILS_LENGTH)}…`;
}
