import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Metadata, ServiceDefinition } from "./method.ts";
import { type Responder, RpcError, ServerConnection } from "./server-connection.ts";
import { Status } from "./status.ts";

/** Answers the calls of one method. @throws RpcError for a status of its own choice */
export type Handler<Request = never, Response = unknown> = (
  request: Request,
  metadata: Metadata,
) => Promise<Response>;

/** One gRPC service: what it is called on the wire and who answers. Every method has one request and one response. */
export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: { readonly [method: string]: Handler };
}

export interface GrpcServer {
  /** `host:port` */
  readonly address: string;
  /** Drops every connection. */
  close(): void;
}

/** Serves on a free port of the loopback interface. */
export async function startGrpcServer(services: readonly GrpcService[]): Promise<GrpcServer> {
  const responders = new Map(services.flatMap(respondersOf));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    new ServerConnection(socket, (path) => responders.get(path));
  });
  await new Promise<void>((resolve, reject) => {
    // Later there is nobody to tell: a connection that could not be taken is the peer's loss alone.
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A handler that says which call is missing. */
export function unimplemented(name: string): Handler {
  return () =>
    Promise.reject(new RpcError(Status.UNIMPLEMENTED, `${name} is not implemented by this engine`));
}

function respondersOf({ definition, implementation }: GrpcService): [path: string, Responder][] {
  return Object.entries(definition).flatMap(([name, method]) => {
    const handler = implementation[name];
    if (handler === undefined) return [];
    const respond: Responder = async (request, metadata) =>
      method.responseSerialize(
        (await handler(method.requestDeserialize(request) as never, metadata)) as never,
      );
    return [[method.path, respond] as [string, Responder]];
  });
}
