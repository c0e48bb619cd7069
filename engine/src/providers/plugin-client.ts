import { ProviderError } from "../errors.ts";
import { GrpcClient } from "../grpc/client.ts";
import type { ClientMethod } from "../grpc/method.ts";
import { type CallError, Status } from "../grpc/status.ts";
import { toCallError } from "./plugin-errors.ts";
import { PROVIDER_METHODS } from "./plugin-service.ts";

/** What became of the process behind a connection. */
export interface ProcessFate {
  /** True where it has ended, or ends within the time. */
  readonly isGone: (milliseconds: number) => Promise<boolean>;
  /** True where it was ended because it did not answer. */
  readonly wasEnded: () => boolean;
}

/** The calls after which an object may be there in part. */
const MAKING: ReadonlySet<unknown> = new Set([
  PROVIDER_METHODS.create,
  PROVIDER_METHODS.update,
  PROVIDER_METHODS.read,
]);

/** How long a dropped connection waits for the news that the process has ended. */
const EXIT_NEWS_MS = 2000;

/** A connection to one plugin. Errors come out as `ProviderError` or `PartialFailure`. */
export class PluginClient {
  private readonly client: GrpcClient;
  private readonly fate: ProcessFate;

  constructor(port: number, fate: ProcessFate) {
    this.client = new GrpcClient(`127.0.0.1:${port}`);
    this.fate = fate;
  }

  /** Waits until the plugin takes calls. */
  ready(milliseconds: number): Promise<void> {
    return this.client.ready(milliseconds);
  }

  /** Calls one method, within a deadline where one is given (milliseconds). */
  async call<Request, Response>(
    method: (service: typeof PROVIDER_METHODS) => ClientMethod<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response> {
    const called = method(PROVIDER_METHODS);
    try {
      return await this.client.call(called, request, { deadline });
    } catch (error) {
      throw await this.explain(error as CallError, { deadline, inPart: MAKING.has(called) });
    }
  }

  close(): void {
    this.client.close();
  }

  private async explain(
    error: CallError,
    { deadline, inPart }: { readonly deadline: number | undefined; readonly inPart: boolean },
  ): Promise<Error> {
    if (this.fate.wasEnded()) {
      const message = "the provider did not answer and was ended: nobody knows whether this took effect";
      return new ProviderError(message, { status: "unknown", abandoned: true, cause: error });
    }
    if (await this.fate.isGone(error.code === Status.UNAVAILABLE ? EXIT_NEWS_MS : 0)) {
      return new ProviderError("error reading from server: EOF", { status: "ok", cause: error });
    }
    if (deadline !== undefined && error.code === Status.DEADLINE_EXCEEDED) {
      return new ProviderError(`the provider did not answer within ${deadline / 1000} s`, {
        status: "ok",
        cause: error,
      });
    }
    return toCallError(error, inPart);
  }
}
