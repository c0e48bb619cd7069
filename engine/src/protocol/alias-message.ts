import aliases from "@pulumi/pulumi/proto/alias_pb.js";
import type { Alias } from "../execute/goal.ts";

type AliasMessage = InstanceType<typeof aliases.Alias>;

/** Decodes an alias. `legacy`: from a Node SDK from before alias specs. */
export function decodeAlias(alias: AliasMessage, legacy: boolean): Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return { kind: "urn", urn: alias.getUrn() };
  const urn = spec.getParenturn();
  // SDKs from before alias specs meant "no parent" by saying nothing, and "the present parent" by `noParent`.
  const none = legacy ? urn === "" && !spec.getNoparent() : spec.getNoparent();
  return {
    kind: "spec",
    name: spec.getName() || undefined,
    type: spec.getType() || undefined,
    stack: spec.getStack() || undefined,
    project: spec.getProject() || undefined,
    parent: none ? "none" : urn === "" ? undefined : { urn },
  };
}

/** Encodes an alias as SDKs with alias specs understand it. */
export function encodeAlias(alias: Alias): AliasMessage {
  const message = new aliases.Alias();
  if (alias.kind === "urn") return message.setUrn(alias.urn);
  const spec = new aliases.Alias.Spec()
    .setName(alias.name ?? "")
    .setType(alias.type ?? "")
    .setStack(alias.stack ?? "")
    .setProject(alias.project ?? "");
  if (alias.parent === "none") spec.setNoparent(true);
  else if (alias.parent !== undefined) spec.setParenturn(alias.parent.urn);
  return message.setSpec(spec);
}
