import { sameValue, textAt } from "../plain-values.ts";
import { isAutonamed } from "./autoname.ts";
import { type KubeApi, referenceOf } from "./kube-api.ts";
import { isNotFound, UnknownKindError } from "./kube-error.ts";
import { CREATOR, managedFieldsOf } from "./managed-fields.ts";
import type { KubeObject } from "./object.ts";
import { seenAs } from "./prune.ts";

/** What there is of an object whose create nobody heard of again; an object of the same name may be somebody else's. */
export type Made =
  | { readonly kind: "absent" }
  | { readonly kind: "other" }
  | { readonly kind: "ours"; readonly live: KubeObject };

/** Looks for an object as it was asked for. */
export async function findMade(api: KubeApi, inputs: KubeObject): Promise<Made> {
  const live = await findLive(api, inputs);
  if (live === undefined) return { kind: "absent" };
  return isOurs(live, inputs) ? { kind: "ours", live } : { kind: "other" };
}

async function findLive(api: KubeApi, inputs: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await api.get(referenceOf(inputs));
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

/** Made by us as it was asked for: under a name that nobody else would have, or by our creator. */
function isOurs(live: KubeObject, inputs: KubeObject): boolean {
  const isByUs = managedFieldsOf(live).some((entry) => textAt(entry, "manager") === CREATOR);
  return (isAutonamed(inputs) || isByUs) && sameValue(seenAs(live, inputs), inputs);
}
