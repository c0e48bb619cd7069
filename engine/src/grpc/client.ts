import { ClientCall } from "./client-call.ts";
import { ClientConnection } from "./client-connection.ts";
import { encodeHeaders } from "./http2/hpack-encoder.ts";
import { encodeMessage } from "./message.ts";
import type { ClientMethod, Metadata } from "./method.ts";
import { CallError, Status } from "./status.ts";
import { parseTarget, type Target } from "./target.ts";

export interface CallOptions {
  /** Milliseconds that the call may take. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly metadata?: Metadata | undefined;
}

/** A call that sends messages one by one and gets one response. */
export interface RequestStream<Request, Response> {
  write(request: Request): void;
  /** Says that there is nothing more. Settles with the response. @throws CallError */
  end(): Promise<Response>;
}

/** How long a peer that does not take connections is left alone: milliseconds. */
const RETRY_MS = 50;
const NOTHING = Buffer.alloc(0);

/** A client of one gRPC peer on this machine: one connection, made when it is needed, and again where it was dropped. */
export class GrpcClient {
  /** Asked when it is needed: it throws where the target is none. */
  private readonly target: () => Target;
  private readonly userAgent: string;
  private readonly headers = new Map<string, Buffer>();
  private connection: ClientConnection | undefined;
  private closed = false;

  /** `target` is `host:port` or `unix:path`. */
  constructor(target: string, { userAgent = "pulumi-embedded-engine" } = {}) {
    this.target = () => parseTarget(target);
    this.userAgent = userAgent;
  }

  /** Waits until the peer takes calls. @throws CallError `DEADLINE_EXCEEDED` */
  async ready(milliseconds: number): Promise<void> {
    const late = AbortSignal.timeout(milliseconds);
    const lateness = new Promise<"late">((resolve) => {
      late.addEventListener("abort", () => resolve("late"), { once: true });
    });
    let reason = "it did not answer";
    while (!late.aborted && !this.closed) {
      const outcome = await Promise.race([
        lateness,
        this.connect().ready.then(
          () => "ready" as const,
          (error: Error) => error,
        ),
      ]);
      if (outcome === "ready") return;
      if (outcome === "late") break;
      reason = outcome.message;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new CallError(
      Status.DEADLINE_EXCEEDED,
      `no connection to ${this.target().authority} within ${milliseconds / 1000} s: ${reason}`,
    );
  }

  /** One request, one response. @throws CallError */
  call<Request, Response>(
    method: ClientMethod<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      const message = encodeMessage(method.requestSerialize(request));
      const start = { path: method.path, decode: method.responseDeserialize, options };
      this.begin(start, { resolve, reject }).write(message, true);
    });
  }

  /** Many requests, one response. */
  stream<Request, Response>(method: ClientMethod<Request, Response>): RequestStream<Request, Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    promise.catch(() => undefined);
    const start = { path: method.path, decode: method.responseDeserialize, options: {} };
    const call = this.begin(start, { resolve, reject });
    return {
      write: (request) => call.write(encodeMessage(method.requestSerialize(request)), false),
      end() {
        call.write(NOTHING, true);
        return promise;
      },
    };
  }

  /** Begins nothing new. Calls that have begun are waited for. */
  close(): void {
    this.closed = true;
    this.connection?.close();
  }

  private begin<Response>(
    call: { path: string; decode: (bytes: Buffer) => Response; options: CallOptions },
    settle: { resolve: (response: Response) => void; reject: (error: Error) => void },
  ): ClientCall {
    const { deadline, signal, metadata } = call.options;
    let timer: NodeJS.Timeout | undefined;
    const abort = () => begun.cancel(new CallError(Status.CANCELLED, "the call was cancelled"));
    const conclude = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const begun = new ClientCall({
      headers: this.headersOf(call.path, deadline, metadata),
      again: (refused) => this.beginCall(refused),
      end: {
        resolve(message) {
          conclude();
          try {
            settle.resolve(call.decode(message));
          } catch (error) {
            settle.reject(error as Error);
          }
        },
        reject(error) {
          conclude();
          settle.reject(error);
        },
      },
    });
    if (deadline !== undefined) {
      const late = () => begun.cancel(new CallError(Status.DEADLINE_EXCEEDED, "Deadline exceeded"));
      timer = setTimeout(late, deadline);
    }
    signal?.addEventListener("abort", abort, { once: true });
    this.beginCall(begun);
    if (signal?.aborted) abort();
    return begun;
  }

  private beginCall(call: ClientCall): void {
    if (this.closed) call.onFailure(new CallError(Status.UNAVAILABLE, "the client was closed"));
    else call.beginOn(this.connect());
  }

  private connect(): ClientConnection {
    if (this.connection?.takesCalls) return this.connection;
    this.connection = new ClientConnection(this.target().place);
    return this.connection;
  }

  /** The header block of a call; the same for all calls of a method that say nothing else. */
  private headersOf(path: string, deadline: number | undefined, metadata: Metadata | undefined): Buffer {
    if (deadline !== undefined || metadata !== undefined) {
      return encodeHeaders([
        ...this.callHeaders(path),
        ...(deadline === undefined ? [] : [["grpc-timeout", timeoutText(deadline)] as const]),
        ...(metadata ?? []),
      ]);
    }
    let block = this.headers.get(path);
    if (block === undefined) {
      block = encodeHeaders(this.callHeaders(path));
      this.headers.set(path, block);
    }
    return block;
  }

  private callHeaders(path: string): (readonly [string, string])[] {
    return [
      [":method", "POST"],
      [":scheme", "http"],
      [":path", path],
      [":authority", this.target().authority],
      ["te", "trailers"],
      ["content-type", "application/grpc"],
      ["user-agent", this.userAgent],
    ];
  }
}

/** A time as `grpc-timeout` has it: at most eight digits and a unit. */
function timeoutText(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.ceil(whole / 1000)}S`;
}
