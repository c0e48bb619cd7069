/** A value as a checkpoint holds it: JSON, in which objects with a signature stand for what JSON cannot say. */
export type RecordedValue =
  | null
  | boolean
  | number
  | string
  | readonly RecordedValue[]
  | { readonly [key: string]: RecordedValue };

export type RecordedObject = { readonly [key: string]: RecordedValue };

/** Signatures of Pulumi's wire format (`sdk/nodejs/runtime/rpc.ts`, `sdk/go/common/resource/sig`). */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** A recorded value by its kind. */
export type Decoded =
  | { readonly kind: "plain"; readonly value: null | boolean | number | string }
  | { readonly kind: "list"; readonly items: readonly RecordedValue[] }
  | { readonly kind: "object"; readonly members: RecordedObject }
  | { readonly kind: "secret"; readonly value: RecordedValue }
  | { readonly kind: "resource"; readonly urn: string }
  | { readonly kind: "asset" | "archive"; readonly members: RecordedObject }
  /** Encrypted, or of a kind that no program could have written. */
  | { readonly kind: "unreadable"; readonly signature: string };

/** Says what a recorded value is. Secrets are read in clear, as `pulumi stack export --show-secrets` writes them. */
export function decode(value: RecordedValue): Decoded {
  if (value === null || typeof value !== "object") return { kind: "plain", value };
  if (isList(value)) return { kind: "list", items: value };
  const signature = value[SIGNATURE_KEY];
  if (signature === undefined) return { kind: "object", members: value };
  const { plaintext, urn } = value;
  if (signature === SECRET && typeof plaintext === "string") {
    return { kind: "secret", value: JSON.parse(plaintext) as RecordedValue };
  }
  if (signature === RESOURCE && typeof urn === "string") return { kind: "resource", urn };
  if (signature === ASSET) return { kind: "asset", members: value };
  if (signature === ARCHIVE) return { kind: "archive", members: value };
  return { kind: "unreadable", signature: String(signature) };
}

/** The value without the marks of secrets, for comparisons. */
export function reveal(value: RecordedValue): RecordedValue {
  const decoded = decode(value);
  return decoded.kind === "secret" ? reveal(decoded.value) : value;
}

/** Marks a value as secret, as a checkpoint in clear does. */
export function recordSecret(value: RecordedValue): RecordedObject {
  return { [SIGNATURE_KEY]: SECRET, plaintext: JSON.stringify(value) };
}

function isList(value: RecordedObject | readonly RecordedValue[]): value is readonly RecordedValue[] {
  return Array.isArray(value);
}
