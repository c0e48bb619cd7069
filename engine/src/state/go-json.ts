/**
 * JSON as Go's encoder writes it, so that a file written here differs from one written by the official CLI only
 * where its content differs: maps in byte order of their keys, records in a given order, U+2028 and U+2029 escaped.
 */
import { cached } from "../cached.ts";

export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | JsonMap
  | JsonRecord
  | JsonText
  | SharedJson;

interface JsonMap {
  readonly [key: string]: JsonValue;
}

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
  const pieces = writePieces(value, style);
  return pieces.length === 1 ? (pieces[0] ?? "") : pieces.join("");
}

/** The same on one line, as bytes: what is large is never in memory as one text. */
export function encodeGoJsonBytes(value: JsonValue): Buffer {
  const pieces = writePieces(value, {});
  const bytes = Buffer.allocUnsafe(pieces.reduce((size, piece) => size + Buffer.byteLength(piece), 0));
  let end = 0;
  for (const piece of pieces) end += bytes.write(piece, end);
  return bytes;
}

function writePieces(value: JsonValue, style: JsonStyle): readonly string[] {
  const writer = new JsonWriter(style);
  writer.write(value, "");
  return writer.end();
}

/** A text of this length that is there already is a piece of its own. */
const PIECE = 512;

/** Adds to one text: joined level by level, a large state would be copied at each. */
class JsonWriter {
  private text = "";
  private readonly pieces: string[] = [];
  private readonly indent: number;
  private readonly escapeHtml: boolean;

  constructor({ indent = 0, escapeHtml = false }: JsonStyle) {
    this.indent = indent;
    this.escapeHtml = escapeHtml;
  }

  write(value: JsonValue, margin: string): void {
    if (typeof value === "string") this.text += this.encodeString(value);
    else if (value === null || typeof value === "boolean") this.text += String(value);
    else if (typeof value === "number") this.text += encodeNumber(value);
    else if (typeof value === "bigint") this.text += String(value);
    else if (value instanceof JsonText) this.put(value.text);
    else if (value instanceof SharedJson) this.writeShared(value, margin);
    else if (value instanceof JsonRecord) this.writeMembers(value.members, margin);
    else if (Array.isArray(value)) this.writeArray(value as readonly JsonValue[], margin);
    else this.writeMembers(sortedMembers(value as JsonMap), margin);
  }

  /** What was written, in pieces. */
  end(): readonly string[] {
    return [...this.pieces, this.text];
  }

  private put(text: string): void {
    if (text.length < PIECE) {
      this.text += text;
      return;
    }
    this.pieces.push(this.text, text);
    this.text = "";
  }

  private writeShared(shared: SharedJson, margin: string): void {
    if (this.indent === 0 && !this.escapeHtml) this.text += shared.compactText;
    else this.write(shared.value, margin);
  }

  private writeArray(items: readonly JsonValue[], margin: string): void {
    if (items.length === 0) {
      this.text += "[]";
      return;
    }
    const inner = margin + " ".repeat(this.indent);
    let before = `[${this.lineTo(inner)}`;
    for (const item of items) {
      this.text += before;
      this.write(item, inner);
      before = `,${this.lineTo(inner)}`;
    }
    this.text += `${this.lineTo(margin)}]`;
  }

  private writeMembers(members: readonly (readonly [string, JsonValue | undefined])[], margin: string): void {
    const inner = margin + " ".repeat(this.indent);
    const colon = this.indent > 0 ? ": " : ":";
    const start = `{${this.lineTo(inner)}`;
    let before = start;
    for (const [key, item] of members) {
      if (item === undefined) continue;
      this.text += before + (encodePlain(key) ?? this.encodeString(key)) + colon;
      this.write(item, inner);
      before = `,${this.lineTo(inner)}`;
    }
    this.text += before === start ? "{}" : `${this.lineTo(margin)}}`;
  }

  /** What leads to the next line, in output that has lines. */
  private lineTo(margin: string): string {
    return this.indent > 0 ? `\n${margin}` : "";
  }

  private encodeString(value: string): string {
    if (!SPECIAL.test(value)) return `"${value}"`;
    const text = JSON.stringify(value).replace(LINE_SEPARATORS, escapeUnit);
    return this.escapeHtml ? text.replace(HTML, escapeUnit) : text;
  }
}

function sortedMembers(map: JsonMap): readonly (readonly [string, JsonValue])[] {
  return Object.entries(map).sort(([a], [b]) => compareUtf8(a, b));
}

/** JavaScript and Go agree on the shortest form of every double but negative zero. */
function encodeNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** What may be escaped: all but printable ASCII without `"`, `&`, `<`, `>` and `\\`. */
const SPECIAL = /[^ !#-%'-;=?-[\]-~]/;
const LINE_SEPARATORS = /[\u2028\u2029]/g;
const HTML = /[<>&]/g;

/** Keys are few, and written again and again. Undefined for one that is not plain. */
const encodePlain = cached((key) => (SPECIAL.test(key) ? undefined : `"${key}"`));

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
