import resource from "@pulumi/pulumi/proto/resource_pb.js";
import type { HookPhase } from "../state/resource.ts";

/** Names of hooks by phase. */
export type HookNames = { readonly [phase in HookPhase]?: readonly string[] };

type Binding = InstanceType<typeof resource.RegisterResourceRequest.ResourceHooksBinding>;

/** Decodes which hooks a resource has; phases without any are left out. */
export function decodeHookBinding(binding: Binding | undefined): HookNames {
  if (binding === undefined) return {};
  const lists: [HookPhase, readonly string[]][] = [
    ["BeforeCreate", binding.getBeforeCreateList()],
    ["AfterCreate", binding.getAfterCreateList()],
    ["BeforeUpdate", binding.getBeforeUpdateList()],
    ["AfterUpdate", binding.getAfterUpdateList()],
    ["BeforeDelete", binding.getBeforeDeleteList()],
    ["AfterDelete", binding.getAfterDeleteList()],
    ["OnError", binding.getOnErrorList()],
  ];
  return Object.fromEntries(lists.filter(([, names]) => names.length > 0));
}

/** Encodes which hooks a resource has; undefined where it has none. */
export function encodeHookBinding(names: HookNames): Binding | undefined {
  if (Object.keys(names).length === 0) return undefined;
  const list = (phase: HookPhase): string[] => [...(names[phase] ?? [])];
  return new resource.RegisterResourceRequest.ResourceHooksBinding()
    .setBeforeCreateList(list("BeforeCreate"))
    .setAfterCreateList(list("AfterCreate"))
    .setBeforeUpdateList(list("BeforeUpdate"))
    .setAfterUpdateList(list("AfterUpdate"))
    .setBeforeDeleteList(list("BeforeDelete"))
    .setAfterDeleteList(list("AfterDelete"))
    .setOnErrorList(list("OnError"));
}
