/**
 * JSON as Go's encoder writes it, so that a file written here differs from one written by the official CLI only
 * where its content differs: maps in byte order of their keys, records in a given order, U+2028 and U+2029 escaped.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
  | JsonRecord
  | JsonText
  | SharedJson;

/** An object whose members keep their order; members with the value `undefined` are left out. */
export class JsonRecord {
  readonly members: readonly (readonly [string, JsonValue | undefined])[];
  constructor(members: readonly (readonly [string, JsonValue | undefined])[]) {
    this.members = members;
  }
}

/** Compact JSON text to be put in as it is; only in output without indentation. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value that stands in many places: its compact text is made once. */
export class SharedJson {
  readonly value: JsonValue;
  private text: string | undefined;
  constructor(value: JsonValue) {
    this.value = value;
  }

  get compactText(): string {
    this.text ??= encodeGoJson(this.value);
    return this.text;
  }
}

export interface JsonStyle {
  /** Spaces per level; 0 writes everything on one line. @default 0 */
  readonly indent?: number;
  /** Escapes `<`, `>` and `&`, as Go does unless told otherwise. @default false */
  readonly escapeHtml?: boolean;
}

/** Orders strings by their UTF-8 bytes, as Go orders map keys. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above the basic plane: they sort after U+E000–U+FFFF. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Writes a value as Go's `encoding/json` would. */
export function encodeGoJson(value: JsonValue, style: JsonStyle = {}): string {
  return encode(value, { indent: style.indent ?? 0, escapeHtml: style.escapeHtml ?? false }, "");
}

type FullStyle = Required<JsonStyle>;

function encode(value: JsonValue, style: FullStyle, margin: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "string") return encodeString(value, style);
  if (value instanceof JsonText) return value.text;
  if (value instanceof SharedJson) return encodeShared(value, style, margin);
  if (Array.isArray(value)) return encodeArray(value as readonly JsonValue[], style, margin);
  return encodeMembers(membersOf(value as JsonRecord | { [key: string]: JsonValue }), style, margin);
}

function encodeShared(shared: SharedJson, style: FullStyle, margin: string): string {
  const isCompact = style.indent === 0 && !style.escapeHtml;
  return isCompact ? shared.compactText : encode(shared.value, style, margin);
}

function membersOf(
  value: JsonRecord | { readonly [key: string]: JsonValue },
): readonly (readonly [string, JsonValue])[] {
  if (value instanceof JsonRecord) {
    return value.members.filter((member): member is [string, JsonValue] => member[1] !== undefined);
  }
  return Object.entries(value).sort(([a], [b]) => compareUtf8(a, b));
}

/** JavaScript and Go agree on the shortest form of every double but negative zero. */
function encodeNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const LINE_SEPARATORS = /[\u2028\u2029]/g;
const HTML = /[<>&]/g;

function encodeString(value: string, style: FullStyle): string {
  const text = JSON.stringify(value).replace(LINE_SEPARATORS, escapeUnit);
  return style.escapeHtml ? text.replace(HTML, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function encodeArray(items: readonly JsonValue[], style: FullStyle, margin: string): string {
  const inner = margin + " ".repeat(style.indent);
  return wrap(
    "[]",
    items.map((item) => encode(item, style, inner)),
    style,
    margin,
  );
}

function encodeMembers(
  members: readonly (readonly [string, JsonValue])[],
  style: FullStyle,
  margin: string,
): string {
  const inner = margin + " ".repeat(style.indent);
  const colon = style.indent > 0 ? ": " : ":";
  const texts = members.map(([key, item]) => encodeString(key, style) + colon + encode(item, style, inner));
  return wrap("{}", texts, style, margin);
}

function wrap(brackets: string, texts: readonly string[], style: FullStyle, margin: string): string {
  if (texts.length === 0) return brackets;
  const [open, close] = brackets;
  if (style.indent === 0) return `${open}${texts.join(",")}${close}`;
  const inner = `\n${margin}${" ".repeat(style.indent)}`;
  return `${open}${inner}${texts.join(`,${inner}`)}\n${margin}${close}`;
}
