import grpc from "@grpc/grpc-js";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import { EngineError } from "../errors.ts";
import { CHANNEL_OPTIONS } from "../protocol/grpc-server.ts";

/** What is needed of a call besides its request. */
type Method<Request, Response> = (
  request: Request,
  metadata: grpc.Metadata,
  options: Partial<grpc.CallOptions>,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => grpc.ClientUnaryCall;

/** A policy pack refused, failed or is gone. */
export class PolicyPackError extends EngineError {
  override name = "PolicyPackError";
}

const READY_MS = 10_000;

/** A connection to the process of one policy pack. */
export class PolicyClient {
  private readonly client: AnalyzerClient & grpc.Client;

  constructor(port: number) {
    const Client = services.AnalyzerClient as unknown as new (
      address: string,
      credentials: grpc.ChannelCredentials,
      options: object,
    ) => AnalyzerClient & grpc.Client;
    this.client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Waits until the pack takes calls. @throws PolicyPackError */
  async ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.waitForReady(Date.now() + READY_MS, (error) =>
        error
          ? reject(new PolicyPackError("the pack did not begin responding", { cause: error }))
          : resolve(),
      );
    });
  }

  /** Calls one method. `deadline` in milliseconds. @throws PolicyPackError */
  async call<Request, Response>(
    method: (client: AnalyzerClient) => Method<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response> {
    const answer = await this.ask(method, request, deadline);
    if ("response" in answer) return answer.response;
    throw toPackError(answer.error);
  }

  /** As `call`; undefined where the pack is too old to know the method. @throws PolicyPackError */
  async callIfKnown<Request, Response>(
    method: (client: AnalyzerClient) => Method<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response | undefined> {
    const answer = await this.ask(method, request, deadline);
    if ("response" in answer) return answer.response;
    if (answer.error.code === grpc.status.UNIMPLEMENTED) return undefined;
    throw toPackError(answer.error);
  }

  close(): void {
    this.client.close();
  }

  private ask<Request, Response>(
    method: (client: AnalyzerClient) => Method<Request, Response>,
    request: Request,
    deadline: number | undefined,
  ): Promise<{ readonly response: Response } | { readonly error: grpc.ServiceError }> {
    const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
    return new Promise((resolve) => {
      const settle = (error: grpc.ServiceError | null, response: Response) =>
        resolve(error ? { error } : { response });
      method(this.client).call(this.client, request, new grpc.Metadata(), options, settle);
    });
  }
}

function toPackError(error: grpc.ServiceError): PolicyPackError {
  const isGone = error.code === grpc.status.UNAVAILABLE;
  return new PolicyPackError(isGone ? "error reading from server: EOF" : error.details, { cause: error });
}
