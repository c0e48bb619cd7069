import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import { encodeAlias } from "../protocol/alias-message.ts";
import { encodeValue } from "../protocol/wire.ts";
import type { HookPhase } from "../state/resource.ts";
import type { Encode } from "./plugin-requests.ts";
import type * as provider from "./provider.ts";

const KEEP_ALL = { keepSecrets: true, keepResources: true, keepOutputs: true, keepUnknowns: true };

export function constructMessage(
  request: provider.ConstructRequest,
  encode: Encode,
): messages.ConstructRequest {
  const message = new protocol.ConstructRequest()
    .setType(request.type)
    .setName(request.name)
    .setParent(request.parent)
    .setInputs(encode(request.inputs))
    .setAliasesList(request.aliases.map(encodeAlias))
    .setDependenciesList([...request.dependencies])
    .setAdditionalsecretoutputsList([...request.additionalSecretOutputs])
    .setDeletedwith(request.deletedWith)
    .setIgnorechangesList([...request.ignoreChanges])
    .setReplaceonchangesList([...request.replaceOnChanges])
    .setReplaceWithList([...request.replaceWith])
    .setCustomtimeouts(timeoutsMessage(request))
    .setAcceptsOutputValues(true);
  setHooks(message, request);
  if (request.replacementTrigger !== undefined) {
    message.setReplacementTrigger(encodeValue(request.replacementTrigger, KEEP_ALL));
  }
  if (request.protect !== undefined) message.setProtect(request.protect);
  if (request.deleteBeforeReplace !== undefined) message.setDeletebeforereplace(request.deleteBeforeReplace);
  if (request.retainOnDelete !== undefined) message.setRetainondelete(request.retainOnDelete);
  for (const [pkg, reference] of Object.entries(request.providers))
    message.getProvidersMap().set(pkg, reference);
  for (const [property, urns] of Object.entries(request.inputDependencies)) {
    const dependencies = new protocol.ConstructRequest.PropertyDependencies().setUrnsList([...urns]);
    message.getInputdependenciesMap().set(property, dependencies);
  }
  setRunInfo(message, request.info);
  return message;
}

/** Error hooks are not handed on, as with the official CLI. */
function setHooks(message: messages.ConstructRequest, { resourceHooks }: provider.ConstructRequest): void {
  if (Object.keys(resourceHooks).length === 0) return;
  const names = (phase: HookPhase): string[] => [...(resourceHooks[phase] ?? [])];
  const binding = new protocol.ConstructRequest.ResourceHooksBinding()
    .setBeforeCreateList(names("BeforeCreate"))
    .setAfterCreateList(names("AfterCreate"))
    .setBeforeUpdateList(names("BeforeUpdate"))
    .setAfterUpdateList(names("AfterUpdate"))
    .setBeforeDeleteList(names("BeforeDelete"))
    .setAfterDeleteList(names("AfterDelete"));
  message.setResourceHooks(binding);
}

function timeoutsMessage({
  customTimeouts,
}: provider.ConstructRequest): messages.ConstructRequest.CustomTimeouts {
  return new protocol.ConstructRequest.CustomTimeouts()
    .setCreate(customTimeouts.create)
    .setUpdate(customTimeouts.update)
    .setDelete(customTimeouts.delete)
    .setRead(customTimeouts.read);
}

export function callMessage(request: provider.CallRequest, encode: Encode): messages.CallRequest {
  const message = new protocol.CallRequest()
    .setTok(request.token)
    .setArgs(encode(request.args))
    .setAcceptsOutputValues(true);
  for (const [property, urns] of Object.entries(request.argDependencies)) {
    const dependencies = new protocol.CallRequest.ArgumentDependencies().setUrnsList([...urns]);
    message.getArgdependenciesMap().set(property, dependencies);
  }
  setRunInfo(message, request.info);
  return message;
}

function setRunInfo(message: messages.ConstructRequest | messages.CallRequest, info: provider.RunInfo): void {
  message.setProject(info.project);
  message.setStack(info.stack);
  message.setOrganization(info.organization);
  message.setDryrun(info.dryRun);
  message.setParallel(info.parallel);
  message.setMonitorendpoint(info.monitorEndpoint);
  message.setStackTraceHandle(info.stackTraceHandle ?? "");
  message.setConfigsecretkeysList([...info.configSecretKeys]);
  for (const [key, value] of Object.entries(info.config)) message.getConfigMap().set(key, value);
}
