import grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { providerCalls } from "./provider-calls.ts";
import { resourceCalls } from "./resource-calls.ts";
import type { ProviderHandler } from "./resource-handler.ts";

const UNLIMITED = -1;

export interface Served {
  readonly port: number;
  /** Ends it at once. */
  close(): void;
}

/**
 * Serves a provider over gRPC on loopback.
 *
 * The SDK's own `provider.main` drops the provider's configuration, time limits and the difference between preview and
 * update, so this serves the same protocol by the SDK's generated classes.
 */
export async function serve(provider: ProviderHandler): Promise<Served> {
  const ending = new AbortController();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": UNLIMITED,
    "grpc.max_send_message_length": UNLIMITED,
  });
  server.addService(ResourceProviderService, {
    ...providerCalls(provider, ending),
    ...resourceCalls(provider, ending.signal),
  });
  return new Promise((settle, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) settle({ port, close: () => server.forceShutdown() });
      else fail(error);
    });
  });
}
