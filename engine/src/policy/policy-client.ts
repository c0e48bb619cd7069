import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { EngineError } from "../errors.ts";
import { GrpcClient } from "../grpc/client.ts";
import type { ClientMethod } from "../grpc/method.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import { type CallError, Status } from "../grpc/status.ts";

const ANALYZER_METHODS = methodsOf("pulumirpc.Analyzer", {
  handshake: [analyzer.AnalyzerHandshakeRequest, analyzer.AnalyzerHandshakeResponse],
  configureStack: [analyzer.AnalyzerStackConfigureRequest, analyzer.AnalyzerStackConfigureResponse],
  configure: [analyzer.ConfigureAnalyzerRequest, empty.Empty],
  getAnalyzerInfo: [empty.Empty, analyzer.AnalyzerInfo],
  analyze: [analyzer.AnalyzeRequest, analyzer.AnalyzeResponse],
  analyzeStack: [analyzer.AnalyzeStackRequest, analyzer.AnalyzeResponse],
  remediate: [analyzer.AnalyzeRequest, analyzer.RemediateResponse],
  cancel: [empty.Empty, empty.Empty],
});

/** A policy pack refused, failed or is gone. */
export class PolicyPackError extends EngineError {
  override name = "PolicyPackError";
}

const READY_MS = 10_000;

/** A connection to the process of one policy pack. */
export class PolicyClient {
  private readonly client: GrpcClient;

  constructor(port: number) {
    this.client = new GrpcClient(`127.0.0.1:${port}`);
  }

  /** Waits until the pack takes calls. @throws PolicyPackError */
  async ready(): Promise<void> {
    try {
      await this.client.ready(READY_MS);
    } catch (cause) {
      throw new PolicyPackError("the pack did not begin responding", { cause });
    }
  }

  /** Calls one method. `deadline` in milliseconds. @throws PolicyPackError */
  async call<Request, Response>(
    method: (service: typeof ANALYZER_METHODS) => ClientMethod<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response> {
    const answer = await this.ask(method, request, deadline);
    if ("response" in answer) return answer.response;
    throw toPackError(answer.error);
  }

  /** As `call`; undefined where the pack is too old to know the method. @throws PolicyPackError */
  async callIfKnown<Request, Response>(
    method: (service: typeof ANALYZER_METHODS) => ClientMethod<Request, Response>,
    request: Request,
    deadline?: number,
  ): Promise<Response | undefined> {
    const answer = await this.ask(method, request, deadline);
    if ("response" in answer) return answer.response;
    if (answer.error.code === Status.UNIMPLEMENTED) return undefined;
    throw toPackError(answer.error);
  }

  close(): void {
    this.client.close();
  }

  private ask<Request, Response>(
    method: (service: typeof ANALYZER_METHODS) => ClientMethod<Request, Response>,
    request: Request,
    deadline: number | undefined,
  ): Promise<{ readonly response: Response } | { readonly error: CallError }> {
    return this.client.call(method(ANALYZER_METHODS), request, { deadline }).then(
      (response) => ({ response }),
      (error: CallError) => ({ error }),
    );
  }
}

function toPackError(error: CallError): PolicyPackError {
  const isGone = error.code === Status.UNAVAILABLE;
  return new PolicyPackError(isGone ? "error reading from server: EOF" : error.details, { cause: error });
}
