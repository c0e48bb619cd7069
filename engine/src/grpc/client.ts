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

interface CallOf<Request, Response> {
  readonly method: ClientMethod<Request, Response>;
  readonly options: CallOptions;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a peer that does not take connections is left alone: milliseconds. */
const RETRY_MS = 50;
/** Timers reach no further: milliseconds. A later deadline is none. */
const LATEST = 2 ** 31 - 1;
const NOTHING = Buffer.alloc(0);
const METADATA_NAME = /^[0-9a-z_.-]+$/;
const METADATA_TEXT = /^[\x20-\x7e]*$/;

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
    const { promise: lateness, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(resolve, milliseconds, "late");
    const reason = await this.whyNotReady(lateness).finally(() => clearTimeout(timer));
    if (reason === undefined) return;
    if (this.closed) throw closed();
    throw new CallError(
      Status.DEADLINE_EXCEEDED,
      `no connection to ${this.target().authority} within ${milliseconds / 1000} s: ${reason}`,
    );
  }

  private async whyNotReady(lateness: Promise<"late">): Promise<string | undefined> {
    let reason = "it did not answer";
    while (!this.closed) {
      const outcome = await Promise.race([
        lateness,
        this.connect().ready.then(
          () => "ready" as const,
          (error: Error) => error,
        ),
      ]);
      if (outcome === "ready") return undefined;
      if (outcome === "late") break;
      reason = outcome.message;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return reason;
  }

  /** One request, one response. @throws CallError */
  call<Request, Response>(
    method: ClientMethod<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      const message = encodeMessage(converted("the request", method.requestSerialize, request));
      this.begin({ method, options, resolve, reject }).write(message, true);
    });
  }

  /** Many requests, one response. What goes wrong is told at its end. */
  stream<Request, Response>(method: ClientMethod<Request, Response>): RequestStream<Request, Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    promise.catch(() => undefined);
    let call: ClientCall | undefined;
    try {
      call = this.begin({ method, options: {}, resolve, reject });
    } catch (error) {
      reject(error);
    }
    return {
      write: (request) => call?.write(encodeMessage(method.requestSerialize(request)), false),
      end() {
        call?.write(NOTHING, true);
        return promise;
      },
    };
  }

  /** Begins nothing new. Calls that have begun are waited for. */
  close(): void {
    this.closed = true;
    this.connection?.close();
  }

  /** @throws CallError where the call cannot even be begun */
  private begin<Request, Response>(call: CallOf<Request, Response>): ClientCall {
    const { method, resolve, reject } = call;
    const { deadline: asked = Number.POSITIVE_INFINITY, signal, metadata } = call.options;
    const deadline = asked > LATEST ? undefined : asked;
    let timer: NodeJS.Timeout | undefined;
    const abort = () => begun.cancel(new CallError(Status.CANCELLED, "the call was cancelled"));
    const conclude = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const begun = new ClientCall({
      headers: this.headersOf(method.path, deadline, metadata),
      again: (refused) => this.beginCall(refused),
      end: {
        resolve(message) {
          conclude();
          try {
            resolve(converted("the answer", method.responseDeserialize, message));
          } catch (error) {
            reject(error);
          }
        },
        reject(error) {
          conclude();
          reject(error);
        },
      },
    });
    if (deadline !== undefined) {
      const late = () => begun.cancel(new CallError(Status.DEADLINE_EXCEEDED, "Deadline exceeded"));
      timer = setTimeout(late, deadline);
    }
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    else this.beginCall(begun);
    return begun;
  }

  private beginCall(call: ClientCall): void {
    if (this.closed) call.onFailure(closed());
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
        ...(metadata === undefined ? [] : checkedMetadata(metadata)),
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

function closed(): CallError {
  return new CallError(Status.UNAVAILABLE, "the client was closed");
}

/** What the code of a message makes of it. @throws CallError */
function converted<From, To>(what: string, convert: (from: From) => To, from: From): To {
  try {
    return convert(from);
  } catch (error) {
    throw new CallError(Status.INTERNAL, `${what} of the call is malformed: ${(error as Error).message}`);
  }
}

/** @throws CallError where a header would break the connection, or not arrive as it is */
function checkedMetadata(metadata: Metadata): Metadata {
  for (const [name, value] of metadata) {
    if (METADATA_NAME.test(name) && METADATA_TEXT.test(value)) continue;
    throw new CallError(Status.INTERNAL, `${JSON.stringify(name)} cannot be sent as metadata`);
  }
  return metadata;
}

/** A time as `grpc-timeout` has it: at most eight digits and a unit. */
function timeoutText(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.ceil(whole / 1000)}S`;
}
