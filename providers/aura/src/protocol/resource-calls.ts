import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { toCheckFailures, toDiffResponse } from "./answers.ts";
import { closeSecrets, fromStruct, openSecrets, type Properties, toStruct } from "./property-values.ts";
import type { Call, ProviderHandler, ResourceHandler } from "./resource-handler.ts";
import { unary } from "./unary.ts";

const SECOND_MS = 1000;

type Request = Pick<messages.CheckRequest, "getUrn"> & { getTimeout?(): number; getPreview?(): boolean };

/** The calls that concern one resource. */
export function resourceCalls(provider: ProviderHandler, signal: AbortSignal) {
  const handlerOf = (request: Request) => provider.resource(typeOf(request.getUrn()));
  const callOf = (request: Request) => toCall(request, signal);
  return {
    check: unary((request: messages.CheckRequest) => check(handlerOf(request), callOf(request), request)),
    diff: unary((request: messages.DiffRequest) => diff(handlerOf(request), callOf(request), request)),
    create: unary(
      (request: messages.CreateRequest) => create(handlerOf(request), callOf(request), request),
      (request) => closeAs(handlerOf(request), request.getProperties()),
    ),
    update: unary(
      (request: messages.UpdateRequest) => update(handlerOf(request), callOf(request), request),
      (request) => closeAs(handlerOf(request), request.getNews()),
    ),
    read: unary((request: messages.ReadRequest) => read(handlerOf(request), callOf(request), request)),
    delete: unary(async (request: messages.DeleteRequest) => {
      const state = open(request.getProperties());
      await handlerOf(request).delete(callOf(request), { id: request.getId(), state });
      return new empty.Empty();
    }),
  };
}

async function check(handler: ResourceHandler, call: Call, request: messages.CheckRequest) {
  const news = fromStruct(request.getNews());
  const opened = { olds: open(request.getOlds()), news: openSecrets(news) };
  const { defaults, problems } = await handler.check(call, opened);
  return new protocol.CheckResponse()
    .setInputs(toStruct(closeSecrets({ ...news, ...defaults }, news, [])))
    .setFailuresList(toCheckFailures(problems));
}

async function diff(handler: ResourceHandler, call: Call, request: messages.DiffRequest) {
  const ignored = new Set(request.getIgnorechangesList());
  const states = {
    id: request.getId(),
    oldInputs: open(request.getOldInputs()),
    olds: open(request.getOlds()),
    news: open(request.getNews()),
  };
  const changes = await handler.diff(call, states);
  const counted = [...changes].filter(([property]) => !ignored.has(property));
  return toDiffResponse(new Map(counted), handler);
}

async function create(handler: ResourceHandler, call: Call, request: messages.CreateRequest) {
  const { id, outputs } = await handler.create(call, open(request.getProperties()));
  const close = closeAs(handler, request.getProperties());
  return new protocol.CreateResponse().setId(id).setProperties(toStruct(close(outputs)));
}

async function update(handler: ResourceHandler, call: Call, request: messages.UpdateRequest) {
  const outputs = await handler.update(call, {
    id: request.getId(),
    oldInputs: open(request.getOldInputs()),
    olds: open(request.getOlds()),
    news: open(request.getNews()),
  });
  const close = closeAs(handler, request.getNews());
  return new protocol.UpdateResponse().setProperties(toStruct(close(outputs)));
}

async function read(handler: ResourceHandler, call: Call, request: messages.ReadRequest) {
  const recorded = {
    id: request.getId(),
    inputs: open(request.getInputs()),
    state: open(request.getProperties()),
  };
  const found = await handler.read(call, recorded);
  if (found === undefined) return new protocol.ReadResponse();
  const inputs = closeSecrets(found.inputs, fromStruct(request.getInputs()), handler.secretOutputs);
  return new protocol.ReadResponse()
    .setId(recorded.id)
    .setInputs(toStruct(inputs))
    .setProperties(toStruct(closeAs(handler, request.getProperties())(found.outputs)));
}

function open(struct: Struct | undefined): Properties {
  return openSecrets(fromStruct(struct));
}

/** Closes what is secret in the like-named input, and what is always secret. */
function closeAs(handler: ResourceHandler, like: Struct | undefined): (outputs: Properties) => Properties {
  return (outputs) => closeSecrets(outputs, fromStruct(like), handler.secretOutputs);
}

function toCall(request: Request, signal: AbortSignal): Call {
  const seconds = request.getTimeout?.() ?? 0;
  return {
    urn: request.getUrn(),
    signal,
    timeout: seconds > 0 ? seconds * SECOND_MS : undefined,
    preview: request.getPreview?.() ?? false,
  };
}

/** What follows the last `$` of a URN's qualified type. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
