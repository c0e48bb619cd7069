import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Metadata, ServiceDefinition } from "./method.ts";
import { notImplemented, type Responder, RpcError, ServerConnection } from "./server-connection.ts";
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

/** A server whose address can be told before it is known who answers: calls wait for that. */
export interface GrpcListener extends GrpcServer {
  /** Says who answers, from the first call on. */
  serve(services: readonly GrpcService[]): void;
}

/** Serves on a free port of the loopback interface. */
export async function startGrpcServer(services: readonly GrpcService[]): Promise<GrpcServer> {
  const listener = await listenForCalls();
  listener.serve(services);
  return listener;
}

/** Takes connections, and calls, on a free port of the loopback interface. */
export async function listenForCalls(): Promise<GrpcListener> {
  let responders: Responders | undefined;
  const served = Promise.withResolvers<Responders>();
  const respondLater =
    (path: string): Responder =>
    async (request, metadata) => {
      const respond = (await served.promise).get(path);
      if (respond === undefined) throw notImplemented(path);
      return respond(request, metadata);
    };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    new ServerConnection(socket, (path) => (responders ? responders.get(path) : respondLater(path)));
  });
  await new Promise<void>((resolve, reject) => {
    // Later there is nobody to tell: a connection that could not be taken is the peer's loss alone.
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    serve(services) {
      responders = new Map(services.flatMap(respondersOf));
      served.resolve(responders);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Responders = ReadonlyMap<string, Responder>;

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
