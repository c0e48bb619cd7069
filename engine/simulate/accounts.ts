import type { ResourceState, Snapshot } from "../src/state/resource.ts";
import type { CloudObject } from "./cloud.ts";
import type { Observed } from "./operate.ts";
import type { CustomSpec } from "./program-spec.ts";
import { isAbout, specOf } from "./spec-of.ts";
import { demand } from "./violation.ts";
import type { World } from "./world.ts";

/**
 * Accounts for every object of the cloud after an operation: it is recorded, or announced by a pending operation, or
 * there is a reason for which the official CLI, too, lets go of it.
 */
export function settleAccounts(world: World, observed: Observed): void {
  const { cloud } = world;
  const { before, after, fromDurable } = observed;
  for (const object of [...cloud.objects.values()]) {
    const records = after.resources.filter((state) => state.id === object.id && accountsFor(state));
    if (records.some(({ external }) => !external)) object.left = undefined;
    else if (records.length > 0) object.left ??= "it is only read now";
    if (object.left !== undefined || records.length > 0) continue;
    const record = before.resources.find(({ id, custom }) => custom && id === object.id);
    // What was recorded is not what a create that was cut off may have made, unless the record itself was lost.
    if ((record === undefined || !fromDurable) && isAnnounced(after, object)) continue;
    // What was there before is imported again by whoever wants it.
    const reason = isToBeImported(after, object)
      ? "its import was cut off"
      : record && reasonToLeave(record, { world, observed });
    demand(
      reason !== undefined,
      "lost-resource",
      () => `${object.id} (${object.urn}) lives, and nothing records it`,
    );
    if (reason === "gone with its host") cloud.objects.delete(object.id);
    else object.left = reason;
  }
}

/** What waits for its replacement, and went with its host, has no object any more. */
function accountsFor({ custom, pendingReplacement, deletedWith }: ResourceState): boolean {
  return custom && !(pendingReplacement && deletedWith !== "");
}

function isAnnounced({ pendingOperations }: Snapshot, object: CloudObject): boolean {
  return pendingOperations.some(({ type, resource }) => type === "creating" && resource.urn === object.urn);
}

function isToBeImported({ pendingOperations }: Snapshot, { id }: CloudObject): boolean {
  return pendingOperations.some(({ type, resource }) => type === "importing" && resource.importID === id);
}

function reasonToLeave(
  record: ResourceState,
  { world, observed }: { world: World; observed: Observed },
): string | undefined {
  const declared = declaredAtDestroy(record, observed);
  if (record.retainOnDelete || declared?.retainOnDelete) return "retainOnDelete";
  const host = declared === undefined ? record.deletedWith : recordedHost(declared, observed);
  return host === "" ? undefined : fateOfContent(host, { world, observed });
}

/** A destroy that runs the program goes by what the program says now, as with the official CLI; for copies, by what is recorded. */
function declaredAtDestroy(record: ResourceState, observed: Observed): CustomSpec | undefined {
  if (record.delete) return undefined;
  const { kind, runProgram } = observed.request.operation;
  const spec = kind === "destroy" && runProgram === true ? specOf(record, observed) : undefined;
  return spec?.kind === "custom" ? spec : undefined;
}

function recordedHost({ deletedWith }: CustomSpec, { request, before }: Observed): string {
  const host = request.program.resources.find(({ key }) => key === deletedWith);
  return before.resources.find((record) => host !== undefined && isAbout(host, record))?.urn ?? "";
}

/** What lives inside another object goes with it, or stays in it where its own delete failed. */
function fateOfContent(
  hostUrn: string,
  { world, observed }: { world: World; observed: Observed },
): string | undefined {
  const { before, after, succeeded } = observed;
  const hosts = before.resources.filter(({ urn, external }) => urn === hostUrn && !external);
  const host = hosts.find(({ delete: copy }) => !copy) ?? hosts[0];
  if (host === undefined || !world.cloud.objects.has(host.id)) return "gone with its host";
  const hostStays = after.resources.some((state) => state.id === host.id && !state.delete);
  return hostStays && succeeded ? undefined : "it is inside its host, whose delete failed";
}
