import { containsSecrets, secretOutputsOf } from "../plan/secrets.ts";
import type { PendingOperation, ResourceState } from "../state/resource.ts";

/**
 * True for an update that was cut off, and was to make something secret that its record says in clear: as long as nobody has
 * looked at the object, that is all that tells whoever reads it what to hide.
 */
export function keepsSecret(
  { type, resource: update }: PendingOperation,
  recorded: readonly ResourceState[],
): boolean {
  if (type !== "updating") return false;
  const state = recorded.find(({ urn, delete: isCopy }) => !isCopy && isAbout(update, urn));
  return state !== undefined && hidesMore(update, state);
}

/** True where an update was of what has a name: it may have been about to get another. */
export function isAbout({ urn, aliases }: ResourceState, name: string): boolean {
  return urn === name || aliases.includes(name);
}

function hidesMore(update: ResourceState, state: ResourceState): boolean {
  const isHidden = (key: string): boolean => containsSecrets(state.inputs[key] ?? null);
  return (
    Object.entries(update.inputs).some(([key, value]) => containsSecrets(value) && !isHidden(key)) ||
    secretOutputsOf(state, update).length > state.additionalSecretOutputs.length
  );
}
