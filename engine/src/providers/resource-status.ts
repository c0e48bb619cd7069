import protocol from "@pulumi/pulumi/proto/resource_status_pb.js";
import { EngineError } from "../errors.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import type { GrpcService } from "../grpc/server.ts";
import { OpenCalls } from "../open-calls.ts";
import { decodeViewStep } from "./view-messages.ts";
import { type PublishedSteps, readPublishedSteps } from "./view-wire.ts";
import type { OwnedViews } from "./views.ts";

const STATUS_METHODS = methodsOf("pulumirpc.ResourceStatus", {
  publishViewSteps: [protocol.PublishViewStepsRequest, protocol.PublishViewStepsResponse],
});

interface OpenCall {
  readonly views: OwnedViews;
  readonly preview: boolean;
}

/** Which plugin may tell of which views: each call has a token of its own, for as long as it lasts. */
export class ViewTokens extends OpenCalls<OpenCall> {
  require(token: string): OpenCall {
    const call = this.find(token);
    if (call === undefined) throw new EngineError(`token ${token} not found`);
    return call;
  }
}

/** Where plugins reach the service, and the calls that it serves. */
export interface ViewService {
  /** `host:port` */
  readonly address: string;
  readonly tokens: ViewTokens;
}

/** Serves `pulumirpc.ResourceStatus`, by which plugins tell of views while they work. */
export function resourceStatusService(tokens: ViewTokens): GrpcService {
  return {
    definition: {
      publishViewSteps: { ...STATUS_METHODS.publishViewSteps, requestDeserialize: readPublishedSteps },
    },
    implementation: {
      publishViewSteps: async ({ token, steps }: PublishedSteps) => {
        const { views, preview } = tokens.require(token);
        await views.publish(steps.map((step) => decodeViewStep(step, { unknowns: preview })));
        return new protocol.PublishViewStepsResponse();
      },
    },
  };
}
