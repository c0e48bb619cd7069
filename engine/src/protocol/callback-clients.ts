import { setMaxListeners } from "node:events";
import messages from "@pulumi/pulumi/proto/callback_pb.js";
import { EngineError } from "../errors.ts";
import { GrpcClient } from "../grpc/client.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import { type CallError, statusName as nameOf, Status, type StatusCode } from "../grpc/status.ts";

const CALLBACK_METHODS = methodsOf("pulumirpc.Callbacks", {
  invoke: [messages.CallbackInvokeRequest, messages.CallbackInvokeResponse],
});

/** A function of the program, and where it is served. */
export interface Callback {
  /** `host:port` of the program's `pulumirpc.Callbacks`. */
  readonly target: string;
  readonly token: string;
}

/** A function of the program failed, or could not be called. */
export class CallbackError extends EngineError {
  override name = "CallbackError";
  /** The status with its text, as Go's gRPC writes it: so the official CLI tells it. */
  readonly status: string;
  constructor(code: StatusCode, details: string) {
    super(details);
    this.status = `rpc error: code = ${statusName(code)} desc = ${details}`;
  }
}

/** Calls functions that live in the program's process: transforms and hooks. One connection a target, made on first use. */
export class CallbackClients {
  private readonly clients = new Map<string, GrpcClient>();
  private readonly ending = new AbortController();

  constructor() {
    // Each call listens for the end.
    setMaxListeners(0, this.ending.signal);
  }

  /** Takes as long as the function does. @throws CallbackError */
  async invoke({ target, token }: Callback, request: Uint8Array): Promise<Uint8Array> {
    const { signal } = this.ending;
    if (signal.aborted) throw gone(target, "the program has ended");
    const message = new messages.CallbackInvokeRequest().setToken(token).setRequest(request);
    try {
      const response = await this.clientOf(target).call(CALLBACK_METHODS.invoke, message, {
        signal,
      });
      return response.getResponse_asU8();
    } catch (error) {
      throw this.explain(error as CallError, target);
    }
  }

  /** The program has ended: what is still being called fails, and so does every later call. */
  close(): void {
    this.ending.abort();
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }

  private clientOf(target: string): GrpcClient {
    const known = this.clients.get(target);
    if (known !== undefined) return known;
    const client = new GrpcClient(target);
    this.clients.set(target, client);
    return client;
  }

  private explain({ code, details }: CallError, target: string): CallbackError {
    if (this.ending.signal.aborted) return gone(target, "the program has ended");
    // A process that dies in the middle of a call shows as either.
    if (code === Status.UNAVAILABLE || code === Status.CANCELLED) return gone(target, details);
    return new CallbackError(code, details);
  }
}

function gone(target: string, why: string): CallbackError {
  const details = `the program does not answer at ${target}, where its hooks and transforms are served: ${why}`;
  return new CallbackError(Status.UNAVAILABLE, details);
}

/** `INVALID_ARGUMENT` -> `InvalidArgument`. */
function statusName(code: StatusCode): string {
  const words = nameOf(code).split("_");
  return words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join("");
}
