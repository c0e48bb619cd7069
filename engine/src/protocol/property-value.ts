/**
 * Property values as the engine holds them: plain JavaScript for plain data, a small class for each kind
 * that Pulumi's wire format and checkpoint give a signature of their own.
 *
 * Values are immutable by convention: functions return new values and never change the ones they are given.
 * Wire encoding is in wire.ts, checkpoint encoding in ../state/property-json.ts.
 */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | PropertyMap
  | Secret
  | Computed
  | OutputValue
  | ResourceReference
  | Asset
  | Archive;

export type PropertyMap = { readonly [key: string]: PropertyValue };

/** A value that must never be shown or stored in clear. */
export class Secret {
  readonly value: PropertyValue;
  constructor(value: PropertyValue) {
    this.value = value;
  }
}

/** A value that is not known yet: it exists only in previews. */
export class Computed {
  readonly kind = "computed";
}
export const computed: Computed = new Computed();

/** Stands for an unknown value where only a text can stand: on the wire, in files, as the id of a provider. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** An output with its dependencies, as sent to remote components and transforms. `value` undefined = unknown. */
export class OutputValue {
  readonly value: PropertyValue | undefined;
  readonly secret: boolean;
  readonly dependencies: readonly string[];
  constructor(value: PropertyValue | undefined, secret: boolean, dependencies: readonly string[]) {
    this.value = value;
    this.secret = secret;
    this.dependencies = dependencies;
  }
}

/** A reference to another resource. `id` undefined = a component; `id` computed = not known yet. */
export class ResourceReference {
  readonly urn: string;
  readonly id: string | Computed | undefined;
  readonly packageVersion: string;
  constructor(urn: string, id: string | Computed | undefined, packageVersion: string) {
    this.urn = urn;
    this.id = id;
    this.packageVersion = packageVersion;
  }
}

export type AssetSource = { readonly text: string } | { readonly path: string } | { readonly uri: string };

/** A single file. `hash` is the hex SHA-256 of its bytes; "" until computed. */
export class Asset {
  readonly source: AssetSource;
  readonly hash: string;
  constructor(source: AssetSource, hash: string) {
    this.source = source;
    this.hash = hash;
  }
}

export type ArchiveSource =
  | { readonly assets: { readonly [name: string]: Asset | Archive } }
  | { readonly path: string }
  | { readonly uri: string };

/** A set of files. `hash` is the hex SHA-256 of its canonical tar; "" until computed. */
export class Archive {
  readonly source: ArchiveSource;
  readonly hash: string;
  constructor(source: ArchiveSource, hash: string) {
    this.source = source;
    this.hash = hash;
  }
}

/** True for a plain object (a map of properties), false for arrays and for every special kind. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** True for an array of property values. */
export function isPropertyArray(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** Builds a map from entries; safe for any key, `__proto__` included. */
export function propertyMap(entries: Iterable<readonly [string, PropertyValue]>): PropertyMap {
  return Object.fromEntries(entries);
}

/** True for a value that is itself not known: an unknown, or an output without a value. */
export function isUnknown(value: PropertyValue | undefined): boolean {
  return value instanceof Computed || (value instanceof OutputValue && value.value === undefined);
}

/**
 * True where a value is, or has inside it, something that is not known. A reference to a resource whose id is not known
 * is known: its URN is what it refers by.
 */
export function containsUnknowns(value: PropertyValue | undefined): boolean {
  if (isUnknown(value)) return true;
  if (value instanceof Secret || value instanceof OutputValue) return containsUnknowns(value.value);
  if (isPropertyArray(value)) return value.some(containsUnknowns);
  return isPropertyMap(value) && Object.values(value).some(containsUnknowns);
}
