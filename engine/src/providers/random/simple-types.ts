import { randomBytes } from "node:crypto";
import { ProviderError } from "../../errors.ts";
import { isPropertyArray, type PropertyValue } from "../../protocol/property-value.ts";
import { drawBelow, shuffled } from "./draw.ts";
import { numberOf, textOf } from "./fields.ts";
import { generatePetName } from "./pet-name.ts";
import { atLeastOne, importError, KEEPERS, type ResourceType } from "./resource-type.ts";
import { SeededGenerator } from "./seeded-generator.ts";

export const RANDOM_BYTES: ResourceType = {
  fields: [KEEPERS, { name: "length", kind: "number", required: true }],
  computed: [
    { name: "base64", secret: true },
    { name: "hex", secret: true },
  ],
  outputsId: false,
  schemaVersion: 0,
  validate: (planned) => atLeastOne(planned, "length"),
  generate: (planned) => describeBytes(randomBytes(numberOf(planned, "length"))),
  import(id) {
    const bytes = Buffer.from(id, "base64");
    if (bytes.toString("base64") !== id) throw importError("bytes", "the id is not base64");
    return { ...describeBytes(bytes), inputs: { length: bytes.length } };
  },
};

function describeBytes(bytes: Buffer) {
  const base64 = bytes.toString("base64");
  return { id: base64, values: { base64, hex: bytes.toString("hex") } };
}

export const RANDOM_ID: ResourceType = {
  fields: [
    KEEPERS,
    { name: "byteLength", kind: "number", required: true },
    { name: "prefix", kind: "string" },
  ],
  computed: [{ name: "b64Std" }, { name: "b64Url" }, { name: "dec" }, { name: "hex" }],
  outputsId: true,
  schemaVersion: 0,
  generate: (planned) => describeId(randomBytes(numberOf(planned, "byteLength")), textOf(planned, "prefix")),
  import(text) {
    const comma = text.lastIndexOf(",");
    const prefix = text.slice(0, Math.max(comma, 0));
    const id = text.slice(comma + 1);
    const bytes = Buffer.from(id, "base64url");
    if (bytes.toString("base64url") !== id) throw importError("ID", "the id is not base64 for URLs");
    const inputs = { byteLength: bytes.length, ...(prefix === "" ? {} : { prefix }) };
    return { ...describeId(bytes, prefix), inputs };
  },
};

function describeId(bytes: Buffer, prefix: string) {
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  return {
    id,
    values: {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x0${hex}`).toString(),
      hex: prefix + hex,
    },
  };
}

export const RANDOM_INTEGER: ResourceType = {
  fields: [
    KEEPERS,
    { name: "max", kind: "number", required: true },
    { name: "min", kind: "number", required: true },
    { name: "seed", kind: "string" },
  ],
  computed: [{ name: "result" }],
  outputsId: true,
  schemaVersion: 0,
  generate(planned) {
    const [min, max] = [numberOf(planned, "min"), numberOf(planned, "max")];
    if (max < min) {
      const reason =
        "The minimum (minVal) value needs to be smaller than or equal to maximum (maxVal) value.";
      throw new ProviderError(`Create Random Integer Error: ${reason}`, { status: "ok" });
    }
    const count = BigInt(max) - BigInt(min) + 1n;
    const seed = textOf(planned, "seed");
    const drawn = seed === "" ? drawBelow(count) : new SeededGenerator(seed).below(count);
    const result = Number(drawn + BigInt(min));
    return { id: String(result), values: { result } };
  },
  import(id) {
    const [resultText = "", minText = "", maxText = "", seed, ...rest] = id.split(",");
    const [result, min, max] = [resultText, minText, maxText].map(toInteger);
    if (result === undefined || min === undefined || max === undefined || rest.length > 0) {
      throw importError(
        "Integer",
        "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}",
      );
    }
    return {
      id: resultText,
      values: { result },
      inputs: { max, min, ...(seed === undefined ? {} : { seed }) },
    };
  },
};

function toInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

export const RANDOM_PET: ResourceType = {
  fields: [
    KEEPERS,
    { name: "length", kind: "number", default: 2 },
    { name: "prefix", kind: "string" },
    { name: "separator", kind: "string", default: "-" },
  ],
  computed: [],
  outputsId: true,
  schemaVersion: 0,
  generate(planned) {
    const separator = textOf(planned, "separator");
    const name = generatePetName(numberOf(planned, "length")).join(separator);
    const prefix = textOf(planned, "prefix");
    return { id: prefix === "" ? name : `${prefix}${separator}${name}`, values: {} };
  },
};

export const RANDOM_SHUFFLE: ResourceType = {
  fields: [
    { name: "inputs", kind: "strings", required: true },
    KEEPERS,
    { name: "resultCount", kind: "number" },
    { name: "seed", kind: "string" },
  ],
  computed: [{ name: "results" }],
  outputsId: true,
  schemaVersion: 0,
  renamed: { inputs: "input", results: "result" },
  generate(planned) {
    const given = planned["inputs"];
    const inputs = isPropertyArray(given) ? given : [];
    const count = planned["resultCount"] === undefined ? inputs.length : numberOf(planned, "resultCount");
    return { id: "-", values: { results: takeShuffled(inputs, count, textOf(planned, "seed")) } };
  },
};

/** Whole permutations one after another, the last one cut short: no item comes back before all others came. */
function takeShuffled(
  inputs: readonly PropertyValue[],
  count: number,
  seed: string,
): readonly PropertyValue[] {
  const results: PropertyValue[] = [];
  if (inputs.length === 0) return results;
  const generator = seed === "" ? undefined : new SeededGenerator(seed);
  while (results.length < count) {
    results.push(
      ...(generator?.permutation(inputs.length).map((i) => inputs[i] ?? null) ?? shuffled(inputs)),
    );
  }
  return results.slice(0, Math.max(count, 0));
}
