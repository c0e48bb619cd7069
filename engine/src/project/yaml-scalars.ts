/**
 * Plain scalars as the official CLI reads and writes them (Go's yaml.v3): numbers also in octal, hexadecimal and
 * binary and with `_` between digits, dates and times, and quotes around texts that would be read as such.
 */
import { Scalar, type ScalarTag, type Tags, visit } from "yaml";
import { wholeNumber } from "./config-value.ts";
import { TIMESTAMP, timestampText } from "./yaml-timestamp.ts";

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);
/** More digits than 64 bits have, in whatever base. */
const MAX_DIGITS = 66;

const INTEGER =
  /^[-+]?(0[xX]_*[\da-fA-F][\da-fA-F_]*|0[bB]_*[01][01_]*|0[oO]_*[0-7][0-7_]*|0[0-7_]*|[1-9][\d_]*)$/;
const FLOAT = /^([-+]?\d[\d_]*(\.[\d_]*)?|[-+]\.\d[\d_]*|\.\d+)([eE][-+]?\d[\d_]*)?$/;
const WORD = /^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|)$/;
/** What YAML 1.1 took for booleans and for numbers to the base of 60. */
const OLD_WORD = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?)$/;
const UNPRINTABLE = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const integerTag: ScalarTag = {
  identify: (value) => typeof value === "bigint" || Number.isInteger(value),
  default: true,
  tag: "tag:yaml.org,2002:int",
  test: INTEGER,
  resolve: (text) => readInteger(text.replaceAll("_", "")),
  stringify: ({ value }) => String(value),
};

const floatTag: ScalarTag = {
  identify: (value) => typeof value === "number" && Number.isFinite(value),
  default: true,
  tag: "tag:yaml.org,2002:float",
  test: FLOAT,
  resolve: (text) => readFloat(text.replaceAll("_", "")),
  stringify: ({ value }) => String(value),
};

const timestampTag: ScalarTag = {
  default: true,
  tag: "tag:yaml.org,2002:timestamp",
  test: TIMESTAMP,
  resolve: timestampText,
};

/** The library's tags, with these for numbers and times. */
export function goScalars(tags: Tags): Tags {
  const others = tags.filter((tag) => typeof tag === "string" || !isNumberTag(tag));
  return [timestampTag, integerTag, floatTag, ...others];
}

function isNumberTag({ tag, test }: Exclude<Tags[number], string>): boolean {
  return tag === integerTag.tag || (tag === floatTag.tag && test?.test(".inf") === false);
}

function readInteger(text: string): number | bigint | string {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "").toLowerCase();
  const value = digits.length > MAX_DIGITS ? undefined : BigInt(digits.replace(/^0(?=\d)/, "0o"));
  const signed = negative && value !== undefined ? -value : value;
  if (signed === undefined || signed > MAX_UINT64 || signed < MIN_INT64) {
    return FLOAT.test(text) ? readFloat(text) : text;
  }
  return wholeNumber(signed);
}

function readFloat(text: string): number | string {
  const value = Number(text);
  // Zero has no sign once it was written and read again.
  return Number.isFinite(value) ? value || 0 : text;
}

/** Puts quotes around the texts of a new node that would be read as something else. */
export function quoteTexts(node: unknown): void {
  if (node === null || typeof node !== "object") return;
  visit(node as Parameters<typeof visit>[0], {
    Scalar: (_, scalar) => {
      const isPlain = scalar.type === undefined || scalar.type === Scalar.PLAIN;
      if (isPlain && typeof scalar.value === "string" && needsQuotes(scalar.value)) {
        scalar.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
}

function needsQuotes(text: string): boolean {
  return [INTEGER, FLOAT, WORD, OLD_WORD, TIMESTAMP, UNPRINTABLE].some((kind) => kind.test(text));
}
