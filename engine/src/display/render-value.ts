import type { StepOp } from "../events.ts";
import {
  Archive,
  Asset,
  Computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../protocol/property-value.ts";
import { compareUtf8 } from "../state/go-json.ts";
import { decodeText } from "./decode-text.ts";
import { renderNumber } from "./number-text.ts";
import { opMark } from "./op-text.ts";
import { opStyle, type Paint } from "./paint.ts";
import { quoteText } from "./quote-text.ts";
import { isInternalKey } from "./value-diff.ts";

/** Where and how a value is written. */
export interface Place {
  /** Levels of four columns. */
  readonly indent: number;
  readonly op: StepOp;
  /** Whether lines carry the op's mark. */
  readonly marked: boolean;
  readonly paint: Paint;
}

const width = 4;
const shortHashLength = 7;

/** Stands for the text of an asset: it may be long, and may be secret. */
export const ELIDED = "<contents elided>";

/** The same place, a level deeper. */
export function deeper(place: Place, levels = 1): Place {
  return { ...place, indent: place.indent + levels };
}

/** A line's beginning: its indentation, the last two columns taken by the op's mark where lines are marked. */
export function margin({ indent, op, marked }: Place): string {
  const blank = " ".repeat(indent * width);
  return marked ? blank.slice(0, -2) + opMark(op) : blank;
}

/** Colours a text by the op of its place. */
export function tint(place: Place, text: string): string {
  return place.op === "same" ? text : place.paint(opStyle(place.op), text);
}

/** False for values that a display leaves out: null, and empty texts, lists and maps. */
export function isShown(value: PropertyValue): boolean {
  if (value === null || value === "") return false;
  if (isPropertyArray(value)) return value.length > 0;
  return !isPropertyMap(value) || Object.keys(value).length > 0;
}

/** The width of the titles of a block: bytes, although what is padded are characters. */
export function widest(names: Iterable<string>): number {
  return Math.max(0, ...[...names].map((name) => Buffer.byteLength(name)));
}

/** `name : ` padded to the longest name. */
export function renderTitle(name: string, longest: number, place: Place): string {
  const padding = " ".repeat(Math.max(0, longest - [...name].length));
  return tint(place, `${margin(place)}${name}${padding}: `);
}

/** Every property of a map, one or more lines each, empty ones too. */
export function renderMap(map: PropertyMap, place: Place): string {
  const keys = Object.keys(map).sort(compareUtf8);
  const longest = widest(keys);
  return keys
    .filter((key) => !isInternalKey(key))
    .map((key) => renderTitle(key, longest, place) + renderValue(map[key] ?? null, place))
    .join("");
}

/** True for values that stand on a line of their own beside another: all but maps, lists, assets and references. */
export function isPrimitive(value: PropertyValue): boolean {
  return renderPrimitive(value) !== undefined;
}

function renderPrimitive(value: PropertyValue): string | undefined {
  if (value === null) return "<null>";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return renderNumber(value);
  if (typeof value === "string") return quoteText(value);
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Computed) return "[unknown]";
  if (!(value instanceof OutputValue)) return undefined;
  if (value.secret) return "[secret]";
  return value.value === undefined ? "[unknown]" : renderPrimitive(value.value);
}

/** A value after its title; ends its line. */
export function renderValue(value: PropertyValue, place: Place): string {
  if (typeof value === "string") {
    const decoded = decodeText(value);
    if (decoded !== undefined)
      return `${tint(place, `(${decoded.kind}) `)}${renderValue(decoded.value, place)}\n`;
  }
  return `${tint(place, renderInline(value, place))}\n`;
}

function renderInline(value: PropertyValue, place: Place): string {
  const closing = margin({ ...place, marked: false });
  if (isPropertyArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map(
      (item, index) => `${margin(place)}    [${index}]: ${renderValue(item, deeper(place))}`,
    );
    return `[\n${items.join("")}${closing}]`;
  }
  if (value instanceof Asset) return renderAsset(value, place);
  if (value instanceof Archive) return renderArchive(value, place);
  if (value instanceof ResourceReference) return renderReference(value, place);
  if (isPropertyMap(value)) {
    return Object.keys(value).length === 0 ? "{}" : `{\n${renderMap(value, deeper(place))}${closing}}`;
  }
  return renderPrimitive(value) ?? "";
}

function renderReference({ urn, id, packageVersion }: ResourceReference, place: Place): string {
  const inner = deeper(place);
  const line = (name: string, value: PropertyValue) =>
    renderTitle(name, "URN".length, inner) + renderValue(value, inner);
  const lines = line("URN", urn) + line("ID", id ?? null) + line("PackageVersion", packageVersion);
  return `{\n${lines}${margin({ ...place, marked: false })}}`;
}

/** The beginning of a hash: enough to tell contents apart. */
export function shortHash({ hash }: Asset | Archive): string {
  return hash.slice(0, shortHashLength);
}

function renderAsset(asset: Asset, place: Place): string {
  const { source } = asset;
  const short = shortHash(asset);
  if ("path" in source) return `asset(file:${short}) { ${source.path} }`;
  if ("uri" in source) return `asset(uri:${short}) { ${source.uri} }`;
  const inner = margin({ ...deeper(place), marked: false });
  return `asset(text:${short}) {\n${inner}${ELIDED}\n${margin({ ...place, marked: false })}}`;
}

function renderArchive(archive: Archive, place: Place): string {
  const { source } = archive;
  const short = shortHash(archive);
  if ("path" in source) return `archive(file:${short}) { ${source.path} }`;
  if ("uri" in source) return `archive(uri:${short}) { ${source.uri} }`;
  const items = Object.entries(source.assets)
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([name, item]) => `${margin(place)}    "${name}": ${renderValue(item, deeper(place))}`);
  return `archive(assets:${short}) {\n${items.join("")}${margin({ ...place, marked: false })}}`;
}
