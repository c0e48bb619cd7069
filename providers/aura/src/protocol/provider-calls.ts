import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { toCheckFailures } from "./answers.ts";
import { closeSecrets, fromStruct, openSecrets, toStruct } from "./property-values.ts";
import type { ProviderHandler } from "./resource-handler.ts";
import { unary } from "./unary.ts";

/** The calls that concern the provider as a whole. */
export function providerCalls(provider: ProviderHandler, ending: AbortController) {
  return {
    handshake: unary(() => new protocol.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(() => new pluginProtocol.PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new protocol.GetSchemaResponse().setSchema(provider.schema())),
    attach: unary(() => new empty.Empty()),
    checkConfig: unary((request: messages.CheckRequest) => checkConfig(provider, request)),
    configure: unary((request: messages.ConfigureRequest) => {
      provider.configure(openSecrets(fromStruct(request.getArgs())));
      return new protocol.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    cancel: unary(() => {
      ending.abort();
      return new empty.Empty();
    }),
  };
}

function checkConfig(provider: ProviderHandler, request: messages.CheckRequest): messages.CheckResponse {
  const news = fromStruct(request.getNews());
  const { inputs, problems } = provider.checkConfiguration(openSecrets(news));
  return new protocol.CheckResponse()
    .setInputs(toStruct(closeSecrets(inputs, news, provider.secretConfiguration)))
    .setFailuresList(toCheckFailures(problems));
}
