import * as pulumi from "@pulumi/pulumi";
import { ERROR_PHASE, type HookNames } from "./plan-replay.ts";

/** Stand-ins for the hooks of the program that was recorded, by name. */
export type Hooks = ReadonlyMap<string, pulumi.ResourceHook | pulumi.ErrorHook>;

/**
 * Registers a hook under each name: the recorded program's functions are gone, and the engine refuses to change what
 * has a hook that nobody registered. Data snapshots, for which the program has hooks, are taken before the replay.
 */
export function registerHooks({ steps, errors }: HookNames): Hooks {
  return new Map<string, pulumi.ResourceHook | pulumi.ErrorHook>([
    ...steps.map((name) => [name, new pulumi.ResourceHook(name, () => undefined)] as const),
    ...errors.map((name) => [name, new pulumi.ErrorHook(name, () => false)] as const),
  ]);
}

/** The hooks of one resource, by the SDK's names for their phases. */
export function bindHooks(
  phases: { readonly [phase: string]: readonly string[] },
  hooks: Hooks,
): pulumi.ResourceHookBinding | undefined {
  if (Object.keys(phases).length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(phases).map(([phase, names]) => [
      phase === ERROR_PHASE ? "onError" : `${phase.charAt(0).toLowerCase()}${phase.slice(1)}`,
      names.map((name) => hooks.get(name)),
    ]),
  ) as pulumi.ResourceHookBinding;
}
