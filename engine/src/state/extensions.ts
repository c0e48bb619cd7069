import type { ResourceState, Snapshot } from "./resource.ts";

/** What makes a provider serve more types than its own, as the checkpoint records it. */
export interface Extension {
  readonly name: string;
  readonly version: string;
  /** Base64. */
  readonly value: string;
}

/** Extensions by reference; a resource names the one it needs. */
export type Extensions = { readonly [ref: string]: Extension };

const FIELD = "extensions";

/** The reference of the extension that a resource needs; "" for none. */
export function extensionRefOf({ unknownFields }: Pick<ResourceState, "unknownFields">): string {
  const ref = unknownFields["extensionRef"];
  return typeof ref === "string" ? ref : "";
}

/** The fields of a resource that this release keeps as they are, with the extension it needs now. */
export function withExtensionRef(
  fields: ResourceState["unknownFields"],
  extensionRef: string,
): ResourceState["unknownFields"] {
  const { extensionRef: _old, ...others } = fields;
  return extensionRef === "" ? others : { extensionRef, ...others };
}

/** The recorded extensions. */
export function extensionsOf({ unknownFields }: Pick<Snapshot, "unknownFields">): Extensions {
  const recorded = unknownFields[FIELD];
  return typeof recorded === "object" && recorded !== null ? (recorded as Extensions) : {};
}

/** Extensions that resources need and a snapshot does not have. */
export function missingExtensions(snapshot: Snapshot): readonly string[] {
  const recorded = extensionsOf(snapshot);
  const refs = new Set(snapshot.resources.map(extensionRefOf));
  return [...refs].filter((ref) => ref !== "" && !Object.hasOwn(recorded, ref)).sort();
}

/** A snapshot with the extensions that its resources need: those recorded before, and those that are new. */
export function withExtensions(snapshot: Snapshot, added: Extensions): Snapshot {
  const recorded = extensionsOf(snapshot);
  if (Object.keys(recorded).length + Object.keys(added).length === 0) return snapshot;
  const needed = new Set(snapshot.resources.map(extensionRefOf));
  const kept = Object.entries({ ...recorded, ...added }).filter(([ref]) => needed.has(ref));
  const { [FIELD]: _all, ...others } = snapshot.unknownFields;
  const sorted = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = kept.length === 0 ? others : { ...others, [FIELD]: Object.fromEntries(sorted) };
  return { ...snapshot, unknownFields: fields };
}
