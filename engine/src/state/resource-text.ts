import { UserError } from "../errors.ts";
import { containsSecrets } from "../plan/secrets.ts";
import type { Secret } from "../protocol/property-value.ts";
import { featuresOf, writeResource } from "./checkpoint-resource.ts";
import { encodeGoJson, type JsonRecord, JsonText } from "./go-json.ts";
import { isWrittenAlike } from "./is-written-alike.ts";
import type { ResourceState, SecretsProviderRecord } from "./resource.ts";
import { openSecretWriter, SecretCollector } from "./secret-codec.ts";
import { type SecretsManager, type SecretsSource, secretsManagerFor } from "./secrets.ts";

/** A resource as it stands in a file. */
export interface ResourceText {
  readonly json: JsonText;
  readonly features: readonly string[];
}

/** A resource with secrets: which they are, and its text for each manager that encrypted them. */
interface SecretEncoding {
  /** Each with the JSON text to encrypt. */
  readonly secrets: ReadonlyMap<Secret, string>;
  readonly texts: WeakMap<SecretsManager, ResourceText>;
}

type Encoding =
  | { readonly kind: "plain"; readonly text: ResourceText }
  | ({ readonly kind: "secret" } & SecretEncoding);

/** Resources are immutable, and a run saves the whole state after every step: each is encoded once. */
const encodings = new WeakMap<ResourceState, Encoding>();

/** Texts of resources as they were read. */
const recalled = new WeakMap<ResourceState, string>();

/** Remembers the text of a file that a resource was read from: while it is as it was, it is written so again. */
export function recallText(resource: ResourceState, text: string): void {
  recalled.set(resource, text);
}

/** Lets a resource that is written as another one was read have its text. True where it is. */
export function takeOverText(from: ResourceState, to: ResourceState): boolean {
  const text = recalled.get(from);
  if (text === undefined || !isWrittenAlike(from, to)) return false;
  recalled.set(to, text);
  return true;
}

/** Encodes resources; the secrets manager is opened only if one of them holds a secret. */
export async function writeResources(
  resources: readonly ResourceState[],
  source: SecretsSource,
  record: SecretsProviderRecord | undefined,
): Promise<ReadonlyMap<ResourceState, ResourceText>> {
  const texts = new Map<ResourceState, ResourceText>();
  const withSecrets = new Map<ResourceState, SecretEncoding>();
  for (const resource of resources) {
    const encoding = encodingOf(resource);
    if (encoding.kind === "plain") texts.set(resource, encoding.text);
    else withSecrets.set(resource, encoding);
  }
  if (withSecrets.size === 0) return texts;
  const manager = await secretsManagerFor(source, record);
  if (manager === undefined) {
    throw new UserError(
      "no-secrets-manager",
      "the state holds secrets, but the stack has no secrets provider",
    );
  }
  return new Map([...texts, ...(await encryptResources(withSecrets, manager))]);
}

/** Makes the texts of resources that will be written soon; what is wrong with one is told when it is. */
export function encodeAhead(resources: readonly ResourceState[]): void {
  try {
    for (const resource of resources) encodingOf(resource);
  } catch {
    // The same will come of it when it is written.
  }
}

function encodingOf(resource: ResourceState): Encoding {
  const existing = encodings.get(resource);
  if (existing !== undefined) return existing;
  const encoding = encode(resource);
  encodings.set(resource, encoding);
  return encoding;
}

function encode(resource: ResourceState): Encoding {
  const text = recalled.get(resource);
  // Secrets are written by whoever encrypts them now.
  if (text !== undefined && !holdsSecrets(resource)) {
    return { kind: "plain", text: textAsIs(resource, text) };
  }
  const collector = new SecretCollector();
  const json = writeResource(resource, collector);
  return collector.found.size === 0
    ? { kind: "plain", text: textOf(resource, json) }
    : { kind: "secret", secrets: collector.found, texts: new WeakMap() };
}

function holdsSecrets({ inputs, outputs, replacementTrigger = null }: ResourceState): boolean {
  return [inputs, outputs, replacementTrigger].some(containsSecrets);
}

async function encryptResources(
  resources: ReadonlyMap<ResourceState, SecretEncoding>,
  manager: SecretsManager,
): Promise<ReadonlyMap<ResourceState, ResourceText>> {
  const unwritten = [...resources.values()].filter(({ texts }) => !texts.has(manager));
  const secrets = new Map(unwritten.flatMap((encoding) => [...encoding.secrets]));
  const writer = await openSecretWriter(secrets, manager);
  return new Map(
    [...resources].map(([resource, { texts }]) => {
      const text = texts.get(manager) ?? textOf(resource, writeResource(resource, writer));
      texts.set(manager, text);
      return [resource, text];
    }),
  );
}

/** A resource's text, of its JSON. */
export function textOf(resource: ResourceState, json: JsonRecord): ResourceText {
  return textAsIs(resource, encodeGoJson(json));
}

function textAsIs(resource: ResourceState, text: string): ResourceText {
  return {
    json: new JsonText(text),
    // A journal does not ask for them.
    get features() {
      return featuresOf(resource, text);
    },
  };
}
