import structProtocol, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** Properties as the provider works with them: plain values, secrets opened. */
export type Properties = { readonly [name: string]: unknown };

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** True where the value, or anything in it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(hasUnknown);
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && Reflect.get(value, SIGNATURE) === SECRET;
}

function toSecret(value: unknown): unknown {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Opens every secret. */
export function openSecrets(properties: Properties): Properties {
  return open(properties) as Properties;
}

function open(value: unknown): unknown {
  if (isSecret(value)) return open(value.value);
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, open(part)]));
}

/** Makes secret again what is secret in `like` (anywhere below a property), and what is named; leaves out what is undefined. */
export function closeSecrets(properties: Properties, like: Properties, named: readonly string[]): Properties {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      named.includes(key) || containsSecret(like[key]) ? toSecret(value) : value,
    ]),
  );
}

function containsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(containsSecret);
}

export function toStruct(properties: Properties): Struct {
  return structProtocol.Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
