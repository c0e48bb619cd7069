import grpc from "@grpc/grpc-js";
import type { IResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { ProviderError } from "../errors.ts";
import { CHANNEL_OPTIONS } from "../protocol/grpc-server.ts";
import { toCallError } from "./plugin-errors.ts";
import { connectToProvider, type ResourceProviderClient } from "./plugin-service.ts";

type Method<Request, Response> = (
  request: Request,
  metadata: grpc.Metadata,
  options: Partial<grpc.CallOptions>,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => grpc.ClientUnaryCall;

/** What became of the process behind a connection. */
export interface ProcessFate {
  /** True where it has ended, or ends within the time. */
  readonly isGone: (milliseconds: number) => Promise<boolean>;
  /** True where it was ended because it did not answer. */
  readonly wasEnded: () => boolean;
}

/** How long a dropped connection waits for the news that the process has ended. */
const EXIT_NEWS_MS = 2000;

/** A connection to one plugin. Errors come out as `ProviderError` or `PartialFailure`. */
export class PluginClient {
  private readonly client: ResourceProviderClient;
  private readonly fate: ProcessFate;

  constructor(port: number, fate: ProcessFate) {
    this.client = connectToProvider(`127.0.0.1:${port}`, CHANNEL_OPTIONS);
    this.fate = fate;
  }

  /** Waits until the plugin takes calls. */
  async ready(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.waitForReady(Date.now() + milliseconds, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Calls one method, within a deadline where one is given (milliseconds). */
  async call<Request, Response>(
    method: (client: IResourceProviderClient) => Method<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response> {
    const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
    try {
      return await new Promise<Response>((resolve, reject) => {
        const answer = (error: grpc.ServiceError | null, response: Response) =>
          error ? reject(error) : resolve(response);
        method(this.client).call(this.client, request, new grpc.Metadata(), options, answer);
      });
    } catch (error) {
      throw await this.explain(error as grpc.ServiceError, deadline);
    }
  }

  close(): void {
    this.client.close();
  }

  private async explain(error: grpc.ServiceError, deadline: number | undefined): Promise<Error> {
    if (this.fate.wasEnded()) {
      const message = "the provider did not answer and was ended: nobody knows whether this took effect";
      return new ProviderError(message, { status: "unknown", abandoned: true, cause: error });
    }
    if (await this.fate.isGone(error.code === grpc.status.UNAVAILABLE ? EXIT_NEWS_MS : 0)) {
      return new ProviderError("error reading from server: EOF", { status: "ok", cause: error });
    }
    if (deadline !== undefined && error.code === grpc.status.DEADLINE_EXCEEDED) {
      return new ProviderError(`the provider did not answer within ${deadline / 1000} s`, {
        status: "ok",
        cause: error,
      });
    }
    return toCallError(error);
  }
}
