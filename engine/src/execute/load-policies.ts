import { UserError } from "../errors.ts";
import type { OperationContext, OperationOptions } from "../operation.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** The packs that judge an operation; `error` says why there are none although there should be. */
export interface LoadedPolicies {
  readonly packs: readonly PolicyPack[];
  readonly error: UserError | undefined;
}

/** Starts the policy packs of an operation, and tells about each before. */
export async function loadPolicies(
  { policies, store, config, listener }: OperationContext,
  { preview }: OperationOptions,
): Promise<LoadedPolicies> {
  if (policies === undefined) return { packs: [], error: undefined };
  for (let pack = 0; pack < policies.count; pack++) listener({ kind: "policy-load" });
  const { organization, project, stack } = store.reference;
  const { values, secretKeys: configSecretKeys } = config;
  try {
    const subject = {
      ...{ organization, project, stack, preview, config: values, configSecretKeys },
      tags: (await store.tags?.()) ?? {},
    };
    return { packs: await policies.load(subject), error: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { packs: [], error };
  }
}
