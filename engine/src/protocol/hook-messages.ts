import resource from "@pulumi/pulumi/proto/resource_pb.js";
import type { ErrorHookCall, HookCall } from "../execute/hook-registry.ts";
import { goDuration } from "../go-duration.ts";
import { urnName } from "../plan/urn.ts";
import type { ResourceState } from "../state/resource.ts";
import { encodeAlias } from "./alias-message.ts";
import { encodeHookBinding } from "./hook-binding.ts";
import type { PropertyMap } from "./property-value.ts";
import { type EncodeOptions, encodeStruct } from "./wire.ts";

const KEEP_ALL: EncodeOptions = {
  keepSecrets: true,
  keepResources: true,
  keepOutputs: true,
  keepUnknowns: true,
};

/** Encodes what a resource hook is told; the new outputs are known only after the step. */
export function encodeHookCall(call: HookCall): Uint8Array {
  const message = describe(new resource.ResourceHookRequest(), call);
  if (call.new !== undefined && call.phase.startsWith("After")) {
    message.setNewOutputs(encode(call.new.outputs));
  }
  return message.serializeBinary();
}

/** Why a resource hook failed; "" where it did not. */
export function decodeHookAnswer(answer: Uint8Array): string {
  return resource.ResourceHookResponse.deserializeBinary(answer).getError();
}

/** Encodes what an error hook is told. */
export function encodeErrorHookCall(call: ErrorHookCall): Uint8Array {
  return describe(new resource.ErrorHookRequest(), call)
    .setFailedOperation(call.failedOperation)
    .setErrorsList([...call.errors])
    .serializeBinary();
}

/** What an error hook said. */
export function decodeErrorHookAnswer(answer: Uint8Array): {
  readonly error: string;
  readonly retry: boolean;
} {
  const response = resource.ErrorHookResponse.deserializeBinary(answer);
  return { error: response.getError(), retry: response.getRetry() };
}

type HookMessage =
  | InstanceType<typeof resource.ResourceHookRequest>
  | InstanceType<typeof resource.ErrorHookRequest>;

/** Fills in what both kinds of hooks are told. */
function describe<Message extends HookMessage>(message: Message, call: HookCall): Message {
  const subject = call.new ?? call.old;
  if (subject !== undefined) {
    const { urn, id, type } = subject;
    message.setUrn(urn).setId(id).setName(urnName(urn)).setType(type);
  }
  if (call.new !== undefined) {
    message.setNewInputs(encode(call.new.inputs)).setNewOptions(encodeOptions(call.new));
  }
  if (call.old !== undefined) {
    message.setOldInputs(encode(call.old.inputs)).setOldOptions(encodeOptions(call.old));
    message.setOldOutputs(encode(call.old.outputs));
  }
  return message;
}

function encode(map: PropertyMap) {
  return encodeStruct(map, KEEP_ALL);
}

/** The options of a resource as its state has them. */
function encodeOptions(state: ResourceState) {
  const options = new resource.ResourceOptions()
    .setDependsOnList([...state.dependencies])
    .setProtect(state.protect)
    .setIgnoreChangesList([...state.ignoreChanges])
    .setReplaceOnChangesList([...state.replaceOnChanges])
    .setAliasesList(state.aliases.map((urn) => encodeAlias({ kind: "urn", urn })))
    .setProvider(state.provider)
    .setRetainOnDelete(state.retainOnDelete)
    .setDeletedWith(state.deletedWith)
    .setAdditionalSecretOutputsList([...state.additionalSecretOutputs])
    .setHooks(encodeHookBinding(state.resourceHooks))
    .setImport(state.importID)
    .setHideDiffList([...state.hideDiff])
    .setReplaceWithList([...state.replaceWith])
    .setParent(state.parent);
  const { create = 0, update = 0, delete: remove = 0, read = 0 } = state.customTimeouts;
  if ([create, update, remove, read].every((seconds) => seconds === 0)) return options;
  const timeouts = new resource.RegisterResourceRequest.CustomTimeouts()
    .setCreate(goDuration(create))
    .setUpdate(goDuration(update))
    .setDelete(goDuration(remove))
    .setRead(goDuration(read));
  return options.setCustomTimeouts(timeouts);
}
