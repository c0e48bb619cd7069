import * as pulumi from "@pulumi/pulumi";
import { providerPackage } from "./checkpoint.ts";
import { LiveResources } from "./live-resources.ts";
import type { Registration, Replay, ReplayOptions } from "./plan-replay.ts";
import { realise, realiseMembers } from "./realise.ts";
import { bindHooks, type Hooks, registerHooks } from "./register-hooks.ts";

/**
 * The program of a replay for the Automation API: registers everything and gives the stack's outputs. It runs in this
 * process, whichever engine asks.
 */
export function replayProgram(replay: Replay): () => Promise<{ [output: string]: unknown }> {
  return async () => {
    const live = new LiveResources();
    const hooks = registerHooks(replay.hooks);
    for (const registration of replay.registrations) {
      live.add(registration.urn, register(registration, live, hooks));
    }
    registerOutputs(replay.registrations, live);
    return realiseMembers(replay.outputs, live);
  };
}

/** Of any provider's kind. */
class ReplayedResource extends pulumi.CustomResource {}
/** Its configuration is recorded as the texts that the engine takes. */
class ReplayedProvider extends pulumi.ProviderResource {}

class ReplayedComponent extends pulumi.ComponentResource {
  end(outputs: pulumi.Inputs): void {
    this.registerOutputs(outputs);
  }
}

function register(registration: Registration, live: LiveResources, hooks: Hooks): pulumi.Resource {
  const { kind, type, name, id } = registration;
  const options = toOptions(registration.options, live, hooks);
  const inputs = realiseMembers(registration.inputs, live);
  if (kind === "component") return new ReplayedComponent(type, name, inputs, options);
  if (kind === "provider")
    return new ReplayedProvider(providerPackage({ type }) ?? "", name, inputs, options);
  // An output that is not declared is there too late for others to be bound to it.
  const slots = Object.fromEntries(registration.outputNames.map((output) => [output, undefined]));
  return new ReplayedResource(
    type,
    name,
    { ...slots, ...inputs },
    kind === "read" ? { ...options, id } : options,
  );
}

/** Once everything is there: what a component says may come from its last child. */
function registerOutputs(registrations: readonly Registration[], live: LiveResources): void {
  for (const { urn, outputs } of registrations) {
    const resource = live.find(urn);
    if (resource instanceof ReplayedComponent) resource.end(realiseMembers(outputs, live));
  }
}

function toOptions(options: ReplayOptions, live: LiveResources, hooks: Hooks): pulumi.CustomResourceOptions {
  const { replacementTrigger, customTimeouts } = options;
  const timeouts = Object.entries(customTimeouts).map(([verb, seconds]) => [verb, `${seconds}s`]);
  const given = {
    parent: live.find(options.parent),
    provider: live.find(options.provider) as pulumi.ProviderResource | undefined,
    version: options.version,
    pluginDownloadURL: options.pluginDownloadUrl,
    dependsOn: live.all(options.dependencies),
    // Said even where false: what is left out is taken over from the parent.
    protect: options.protect,
    retainOnDelete: options.retainOnDelete,
    aliases: [...options.aliases],
    additionalSecretOutputs: [...options.additionalSecretOutputs],
    ignoreChanges: [...options.ignoreChanges],
    replaceOnChanges: [...options.replaceOnChanges],
    hideDiffs: [...options.hideDiffs],
    replacementTrigger: replacementTrigger && realise(replacementTrigger, live),
    customTimeouts: timeouts.length === 0 ? undefined : Object.fromEntries(timeouts),
    deletedWith: live.find(options.deletedWith),
    replaceWith: live.all(options.replaceWith),
    hooks: bindHooks(options.hooks, hooks),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
