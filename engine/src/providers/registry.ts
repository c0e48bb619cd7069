import type { ProviderRegistry } from "../execute/goal.ts";
import { createProviderOfProviders } from "./provider-of-providers.ts";
import { ProviderPool, type RegistryArgs } from "./provider-pool.ts";

/** Keeps the providers of one operation, and plays the provider of `pulumi:providers:*` resources. */
export function createProviderRegistry(args: RegistryArgs): ProviderRegistry {
  const pool = new ProviderPool(args);
  return {
    expect: (state) => pool.expect(state),
    get: (reference) => pool.get(reference),
    ensure: (state) => pool.ensure(state),
    same: (state) => pool.keep(state),
    extend: (reference, extension) => pool.extend(reference, extension),
    alias: (oldUrn, newUrn) => pool.rename(oldUrn, newUrn),
    cancel: () => pool.cancel(),
    providerOfProviders: createProviderOfProviders(pool, () => args.random.uuid()),
  };
}
