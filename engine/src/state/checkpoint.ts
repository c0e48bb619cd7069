/** Reads checkpoints: a snapshot as the official CLI keeps it in a file, or as `stack export` prints it. */
import { UserError } from "../errors.ts";
import { type Envelope, parseJson, readEnvelope } from "./checkpoint-envelope.ts";
import { readOperation, readResource } from "./checkpoint-resource.ts";
import { type CutCheckpoint, cutCheckpoint } from "./cut-checkpoint.ts";
import {
  type ParsedJson,
  type ParsedObject,
  readArray,
  readObject,
  readOpaque,
  readString,
} from "./json-reader.ts";
import { findCiphertexts, type SecretReader } from "./property-decode.ts";
import { emptySnapshot, type SecretsProviderRecord, type Snapshot } from "./resource.ts";
import { recallText } from "./resource-text.ts";
import { openSecretReader } from "./secret-codec.ts";
import { type SecretsSource, secretsManagerFor } from "./secrets.ts";

/**
 * Reads a state file or an export. Secrets are decrypted with the manager the state names (or the one given), which
 * is opened only if there is a secret.
 * @param name What to call the file in errors.
 * @throws UserError `state-corrupt`, `state-too-new`, `state-unsupported-features`, or that of the secrets manager.
 */
export async function parseCheckpoint(
  source: string | object,
  secrets: SecretsSource,
  name = "state",
): Promise<Snapshot> {
  try {
    const { json, texts } = typeof source === "string" ? parseText(source) : wholly(source as ParsedJson);
    const { deployment, version } = readEnvelope(json);
    if (deployment === undefined) return emptySnapshot();
    const snapshot = await decryptDeployment(deployment, secrets);
    // Older versions are brought to another form.
    if (version >= 3) recall(snapshot, texts);
    return snapshot;
  } catch (error) {
    throw nameFile(error, name);
  }
}

function parseText(text: string): CutCheckpoint {
  return cutCheckpoint(text) ?? wholly(parseJson(text));
}

function wholly(json: ParsedJson): CutCheckpoint {
  return { json, texts: [] };
}

function recall({ resources }: Snapshot, texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) {
    const resource = resources[index];
    if (resource !== undefined) recallText(resource, text);
  }
}

/** Reads the envelope alone: cheap, and without secrets. @throws UserError like `parseCheckpoint`. */
export function parseEnvelope(source: string, name = "state"): Envelope {
  try {
    return readEnvelope(parseJson(source));
  } catch (error) {
    throw nameFile(error, name);
  }
}

function nameFile(error: unknown, name: string): unknown {
  return error instanceof UserError && error.code.startsWith("state-") ? error.during(name) : error;
}

async function decryptDeployment(json: ParsedObject, source: SecretsSource): Promise<Snapshot> {
  const ciphertexts = findCiphertexts(json["pending_operations"], findCiphertexts(json["resources"]));
  const record = readSecretsProvider(json["secrets_providers"]);
  const manager = ciphertexts.size > 0 ? await secretsManagerFor(source, record) : undefined;
  return readDeployment(json, await openSecretReader(ciphertexts, manager));
}

/** Reads what is inside an envelope. @throws UserError `state-corrupt`. */
export function readDeployment(json: ParsedObject, reader: SecretReader): Snapshot {
  const { manifest, secrets_providers, resources, pending_operations, metadata, ...unknown } = json;
  for (const [field, value] of Object.entries({ metadata: metadata ?? null, ...unknown }))
    readOpaque(value, field);
  return {
    manifest: readManifest(manifest),
    secretsProvider: readSecretsProvider(secrets_providers),
    resources: readArray(resources, "resources").map((item, index) =>
      readResource(item, `resources[${index}]`, reader),
    ),
    pendingOperations: readArray(pending_operations, "pending_operations").map((item, index) =>
      readOperation(item, `pending_operations[${index}]`, reader),
    ),
    metadata: readObject(metadata, "metadata"),
    unknownFields: unknown,
  };
}

/** Reads a manifest. @throws UserError `state-corrupt`. */
export function readManifest(json: ParsedJson | undefined): Snapshot["manifest"] {
  const given = readObject(json, "manifest");
  const text = (field: string) => readString(given[field], `manifest.${field}`);
  const plugins = readArray(given["plugins"], "manifest.plugins");
  readOpaque(plugins, "manifest.plugins");
  return {
    time: text("time"),
    magic: text("magic"),
    version: text("version"),
    ...(plugins.length === 0 ? {} : { plugins }),
  };
}

/** Reads how secrets are encrypted. @throws UserError `state-corrupt`. */
export function readSecretsProvider(json: ParsedJson | undefined): SecretsProviderRecord | undefined {
  const given = readObject(json, "secrets_providers");
  const type = readString(given["type"], "secrets_providers.type");
  return type === ""
    ? undefined
    : { type, state: readOpaque(given["state"] ?? null, "secrets_providers.state") };
}
