/** Writes checkpoints: the file of a stack, and what `stack export` prints. */
import { invariant } from "../errors.ts";
import type { Envelope } from "./checkpoint-envelope.ts";
import { featuresOf, writeResource } from "./checkpoint-resource.ts";
import { encodeGoJson, encodeGoJsonBytes, JsonRecord, type JsonValue } from "./go-json.ts";
import type { ParsedJson, ParsedObject } from "./json-reader.ts";
import { plaintextWriter } from "./property-json.ts";
import type { Manifest, ResourceState, SecretsProviderRecord, Snapshot } from "./resource.ts";
import { type ResourceText, writeResources } from "./resource-text.ts";
import type { SecretsSource } from "./secrets.ts";
import type { StackReference } from "./store.ts";

/** The time of a manifest that has none, as Go writes it. */
const NO_TIME = "0001-01-01T00:00:00Z";

/** The text of a state file. The secrets manager is opened only if there is a secret to encrypt. */
export async function serializeCheckpoint(
  snapshot: Snapshot,
  stack: StackReference,
  secrets: SecretsSource,
): Promise<string> {
  return encodeGoJson(await checkpointOf(snapshot, stack, secrets));
}

/** The same as bytes. */
export async function serializeCheckpointBytes(
  snapshot: Snapshot,
  stack: StackReference,
  secrets: SecretsSource,
): Promise<Buffer> {
  return encodeGoJsonBytes(await checkpointOf(snapshot, stack, secrets));
}

async function checkpointOf(
  snapshot: Snapshot,
  stack: StackReference,
  secrets: SecretsSource,
): Promise<JsonRecord> {
  const written = await writeResources(statesOf(snapshot), secrets, snapshot.secretsProvider);
  const record = "open" in secrets ? snapshot.secretsProvider : (secrets.record ?? snapshot.secretsProvider);
  return checkpointRecord(snapshot, stack, { record, write: (resource) => get(written, resource) });
}

interface ResourceTexts {
  readonly record: SecretsProviderRecord | undefined;
  readonly write: (resource: ResourceState) => ResourceText;
}

/** The text of a state file, of resources that are texts already. */
export function writeCheckpoint(snapshot: Snapshot, stack: StackReference, given: ResourceTexts): string {
  return encodeGoJson(checkpointRecord(snapshot, stack, given));
}

function checkpointRecord(snapshot: Snapshot, stack: StackReference, given: ResourceTexts): JsonRecord {
  const written = new Map(statesOf(snapshot).map((resource) => [resource, given.write(resource)] as const));
  const latest = deploymentRecord(snapshot, given.record, (resource) => get(written, resource).json);
  const features = snapshot.resources.flatMap((resource) => get(written, resource).features);
  return envelope(allFeatures(snapshot, features), [
    "checkpoint",
    new JsonRecord([
      ["stack", fullStackName(stack)],
      ["latest", latest],
    ]),
  ]);
}

/** The text of the file of a stack that was just made. */
export function freshCheckpoint(stack: StackReference): string {
  return encodeGoJson(
    new JsonRecord([
      ["version", 0],
      ["checkpoint", new JsonRecord([["stack", fullStackName(stack)]])],
    ]),
  );
}

/** The text of a state file, of a state that was read without its secrets. */
export function encodeEnvelope({ version, features, deployment }: Envelope, stack: StackReference): string {
  return encodeGoJson(
    new JsonRecord([
      ["version", deployment === undefined ? 0 : Math.max(version, 3)],
      ["features", features.length > 0 ? features : undefined],
      [
        "checkpoint",
        new JsonRecord([
          ["stack", fullStackName(stack)],
          ["latest", deployment && inOrder(deployment)],
        ]),
      ],
    ]),
  );
}

/** What `stack export --show-secrets` prints: secrets are in clear. */
export function serializeDeployment(snapshot: Snapshot): string {
  const written = new Map(
    statesOf(snapshot).map((resource) => [resource, writeResource(resource, plaintextWriter)] as const),
  );
  const deployment = deploymentRecord(snapshot, snapshot.secretsProvider, (resource) =>
    get(written, resource),
  );
  const features = snapshot.resources.flatMap((resource) =>
    featuresOf(resource, encodeGoJson(get(written, resource))),
  );
  return print(envelope(allFeatures(snapshot, features), ["deployment", deployment]));
}

/** What `stack export` prints of a state file as it was read: nothing is decrypted. */
export function serializeExport({ version, features, deployment }: Envelope): string {
  return print(
    new JsonRecord([
      ["version", Math.max(version, 3)],
      ["features", features.length > 0 ? features : undefined],
      ["deployment", inOrder(deployment ?? null)],
    ]),
  );
}

function statesOf(snapshot: Snapshot): readonly ResourceState[] {
  return [...snapshot.resources, ...snapshot.pendingOperations.map(({ resource }) => resource)];
}

function get<Value>(written: ReadonlyMap<ResourceState, Value>, resource: ResourceState): Value {
  const value = written.get(resource);
  invariant(value !== undefined, `resource ${resource.urn} was written`);
  return value;
}

/** `organization/project/stack`. */
export function fullStackName({ organization, project, stack }: StackReference): string {
  return `${organization}/${project}/${stack}`;
}

function print(json: JsonValue): string {
  return `${encodeGoJson(json, { indent: 4 })}\n`;
}

function inOrder(json: ParsedJson): JsonValue {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(inOrder);
  return new JsonRecord(Object.entries(json as ParsedObject).map(([key, value]) => [key, inOrder(value)]));
}

function envelope(features: readonly string[], content: readonly [string, JsonValue]): JsonRecord {
  return new JsonRecord([
    ["version", features.length > 0 ? 4 : 3],
    ["features", features.length > 0 ? features : undefined],
    content,
  ]);
}

function allFeatures(snapshot: Snapshot, features: readonly string[]): readonly string[] {
  const snippets = snapshot.unknownFields["snippets"];
  const all = Array.isArray(snippets) && snippets.length > 0 ? [...features, "snippets-prototype"] : features;
  return [...new Set(all)].sort();
}

function deploymentRecord(
  snapshot: Snapshot,
  secrets: SecretsProviderRecord | undefined,
  write: (resource: ResourceState) => JsonValue,
): JsonRecord {
  const { manifest } = snapshot;
  const resources = snapshot.resources.map(write);
  const operations = snapshot.pendingOperations.map(
    ({ resource, type }) =>
      new JsonRecord([
        ["resource", write(resource)],
        ["type", type],
      ]),
  );
  return new JsonRecord([
    ["manifest", manifestRecord(manifest)],
    ["secrets_providers", secrets && providerRecord(secrets)],
    ["resources", resources.length > 0 ? resources : undefined],
    ["pending_operations", operations.length > 0 ? operations : undefined],
    ["metadata", inOrder(snapshot.metadata as ParsedJson)],
    ...Object.entries(snapshot.unknownFields).map(
      ([field, value]) => [field, inOrder(value as ParsedJson)] as const,
    ),
  ]);
}

/** A manifest, as JSON. */
export function manifestRecord(manifest: Manifest): JsonRecord {
  return new JsonRecord([
    ["time", manifest.time === "" ? NO_TIME : manifest.time],
    ["magic", manifest.magic],
    ["version", manifest.version],
    ["plugins", manifest.plugins === undefined ? undefined : inOrder(manifest.plugins as ParsedJson)],
  ]);
}

/** How secrets are encrypted, as JSON. */
export function providerRecord({ type, state }: SecretsProviderRecord): JsonRecord {
  const written = state === undefined || state === null ? undefined : inOrder(state as ParsedJson);
  return new JsonRecord([
    ["type", type],
    ["state", written],
  ]);
}
