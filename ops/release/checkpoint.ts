import type { Checkpoint } from "./release-store.ts";

/** A resource as a checkpoint holds it: what the operations look at. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly delete?: boolean;
  readonly inputs?: { readonly [property: string]: unknown };
  readonly outputs?: { readonly [property: string]: unknown };
}

/** Resources of a checkpoint, without those that only wait for their deletion. */
export function resourcesOf({ deployment }: Checkpoint): readonly RecordedResource[] {
  const { resources = [] } = (deployment ?? {}) as { resources?: readonly RecordedResource[] };
  return resources.filter((resource) => resource.delete !== true);
}

/** How Pulumi marks a secret in a state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && (value as { [key: string]: unknown })[SIGNATURE] === SECRET
  );
}

/** The same without its ciphertexts: they are others in every state, whether the secrets are or not. */
export function withoutCiphertexts(checkpoint: Checkpoint): Checkpoint {
  const text = JSON.stringify(checkpoint, (_, value) => (isSecret(value) ? { [SIGNATURE]: SECRET } : value));
  return JSON.parse(text) as Checkpoint;
}

/** Where the program stages the build contexts of its images. */
const STAGED = /^\.images\/[a-z0-9-]+\/[0-9a-f]{16}$/;

/** Staged contexts that images of a checkpoint are built from. */
export function contextsOf(checkpoint: Checkpoint): string[] {
  const contexts = resourcesOf(checkpoint).map(
    ({ inputs }) => (inputs?.["build"] as { context?: unknown } | undefined)?.context,
  );
  return [...new Set(contexts)]
    .filter((path) => typeof path === "string" && STAGED.test(path))
    .sort() as string[];
}
