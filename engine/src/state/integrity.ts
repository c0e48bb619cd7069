import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import { isProviderType, providerReference } from "../plan/urn.ts";
import { PULUMI_VERSION } from "../version.ts";
import type { Manifest, ResourceState, Snapshot } from "./resource.ts";

/** The value that guards a manifest's version against being edited. */
export function manifestMagic(version: string): string {
  return version === "" ? "" : createHash("sha256").update(version).digest("hex");
}

/** The manifest of a state that is written now, by this engine. */
export function newManifest(now: Date): Manifest {
  return { time: now.toISOString(), magic: manifestMagic(PULUMI_VERSION), version: PULUMI_VERSION };
}

/**
 * Checks that a snapshot is well formed: whatever a resource refers to stands before it.
 * @throws UserError `snapshot-integrity`.
 */
export function verifyIntegrity(snapshot: Snapshot): void {
  if (snapshot.manifest.magic !== manifestMagic(snapshot.manifest.version)) {
    throw violation("magic cookie mismatch; possible tampering/corruption detected");
  }
  const seen: Seen = { urns: new Set(), providers: new Set(), all: snapshot.resources };
  for (const [index, resource] of snapshot.resources.entries()) {
    checkFields(resource, index);
    if (isProviderType(resource.type)) seen.providers.add(providerReference(resource.urn, resource.id));
    checkProvider(resource, seen.providers);
    for (const reference of referencesOf(resource)) checkReference(resource, reference, seen, index);
    seen.urns.add(resource.urn);
  }
  checkDuplicates(snapshot.resources);
  checkSnippets(snapshot.unknownFields["snippets"]);
}

interface Seen {
  readonly urns: Set<string>;
  readonly providers: Set<string>;
  readonly all: readonly ResourceState[];
}

function violation(message: string): UserError {
  return new UserError("snapshot-integrity", message);
}

function checkFields({ urn, type, custom, id }: ResourceState, index: number): void {
  if (urn === "") throw violation(`resource at index ${index} missing required 'urn' field`);
  if (type === "") throw violation(`resource '${urn}' missing required 'type' field`);
  if (!custom && id !== "") throw violation(`resource '${urn}' has 'custom false but non-empty ID`);
}

function checkProvider(resource: ResourceState, providers: ReadonlySet<string>): void {
  const { urn, provider } = resource;
  if (provider === "") return;
  if (!provider.includes("::")) {
    throw violation(
      `failed to parse provider reference for resource ${urn}: expected '::' in provider reference '${provider}'`,
    );
  }
  if (!providers.has(provider) && !resource.pendingReplacement) {
    throw violation(`resource ${urn} refers to unknown provider ${provider}`);
  }
}

interface Reference {
  readonly urn: string;
  /** What is wrong, given whether the resource referred to comes later or not at all. */
  describe(urn: string, later: boolean): string;
}

function referencesOf(resource: ResourceState): readonly Reference[] {
  const { parent, deletedWith } = resource;
  return [
    ...(parent === "" ? [] : [parentReference(parent)]),
    ...resource.dependencies.map((urn) => dependencyReference("dependency", urn, "")),
    ...Object.entries(resource.propertyDependencies).flatMap(([property, urns]) =>
      urns.map((urn) => dependencyReference("property dependency", urn, ` (from property ${property})`)),
    ),
    ...(deletedWith === "" ? [] : [companionReference("deleted", deletedWith)]),
    ...resource.replaceWith.map((urn) => companionReference("replaced", urn)),
  ];
}

function parentReference(parent: string): Reference {
  return {
    urn: parent,
    describe: (urn, later) =>
      later
        ? `child resource ${urn}'s parent ${parent} comes after it`
        : `child resource ${urn} refers to missing parent ${parent}`,
  };
}

function dependencyReference(kind: string, dependency: string, origin: string): Reference {
  return {
    urn: dependency,
    describe: (urn, later) =>
      `resource ${urn}'s ${kind} ${dependency}${origin} ${later ? "comes after it" : "refers to missing resource"}`,
  };
}

function companionReference(fate: string, companion: string): Reference {
  return {
    urn: companion,
    describe: (urn, later) =>
      `resource ${urn} is specified as being ${fate} with ${companion}, which ${later ? "comes after it" : "is missing"}`,
  };
}

function checkReference(resource: ResourceState, reference: Reference, seen: Seen, index: number): void {
  if (seen.urns.has(reference.urn)) return;
  const later = seen.all.slice(index + 1).some(({ urn }) => urn === reference.urn);
  throw violation(reference.describe(resource.urn, later));
}

/** Of several resources with one URN, at most one may be alive. */
function checkDuplicates(resources: readonly ResourceState[]): void {
  const alive = new Set<string>();
  for (const resource of resources) {
    if (resource.delete) continue;
    if (alive.has(resource.urn)) {
      throw violation(`duplicate resource ${resource.urn} (not marked for deletion)`);
    }
    alive.add(resource.urn);
  }
}

function checkSnippets(snippets: unknown): void {
  if (!Array.isArray(snippets)) return;
  const indexes = new Map<unknown, number>();
  for (const [index, snippet] of (snippets as readonly { readonly uuid?: unknown }[]).entries()) {
    const uuid = snippet?.uuid;
    if (!uuid) throw violation(`snippet at index ${index} missing required 'uuid' field`);
    const other = indexes.get(uuid);
    if (other !== undefined) {
      throw violation(`duplicate snippet uuid ${JSON.stringify(uuid)} at indexes ${other} and ${index}`);
    }
    indexes.set(uuid, index);
  }
}
