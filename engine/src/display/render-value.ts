import { parse as parseYaml } from "yaml";
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

/** `name : ` padded to the longest name. */
export function renderTitle(name: string, longest: number, place: Place): string {
  return tint(place, `${margin(place)}${name.padEnd(longest)}: `);
}

/** Every property of a map, one or more lines each, empty ones too. */
export function renderMap(map: PropertyMap, place: Place): string {
  const keys = Object.keys(map).sort();
  const longest = Math.max(0, ...keys.map((key) => key.length));
  return keys
    .filter((key) => !isInternalKey(key))
    .map((key) => renderTitle(key, longest, place) + renderValue(map[key] ?? null, place))
    .join("");
}

/** A value that fits on a line; undefined for maps, lists, texts that hold JSON or YAML, and assets. */
export function renderPrimitive(value: PropertyValue): string | undefined {
  if (value === null) return "<null>";
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string") return quoteText(value);
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Computed) return "[unknown]";
  if (value instanceof OutputValue) {
    if (value.secret) return "[secret]";
    return value.value === undefined ? "[unknown]" : renderPrimitive(value.value);
  }
  return value instanceof ResourceReference ? quoteText(value.urn) : undefined;
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
  if (isPropertyMap(value)) {
    return Object.keys(value).length === 0 ? "{}" : `{\n${renderMap(value, deeper(place))}${closing}}`;
  }
  return renderPrimitive(value) ?? "";
}

function renderAsset({ source, hash }: Asset, place: Place): string {
  const short = hash.slice(0, shortHashLength);
  if ("path" in source) return `asset(file:${short}) { ${source.path} }`;
  if ("uri" in source) return `asset(uri:${short}) { ${source.uri} }`;
  const inner = margin({ ...deeper(place), marked: false });
  return `asset(text:${short}) {\n${inner}<contents elided>\n${margin({ ...place, marked: false })}}`;
}

function renderArchive({ source, hash }: Archive, place: Place): string {
  const short = hash.slice(0, shortHashLength);
  if ("path" in source) return `archive(file:${short}) { ${source.path} }`;
  if ("uri" in source) return `archive(uri:${short}) { ${source.uri} }`;
  const inner = deeper(place);
  const items = Object.entries(source.assets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${margin(inner)}"${name}": ${renderInline(item, deeper(inner))}\n`);
  return `archive(assets:${short}) {\n${items.join("")}${margin({ ...place, marked: false })}}`;
}

/** A text that holds a JSON or YAML map or list, decoded. */
export function decodeText(
  text: string,
): { readonly kind: "json" | "yaml"; readonly value: PropertyMap | readonly PropertyValue[] } | undefined {
  const json = attempt(() => JSON.parse(text) as unknown);
  if (json !== undefined) return isCollection(json) ? { kind: "json", value: json } : undefined;
  if (!text.includes("\n")) return undefined;
  const yaml = attempt(() => parseYaml(text, { logLevel: "error" }) as unknown);
  return isCollection(yaml) ? { kind: "yaml", value: yaml } : undefined;
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isCollection(value: unknown): value is PropertyMap | readonly PropertyValue[] {
  return typeof value === "object" && value !== null;
}
