import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { encodeGoJson } from "../../src/state/go-json.ts";
import type { ParsedJson } from "../../src/state/json-reader.ts";
import { decodeProperties, decodeProperty, findCiphertexts } from "../../src/state/property-decode.ts";
import { encodeProperty, plaintextWriter, type SecretWriter } from "../../src/state/property-json.ts";

const SIG = SIGNATURE_KEY;
const reader = { plaintext: (ciphertext: string) => ciphertext.slice("enc:".length) };
const writer: SecretWriter = { field: "ciphertext", text: (_secret, plaintext) => `enc:${plaintext}` };

function write(value: PropertyValue): ParsedJson {
  return JSON.parse(encodeGoJson(encodeProperty(value, writer))) as ParsedJson;
}

function throughFile(value: PropertyValue): PropertyValue {
  return decodeProperty(write(value), "value", reader);
}

const values: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    tie("value").map((value) => new Secret(value)),
    fc.constant(computed),
    fc
      .tuple(fc.string(), fc.option(fc.string(), { nil: undefined }))
      .map(([urn, id]) => new ResourceReference(urn, id, "1.0.0")),
    fc.string().map((text) => new Asset({ text }, "aa")),
    fc.string({ minLength: 1 }).map((path) => new Archive({ path }, "")),
    fc
      .dictionary(
        fc.string(),
        fc.string().map((text) => new Asset({ text }, "")),
        { maxKeys: 3, noNullPrototype: true },
      )
      .map((assets) => new Archive({ assets }, "bb")),
  ),
})).value;

describe("property values in a checkpoint", () => {
  it("come back as they went", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(throughFile(value)).toStrictEqual(value);
      }),
    );
  });

  it("come back from the form for people as they went", () => {
    fc.assert(
      fc.property(values, (value) => {
        const json = JSON.parse(encodeGoJson(encodeProperty(value, plaintextWriter))) as ParsedJson;
        expect(decodeProperty(json, "value", reader)).toStrictEqual(value);
      }),
    );
  });

  it("hold for a secret the JSON text of what it hides, escaped as Go does", () => {
    expect(write(new Secret("a<b"))).toEqual({ [SIG]: SECRET_SIGNATURE, ciphertext: 'enc:"a\\u003cb"' });
  });

  it("encrypt a secret inside a secret once", () => {
    expect(write(new Secret({ inner: new Secret("x") }))).toEqual({
      [SIG]: SECRET_SIGNATURE,
      ciphertext: `enc:{"inner":{"${SIG}":"${SECRET_SIGNATURE}","ciphertext":"\\"x\\""}}`,
    });
  });

  it("show secrets in clear where asked", () => {
    expect(encodeProperty(new Secret(1), plaintextWriter)).toEqual({
      [SIG]: SECRET_SIGNATURE,
      plaintext: "1",
    });
  });

  it("lose the dependencies of an output, but neither its secretness nor that it is unknown", () => {
    expect(write(new OutputValue("v", false, ["urn"]))).toBe("v");
    expect(throughFile(new OutputValue("v", true, []))).toStrictEqual(new Secret("v"));
    expect(write(new OutputValue(undefined, false, []))).toBe(UNKNOWN_VALUE);
  });

  it("write the unknown id of a reference as an empty one", () => {
    expect(write(new ResourceReference("urn", computed, ""))).toMatchObject({ id: "", packageVersion: "" });
  });

  it("read an asset that has no content as an empty text", () => {
    const json = { [SIG]: "c44067f5952c0a294b673a41bacd8c17" };
    expect(decodeProperty(json, "value", reader)).toStrictEqual(new Asset({ text: "" }, ""));
    expect(write(new Asset({ text: "" }, ""))).toEqual(json);
    expect(throughFile(new Asset({ uri: "https://x" }, ""))).toStrictEqual(
      new Asset({ uri: "https://x" }, ""),
    );
    expect(throughFile(new Archive({ uri: "https://x" }, ""))).toStrictEqual(
      new Archive({ uri: "https://x" }, ""),
    );
  });

  it("read references whose id was wrapped by an older release", () => {
    const wrapped = (id: ParsedJson) =>
      decodeProperty({ [SIG]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id }, "value", reader);
    expect(wrapped({ V: "id" })).toStrictEqual(new ResourceReference("u", "id", ""));
    expect(wrapped({ V: null })).toStrictEqual(new ResourceReference("u", undefined, ""));
    expect(wrapped({ V: {} })).toStrictEqual(new ResourceReference("u", "", ""));
  });

  it("keep what JSON has no number for", () => {
    const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
    expect(throughFile(numbers)).toStrictEqual(numbers);
    expect(write(Number.POSITIVE_INFINITY)).toMatchObject({ value: "7ff0000000000000" });
  });

  it("carry strings that are not UTF-8 without reading them", () => {
    const bytes = { [SIG]: "803fd3297a5875dc03ca845dda5d2a98", value: "/w==" };
    expect(write(decodeProperty(bytes, "value", reader))).toEqual(bytes);
  });

  it("keep archives inside archives", () => {
    const nested = new Archive({ assets: { a: new Archive({ path: "x" }, "") } }, "");
    expect(throughFile(nested)).toStrictEqual(nested);
  });
});

describe("malformed values", () => {
  const bad: readonly (readonly [string, ParsedJson, string])[] = [
    ["an unknown signature", { [SIG]: "nope" }, "has an unrecognized signature"],
    ["a secret without content", { [SIG]: SECRET_SIGNATURE }, "exactly one of"],
    [
      "a secret with both forms",
      { [SIG]: SECRET_SIGNATURE, ciphertext: "a", plaintext: "b" },
      "exactly one of",
    ],
    ["a secret that is not JSON", { [SIG]: SECRET_SIGNATURE, plaintext: "hunter2" }, "is not JSON"],
    ["a reference without URN", { [SIG]: "5cf8f73096256a8f31e491e813e4eb8e" }, "'urn' must be a text"],
    [
      "a reference with a bad id",
      { [SIG]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id: 1 },
      "'id' must be",
    ],
    [
      "a reference with a badly wrapped id",
      { [SIG]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id: { V: 1 } },
      "'id' must be",
    ],
    [
      "a float without bits",
      { [SIG]: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c", value: "xyz" },
      "malformed float",
    ],
    [
      "a foreign archive member",
      { [SIG]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { a: {} } },
      "not an asset",
    ],
    ["a number out of range", Number.POSITIVE_INFINITY, "number out of range"],
  ];
  it.each(bad)("%s is refused with its place", (_what, json, message) => {
    const read = () => decodeProperties({ a: [json] }, "inputs", reader);
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).toThrow("inputs.a[0]");
  });

  it("that hold a secret do not repeat it in the error", () => {
    const json = { [SIG]: SECRET_SIGNATURE, plaintext: "hunter2" };
    expect(() => decodeProperty(json, "value", reader)).not.toThrow("hunter2");
  });

  it("nested without end are refused", () => {
    const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as ParsedJson;
    expect(() => decodeProperty(deep, "value", reader)).toThrow("nested too deeply");
    expect(findCiphertexts(deep).size).toBe(0);
    const archive = Array.from({ length: 1100 }).reduce<ParsedJson>(
      (inner) => ({ [SIG]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { a: inner } }),
      { [SIG]: "c44067f5952c0a294b673a41bacd8c17" },
    );
    expect(() => decodeProperty(archive, "value", reader)).toThrow("nested too deeply");
  });
});
