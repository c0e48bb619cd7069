import type { RegisterRequest } from "../protocol/monitor.ts";

/** A registration of a component that says no more than which. */
export function bareRequest({
  type,
  name,
  parent,
}: Pick<RegisterRequest, "type" | "name" | "parent">): RegisterRequest {
  return {
    type,
    name,
    parent,
    custom: false,
    remote: false,
    inputs: {},
    protect: undefined,
    retainOnDelete: undefined,
    deleteBeforeReplace: undefined,
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    providers: {},
    package: { version: "", pluginDownloadURL: "", checksums: {}, packageRef: "" },
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiff: [],
    additionalSecretOutputs: [],
    aliases: [],
    importId: "",
    customTimeouts: { create: "", update: "", delete: "", read: "" },
    deletedWith: "",
    replaceWith: [],
    replacementTrigger: undefined,
    resourceHooks: {},
    transforms: [],
    envVarMappings: {},
    source: { position: undefined, frames: [] },
    supportsPartialValues: false,
    supportsResultReporting: false,
  };
}
