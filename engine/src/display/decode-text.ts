import { isScalar, parseDocument, Scalar, type ScalarTag, type Tags, visit } from "yaml";
import { goScalars } from "../project/yaml-scalars.ts";
import { TIMESTAMP, timestampText } from "../project/yaml-timestamp.ts";
import { type PropertyMap, type PropertyValue, propertyMap } from "../protocol/property-value.ts";

export interface DecodedText {
  readonly kind: "json" | "yaml";
  readonly value: PropertyMap | readonly PropertyValue[];
}

/** A text that holds a JSON or YAML map or list, decoded. What stands around it does not count: indentation neither. */
export function decodeText(text: string): DecodedText | undefined {
  const bare = text.trim();
  const json = attempt(() => JSON.parse(bare) as unknown);
  if (json !== undefined) return isCollection(json) ? { kind: "json", value: json } : undefined;
  // A single line is hardly ever meant as YAML, though much of it can be read as such.
  if (!/[\r\n]/.test(bare)) return undefined;
  const yaml = attempt(() => readYaml(bare));
  return isCollection(yaml) ? { kind: "yaml", value: yaml } : undefined;
}

/** To the official CLI a point in time is an object without properties. */
const timestampTag: ScalarTag = {
  default: true,
  tag: "tag:yaml.org,2002:timestamp",
  test: TIMESTAMP,
  resolve: (text) => (timestampText(text) === text ? text : {}),
};

/** @throws Error for what cannot be read, or is no value */
function readYaml(text: string): PropertyValue {
  const customTags = (tags: Tags): Tags => [timestampTag, ...goScalars(tags)];
  const document = parseDocument(text, { logLevel: "error", merge: true, customTags });
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  visit(document, {
    Pair(_key, { key }) {
      const [start, end] = (isScalar(key) ? key.range : undefined) ?? [0, 0];
      if (text.slice(start, end).includes("\n")) throw new Error("a key on two lines");
    },
    Scalar(_key, node) {
      // A block at the end has no line end any more.
      const isLast = node.range?.[1] === text.length;
      const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
      if (isLast && isBlock && typeof node.value === "string") node.value = node.value.replace(/\n$/, "");
    },
  });
  return fromYaml(document.toJS({ mapAsMap: true }));
}

/** @throws Error for a map with keys that are neither texts nor numbers */
function fromYaml(value: unknown): PropertyValue {
  if (Array.isArray(value)) return value.map(fromYaml);
  if (typeof value === "bigint") return Number(value);
  if (!(value instanceof Map)) return value as PropertyValue;
  return propertyMap(
    [...value].map(([key, inner]) => {
      if (!["string", "number", "bigint"].includes(typeof key)) throw new Error("not a key");
      return [String(key), fromYaml(inner)] as const;
    }),
  );
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
