import bcrypt from "bcryptjs";
import { ProviderError } from "../../errors.ts";
import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import { pick, shuffled } from "./draw.ts";
import { type Field, numberOf, type Planned, textOf } from "./fields.ts";
import { atLeastOne, KEEPERS, type Problem, type ResourceType } from "./resource-type.ts";

const NUMERIC = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const MINIMA = ["minUpper", "minLower", "minNumeric", "minSpecial"] as const;
const BCRYPT_COST = 10;

const FIELDS: readonly Field[] = [
  KEEPERS,
  { name: "length", kind: "number", required: true },
  { name: "lower", kind: "boolean", default: true },
  { name: "minLower", kind: "number", default: 0 },
  { name: "minNumeric", kind: "number", default: 0 },
  { name: "minSpecial", kind: "number", default: 0 },
  { name: "minUpper", kind: "number", default: 0 },
  { name: "number", kind: "boolean" },
  { name: "numeric", kind: "boolean" },
  { name: "overrideSpecial", kind: "string" },
  { name: "special", kind: "boolean", default: true },
  { name: "upper", kind: "boolean", default: true },
];

const SHARED = {
  fields: FIELDS,
  outputsId: true,
  settle: settleNumeric,
  validate: validateString,
} as const;

export const RANDOM_STRING: ResourceType = {
  ...SHARED,
  computed: [{ name: "result" }],
  schemaVersion: 2,
  upgrade: fillOldOutputs,
  generate(planned) {
    const result = generateString(planned);
    return { id: result, values: { result } };
  },
  import: (id) => ({ id, values: { result: id }, inputs: importedInputs(id) }),
};

export const RANDOM_PASSWORD: ResourceType = {
  ...SHARED,
  computed: [
    { name: "bcryptHash", secret: true },
    { name: "result", secret: true },
  ],
  schemaVersion: 3,
  async upgrade(outputs) {
    const filled = fillOldOutputs(outputs);
    if (filled["bcryptHash"] !== undefined) return filled;
    return { ...filled, bcryptHash: await hashPassword(textOf(filled, "result")) };
  },
  generate: (planned) => describePassword(generateString(planned)),
  import: async (text) => ({ ...(await describePassword(text)), inputs: importedInputs(text) }),
};

/** The value is no id: ids are not secret. */
async function describePassword(result: string) {
  return { id: "none", values: { bcryptHash: await hashPassword(result), result } };
}

/** bcrypt looks at the first 72 bytes only. */
async function hashPassword(password: string): Promise<string> {
  const salt = await bcrypt.genSalt(BCRYPT_COST);
  return bcrypt.hash(password, salt.replace("$2b$", "$2a$"));
}

/** `number` is the old name of `numeric`: either decides for both. */
function settleNumeric(planned: Planned): Planned {
  const { number, numeric } = planned as { readonly [name: string]: PropertyValue };
  if (typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric) {
    const message = "Number and numeric are both configured with different values";
    throw new ProviderError(`${message}: Number is deprecated, use numeric instead`, { status: "ok" });
  }
  return { ...planned, number: number ?? numeric ?? true, numeric: numeric ?? number ?? true };
}

/** Outputs of old versions lack what was added later, and those of imports much more. */
function fillOldOutputs(outputs: PropertyMap): PropertyMap {
  const defaults: [string, PropertyValue][] = FIELDS.flatMap((field) =>
    field.default === undefined ? [] : [[field.name, field.default]],
  );
  const numeric = outputs["numeric"] ?? outputs["number"] ?? true;
  const length = Buffer.byteLength(textOf(outputs, "result"));
  return { ...Object.fromEntries(defaults), length, number: numeric, numeric, ...outputs };
}

function validateString(planned: Planned): readonly Problem[] {
  return [...atLeastOne(planned, "length"), ...checkSum(planned), ...checkSets(planned)];
}

function checkSum(planned: Planned): readonly Problem[] {
  const length = planned["length"];
  const sum = MINIMA.reduce((total, name) => total + numberOf(planned, name), 0);
  if (typeof length !== "number" || length >= sum) return [];
  const names = "min_upper + min_lower + min_numeric + min_special";
  const reason = `Invalid Attribute Value. Attribute length value must be at least sum of ${names}, got: ${length}`;
  return [{ field: "length", reason }];
}

function checkSets(planned: Planned): readonly Problem[] {
  const isOff = (name: string) => planned[name] === false;
  if (!["special", "upper", "lower"].every(isOff)) return [];
  return ["number", "numeric"].filter(isOff).map((field) => {
    const names = `[special,upper,lower,${field}]`;
    const rule = `At least one attribute out of ${names} must be specified as true`;
    return { field, reason: `Invalid Attribute Combination. ${rule}` };
  });
}

/** Draws from all the sets that are wanted, and so many from each set as it must have at least. */
function generateString(planned: Planned): string {
  const special = textOf(planned, "overrideSpecial") || SPECIAL;
  const sets = [
    { name: "upper", least: "minUpper", characters: UPPER },
    { name: "lower", least: "minLower", characters: LOWER },
    { name: "numeric", least: "minNumeric", characters: NUMERIC },
    { name: "special", least: "minSpecial", characters: special },
  ];
  const all = [
    ...sets.filter(({ name }) => planned[name] === true).flatMap(({ characters }) => [...characters]),
  ];
  if (all.length === 0) {
    throw new ProviderError("Random Read Error: the character set specified is empty", { status: "ok" });
  }
  const drawn = sets.flatMap(({ least, characters }) => draw([...characters], numberOf(planned, least)));
  return shuffled([...drawn, ...draw(all, numberOf(planned, "length") - drawn.length)]).join("");
}

function draw(characters: readonly string[], count: number): string[] {
  return Array.from({ length: Math.max(count, 0) }, () => pick(characters));
}

/** What an imported text was asked for with is not known: nothing is ruled out. */
function importedInputs(text: string): PropertyMap {
  const sets = { lower: true, number: true, numeric: true, special: true, upper: true };
  return { length: Buffer.byteLength(text), ...sets };
}
