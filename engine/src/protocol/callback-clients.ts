import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/callback_pb.js";
import { EngineError } from "../errors.ts";
import { CHANNEL_OPTIONS } from "./grpc-server.ts";

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
  constructor(code: grpc.status, details: string) {
    super(details);
    this.status = `rpc error: code = ${statusName(code)} desc = ${details}`;
  }
}

/** Calls functions that live in the program's process: transforms and hooks. One connection a target, made on first use. */
export class CallbackClients {
  private readonly clients = new Map<string, InstanceType<typeof services.CallbacksClient>>();
  private readonly running = new Set<grpc.ClientUnaryCall>();
  private closed = false;

  /** Takes as long as the function does. @throws CallbackError */
  invoke({ target, token }: Callback, request: Uint8Array): Promise<Uint8Array> {
    if (this.closed) return Promise.reject(gone(target, "the program has ended"));
    const message = new messages.CallbackInvokeRequest().setToken(token).setRequest(request);
    return new Promise((resolve, reject) => {
      const call = this.clientOf(target).invoke(message, (error, response) => {
        this.running.delete(call);
        if (error === null) resolve(response.getResponse_asU8());
        else reject(this.explain(error, target));
      });
      this.running.add(call);
    });
  }

  /** The program has ended: what is still being called fails, and so does every later call. */
  close(): void {
    this.closed = true;
    for (const call of this.running) call.cancel();
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }

  private clientOf(target: string): InstanceType<typeof services.CallbacksClient> {
    const known = this.clients.get(target);
    if (known !== undefined) return known;
    const client = new services.CallbacksClient(target, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
    this.clients.set(target, client);
    return client;
  }

  private explain({ code, details }: grpc.ServiceError, target: string): CallbackError {
    if (this.closed) return gone(target, "the program has ended");
    // A process that dies in the middle of a call shows as either.
    if (code === grpc.status.UNAVAILABLE || code === grpc.status.CANCELLED) return gone(target, details);
    return new CallbackError(code, details);
  }
}

function gone(target: string, why: string): CallbackError {
  const details = `the program does not answer at ${target}, where its hooks and transforms are served: ${why}`;
  return new CallbackError(grpc.status.UNAVAILABLE, details);
}

/** `INVALID_ARGUMENT` -> `InvalidArgument`. */
function statusName(code: grpc.status): string {
  const words = grpc.status[code].split("_");
  return words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join("");
}
