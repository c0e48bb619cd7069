import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import type { Problem, PropertyChange, ResourceHandler } from "./resource-handler.ts";

const { Kind } = protocol.PropertyDiff;

const KINDS = {
  add: { update: Kind.ADD, replace: Kind.ADD_REPLACE },
  update: { update: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
  delete: { update: Kind.DELETE, replace: Kind.DELETE_REPLACE },
} as const;

/** What differs, as the engine reads it. */
export function toDiffResponse(
  changes: ReadonlyMap<string, PropertyChange>,
  { stableOutputs }: Pick<ResourceHandler, "stableOutputs">,
): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
  const replaces = [...changes].filter(([, change]) => change.replaces).map(([property]) => property);
  const response = new protocol.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changes.keys()])
    .setReplacesList(replaces)
    .setStablesList(replaces.length === 0 ? [...stableOutputs] : [])
    .setHasdetaileddiff(true);
  const detailed = response.getDetaileddiffMap();
  for (const [property, change] of changes) {
    const kind = KINDS[change.kind][change.replaces ? "replace" : "update"];
    detailed.set(property, new protocol.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

export function toCheckFailures(problems: readonly Problem[]): messages.CheckFailure[] {
  return problems.map(({ property, reason }) =>
    new protocol.CheckFailure().setProperty(property).setReason(reason),
  );
}
