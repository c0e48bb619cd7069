import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { methodsOf } from "../grpc/methods-of.ts";
import { leavingStructs } from "../protocol/struct-fields.ts";

const service = methodsOf("pulumirpc.ResourceProvider", {
  handshake: [provider.ProviderHandshakeRequest, provider.ProviderHandshakeResponse],
  attach: [plugin.PluginAttach, empty.Empty],
  getPluginInfo: [empty.Empty, plugin.PluginInfo],
  parameterize: [provider.ParameterizeRequest, provider.ParameterizeResponse],
  getMapping: [provider.GetMappingRequest, provider.GetMappingResponse],
  getMappings: [provider.GetMappingsRequest, provider.GetMappingsResponse],
  checkConfig: [provider.CheckRequest, provider.CheckResponse],
  diffConfig: [provider.DiffRequest, provider.DiffResponse],
  configure: [provider.ConfigureRequest, provider.ConfigureResponse],
  check: [provider.CheckRequest, provider.CheckResponse],
  diff: [provider.DiffRequest, provider.DiffResponse],
  create: [provider.CreateRequest, provider.CreateResponse],
  read: [provider.ReadRequest, provider.ReadResponse],
  update: [provider.UpdateRequest, provider.UpdateResponse],
  delete: [provider.DeleteRequest, empty.Empty],
  invoke: [provider.InvokeRequest, provider.InvokeResponse],
  construct: [provider.ConstructRequest, provider.ConstructResponse],
  call: [provider.CallRequest, provider.CallResponse],
  cancel: [empty.Empty, empty.Empty],
});

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
