import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { leavingStructs } from "../protocol/struct-fields.ts";

const { ResourceProviderService: service } = services;

/**
 * The methods of `pulumirpc.ResourceProvider`. Of the answers that come by the thousand property maps are decoded once, as
 * property values.
 */
export const PROVIDER_METHODS = {
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
