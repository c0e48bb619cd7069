import { hash } from "node:crypto";
import { cached } from "../cached.ts";
import { UserError } from "../errors.ts";
import { isProviderType, providerReference } from "../plan/urn.ts";
import { PULUMI_VERSION } from "../version.ts";
import type { Manifest, ResourceState, Snapshot } from "./resource.ts";

/** The value that guards a manifest's version against being edited. */
export const manifestMagic = cached((version: string) => (version === "" ? "" : hash("sha256", version)), 10);

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
    checkReferences(resource, seen, index);
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

/** What a resource refers to, in the order in which it is told of what is wrong. */
function checkReferences(resource: ResourceState, { urns, all }: Seen, index: number): void {
  const { urn, parent, dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
  const isLater = (other: string) => all.slice(index + 1).some((later) => later.urn === other);
  const refuseDependency = (kind: string, other: string, origin: string): never => {
    const problem = isLater(other) ? "comes after it" : "refers to missing resource";
    throw violation(`resource ${urn}'s ${kind} ${other}${origin} ${problem}`);
  };
  const refuseCompanion = (fate: string, other: string): never => {
    const problem = isLater(other) ? "comes after it" : "is missing";
    throw violation(`resource ${urn} is specified as being ${fate} with ${other}, which ${problem}`);
  };
  if (parent !== "" && !urns.has(parent)) {
    throw violation(
      isLater(parent)
        ? `child resource ${urn}'s parent ${parent} comes after it`
        : `child resource ${urn} refers to missing parent ${parent}`,
    );
  }
  for (const other of dependencies) if (!urns.has(other)) refuseDependency("dependency", other, "");
  for (const property in propertyDependencies) {
    for (const other of propertyDependencies[property] ?? []) {
      if (!urns.has(other)) refuseDependency("property dependency", other, ` (from property ${property})`);
    }
  }
  if (deletedWith !== "" && !urns.has(deletedWith)) refuseCompanion("deleted", deletedWith);
  for (const other of replaceWith) if (!urns.has(other)) refuseCompanion("replaced", other);
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
