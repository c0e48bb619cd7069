import grpc from "@grpc/grpc-js";
import type { IResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { leavingStructs } from "../protocol/struct-fields.ts";

export type ResourceProviderClient = IResourceProviderClient & grpc.Client;

const { ResourceProviderService: service } = services;

/** The answers that come by the thousand: their property maps are decoded once, as property values. */
const definition = {
  ...service,
  check: {
    ...service.check,
    responseDeserialize: leavingStructs(service.check.responseDeserialize, {
      1: (message, struct) => message.setInputs(struct),
    }),
  },
  create: {
    ...service.create,
    responseDeserialize: leavingStructs(service.create.responseDeserialize, {
      2: (message, struct) => message.setProperties(struct),
    }),
  },
  update: {
    ...service.update,
    responseDeserialize: leavingStructs(service.update.responseDeserialize, {
      1: (message, struct) => message.setProperties(struct),
    }),
  },
  read: {
    ...service.read,
    responseDeserialize: leavingStructs(service.read.responseDeserialize, {
      2: (message, struct) => message.setProperties(struct),
      3: (message, struct) => message.setInputs(struct),
    }),
  },
  invoke: {
    ...service.invoke,
    responseDeserialize: leavingStructs(service.invoke.responseDeserialize, {
      1: (message, struct) => message.setReturn(struct),
    }),
  },
};

const Client = grpc.makeGenericClientConstructor(definition, "ResourceProvider");

/** A client of `pulumirpc.ResourceProvider` at an address (`host:port`). */
export function connectToProvider(address: string, options: grpc.ChannelOptions): ResourceProviderClient {
  return new Client(address, grpc.credentials.createInsecure(), options) as unknown as ResourceProviderClient;
}
