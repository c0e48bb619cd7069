import fc from "fast-check";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import {
  BYTE_STRING_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_SENTINELS,
  UNKNOWN_VALUE,
} from "../../src/protocol/signatures.ts";
import { decodeStruct, decodeValue, type EncodeOptions, encodeStruct } from "../../src/protocol/wire.ts";

const { Struct, Value } = structProtocol;
const ALL: EncodeOptions = { keepSecrets: true, keepResources: true, keepOutputs: true, keepUnknowns: true };
const NONE: EncodeOptions = {
  keepSecrets: false,
  keepResources: false,
  keepOutputs: false,
  keepUnknowns: false,
};

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const URN = "urn:pulumi:dev::p::t:m:T::n";

/** What the other side sees: plain JavaScript. */
function wire(value: PropertyValue, options: EncodeOptions = ALL): unknown {
  return encodeStruct({ value }, options).toJavaScript()["value"];
}

type Json = structProtocol.JavaScriptValue;
function decode(value: unknown): PropertyValue | undefined {
  return decodeStruct(Struct.fromJavaScript({ value: value as Json }))["value"];
}

describe("encodeStruct", () => {
  it("sends plain values as they are and leaves out undefined", () => {
    const map = {
      s: "é\u0000",
      n: -0,
      b: false,
      nul: null,
      list: [1, [null]],
      o: { "a.b": {} },
      gone: undefined,
    };
    expect(encodeStruct(map as unknown as PropertyMap, ALL).toJavaScript()).toEqual({
      s: "é\u0000",
      n: -0,
      b: false,
      nul: null,
      list: [1, [null]],
      o: { "a.b": {} },
    });
  });

  it("gives every special kind its signature", () => {
    expect(wire(new Secret(computed))).toEqual({ [SIGNATURE_KEY]: SECRET, value: UNKNOWN_VALUE });
    expect(wire(computed)).toBe(UNKNOWN_VALUE);
    expect(wire(new OutputValue([1], true, [URN]))).toEqual({
      [SIGNATURE_KEY]: OUTPUT,
      value: [1],
      secret: true,
      dependencies: [URN],
    });
    expect(wire(new OutputValue(undefined, false, []))).toEqual({ [SIGNATURE_KEY]: OUTPUT });
    const named = { urn: URN, name: "n", type: "t:m:T" };
    expect(wire(new ResourceReference(URN, "i", "1.0.0"))).toEqual({
      ...{ [SIGNATURE_KEY]: REFERENCE, ...named },
      id: "i",
      packageVersion: "1.0.0",
    });
    expect(wire(new ResourceReference(URN, undefined, ""))).toEqual({ [SIGNATURE_KEY]: REFERENCE, ...named });
    expect(wire(new ResourceReference("urn:odd", undefined, ""))).toEqual({
      [SIGNATURE_KEY]: REFERENCE,
      urn: "urn:odd",
    });
    const nested = "urn:pulumi:dev::p::t:m:Top$t:m:T::a::b";
    expect(wire(new ResourceReference(nested, "i", ""))).toMatchObject({ name: "a::b", type: "t:m:T" });
    expect(wire(new ResourceReference(URN, computed, ""))).toMatchObject({ id: "" });
    expect(wire(new Asset({ text: "x" }, "h"))).toEqual({ [SIGNATURE_KEY]: ASSET, text: "x", hash: "h" });
    expect(wire(new Archive({ uri: "https://h/a.zip" }, ""))).toEqual({
      [SIGNATURE_KEY]: ARCHIVE,
      uri: "https://h/a.zip",
    });
    expect(
      wire(
        new Archive({ assets: { a: new Asset({ path: "p" }, ""), b: new Archive({ path: "q" }, "") } }, "h"),
      ),
    ).toEqual({
      [SIGNATURE_KEY]: ARCHIVE,
      hash: "h",
      assets: { a: { [SIGNATURE_KEY]: ASSET, path: "p" }, b: { [SIGNATURE_KEY]: ARCHIVE, path: "q" } },
    });
  });

  it("unwraps what the receiver does not understand", () => {
    const map = {
      secret: new Secret({ a: new Secret(1) }),
      resource: new ResourceReference(URN, "i", ""),
      component: new ResourceReference(URN, undefined, ""),
      unknownId: new ResourceReference(URN, computed, ""),
      output: new OutputValue(null, true, [URN]),
      unknownOutput: new OutputValue(undefined, true, []),
      unknown: computed,
      unknownSecret: new Secret(computed),
      list: [1, computed, 2],
    };
    expect(encodeStruct(map, NONE).toJavaScript()).toEqual({
      secret: { a: 1 },
      resource: "i",
      component: URN,
      output: null,
      list: [1, 2],
    });
    expect(encodeStruct(map, { ...NONE, keepUnknowns: true }).toJavaScript()).toMatchObject({
      unknownId: UNKNOWN_VALUE,
      unknownOutput: UNKNOWN_VALUE,
      unknown: UNKNOWN_VALUE,
      unknownSecret: UNKNOWN_VALUE,
      list: [1, UNKNOWN_VALUE, 2],
    });
  });

  it("sends only the hashes of assets where that is asked for", () => {
    const options = { ...ALL, elideAssets: true };
    expect(wire(new Asset({ text: "x" }, "h"), options)).toEqual({ [SIGNATURE_KEY]: ASSET, hash: "h" });
    expect(wire(new Archive({ path: "p" }, "h"), options)).toEqual({ [SIGNATURE_KEY]: ARCHIVE, hash: "h" });
  });

  it("keeps what an output is when outputs are not kept", () => {
    const options = { ...ALL, keepOutputs: false };
    expect(wire(new OutputValue("x", true, [URN]), options)).toEqual({ [SIGNATURE_KEY]: SECRET, value: "x" });
    expect(wire(new OutputValue("x", false, []), options)).toBe("x");
    expect(wire(new OutputValue(undefined, false, []), options)).toBe(UNKNOWN_VALUE);
  });
});

describe("decodeStruct", () => {
  it("takes an absent struct for an empty map", () => {
    expect(decodeStruct(undefined)).toEqual({});
  });

  it.each([...UNKNOWN_SENTINELS])("recognises the unknown sentinel %s", (sentinel) => {
    expect(decode(sentinel)).toBe(computed);
    expect(decode([sentinel])).toEqual([computed]);
    expect(decode(`${sentinel} `)).toBe(`${sentinel} `);
  });

  it("takes an output whose value is unknown for an unknown output", () => {
    expect(decode({ [SIGNATURE_KEY]: OUTPUT, value: UNKNOWN_VALUE })).toEqual(
      new OutputValue(undefined, false, []),
    );
  });

  it("tells the ids of references apart", () => {
    const reference = (id?: unknown) =>
      decode({ [SIGNATURE_KEY]: REFERENCE, urn: URN, ...(id === undefined ? {} : { id }) });
    expect(reference("i")).toEqual(new ResourceReference(URN, "i", ""));
    expect(reference("")).toEqual(new ResourceReference(URN, computed, ""));
    expect(reference(UNKNOWN_VALUE)).toEqual(new ResourceReference(URN, computed, ""));
    expect(reference()).toEqual(new ResourceReference(URN, undefined, ""));
    expect(reference(null)).toEqual(new ResourceReference(URN, undefined, ""));
  });

  it("takes assets whose empty fields were left out", () => {
    expect(decode({ [SIGNATURE_KEY]: ASSET, hash: "h" })).toEqual(new Asset({ text: "" }, "h"));
    expect(decode({ [SIGNATURE_KEY]: ASSET, text: "", path: "p" })).toEqual(new Asset({ path: "p" }, ""));
    expect(decode({ [SIGNATURE_KEY]: ARCHIVE })).toEqual(new Archive({ assets: {} }, ""));
  });

  it.each([
    ["an unknown signature", { [SIGNATURE_KEY]: "nonsense" }],
    ["a signature that is no string", { [SIGNATURE_KEY]: 1 }],
    ["a secret without a value", { [SIGNATURE_KEY]: SECRET }],
    ["an output with a bad secret flag", { [SIGNATURE_KEY]: OUTPUT, secret: "yes" }],
    ["an output with bad dependencies", { [SIGNATURE_KEY]: OUTPUT, dependencies: [1] }],
    ["an output with a dependency in place of a list", { [SIGNATURE_KEY]: OUTPUT, dependencies: "urn" }],
    ["a reference without a URN", { [SIGNATURE_KEY]: REFERENCE }],
    ["a reference with a bad URN", { [SIGNATURE_KEY]: REFERENCE, urn: {} }],
    ["a reference with a bad id", { [SIGNATURE_KEY]: REFERENCE, urn: URN, id: 1 }],
    ["an asset with two sources", { [SIGNATURE_KEY]: ASSET, text: "x", path: "p" }],
    ["an asset with a bad hash", { [SIGNATURE_KEY]: ASSET, text: "x", hash: 1 }],
    ["an archive with two sources", { [SIGNATURE_KEY]: ARCHIVE, uri: "u", path: "p" }],
    ["an archive with assets and a path", { [SIGNATURE_KEY]: ARCHIVE, path: "p", assets: { a: 1 } }],
    ["an archive of something else", { [SIGNATURE_KEY]: ARCHIVE, assets: { a: "text" } }],
    ["an archive whose assets are a list", { [SIGNATURE_KEY]: ARCHIVE, assets: [] }],
  ])("refuses %s", (_, value) => {
    expect(() => decode(value)).toThrowError(
      expect.objectContaining({
        code: "wire-invalid",
        message: expect.stringMatching(/^malformed property value/),
      }),
    );
  });

  it("refuses a value without a kind", () => {
    expect(() => decodeValue(new Value())).toThrow("a value without a kind");
  });
});

const key = fc.string().filter((name) => name !== "__proto__" && name !== SIGNATURE_KEY);
const word = fc.string({ minLength: 1 }).filter((text) => !UNKNOWN_SENTINELS.has(text));
const { value: anyValue } = fc.letrec<{ value: PropertyValue; archive: Archive; asset: Asset }>((tie) => ({
  asset: fc
    .tuple(
      fc.oneof(
        fc.string().map((text) => ({ text })),
        word.map((path) => ({ path })),
        word.map((uri) => ({ uri })),
      ),
      fc.string(),
    )
    .map(([source, hash]) => new Asset(source, hash)),
  archive: fc.oneof(
    { maxDepth: 2 },
    word.map((path) => new Archive({ path }, "")),
    word.map((uri) => new Archive({ uri }, "h")),
    fc
      .dictionary(key, fc.oneof(tie("asset"), tie("archive")), { noNullPrototype: true })
      .map((assets) => new Archive({ assets }, "")),
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.string(),
    fc.constant(computed),
    tie("asset"),
    tie("archive"),
    fc
      .tuple(word, fc.oneof(word, fc.constant(undefined), fc.constant(computed)), fc.string())
      .map(([urn, id, version]) => new ResourceReference(urn, id, version)),
    fc.array(tie("value")),
    fc.dictionary(key, tie("value"), { noNullPrototype: true }),
    tie("value").map((inner) => new Secret(inner)),
    fc
      .tuple(tie("value"), fc.boolean(), fc.array(word))
      .map(([inner, secret, on]) => new OutputValue(inner === computed ? undefined : inner, secret, on)),
  ),
}));
const anyMap = fc.dictionary(key, anyValue, { noNullPrototype: true });

describe("the wire", () => {
  it("carries every property map there and back", () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const bytes = encodeStruct(map, ALL).serializeBinary();
        expect(decodeStruct(Struct.deserializeBinary(bytes))).toStrictEqual(map);
      }),
    );
  });

  it("carries nothing special to a receiver that understands nothing", () => {
    const isSpecial = (value: PropertyValue): boolean =>
      value === computed ||
      value instanceof Secret ||
      value instanceof OutputValue ||
      value instanceof ResourceReference ||
      (Array.isArray(value) && value.some(isSpecial)) ||
      (typeof value === "object" && value?.constructor === Object && Object.values(value).some(isSpecial));
    fc.assert(
      fc.property(anyMap, (map) => {
        expect(isSpecial(decodeStruct(encodeStruct(map, NONE)))).toBe(false);
      }),
    );
  });

  it("carries a string that is not UTF-8 unread, to those who take it", () => {
    const bytes = { [SIGNATURE_KEY]: BYTE_STRING_SIGNATURE, value: "gP7/" };
    expect(decode(bytes)).toEqual(bytes);
    expect(decode({ ...bytes, value: "aGVsbG8=" })).toBe("hello");
    expect(wire(bytes, { ...ALL, keepByteStrings: true })).toEqual(bytes);
    expect(() => encodeStruct({ list: [{ a: 1 }, bytes] }, ALL)).toThrow(
      'the value of property "list" is a string that contains non-UTF8 bytes, which the receiver does not support',
    );
    expect(() => decode({ [SIGNATURE_KEY]: BYTE_STRING_SIGNATURE })).toThrow("a byte string without a value");
  });

  it("meets any message with a value or with one kind of error", () => {
    const signature = fc.constantFrom(SECRET, ASSET, ARCHIVE, REFERENCE, OUTPUT, "x");
    const field = fc.constantFrom(
      "value",
      "urn",
      "id",
      "text",
      "path",
      "uri",
      "assets",
      "hash",
      "secret",
      "dependencies",
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1, "", "text", UNKNOWN_VALUE),
        fc.array(tie("json")),
        fc.dictionary(field, tie("json"), { noNullPrototype: true }),
        fc
          .tuple(signature, fc.dictionary(field, tie("json"), { noNullPrototype: true }))
          .map(([sign, fields]) => ({ ...fields, [SIGNATURE_KEY]: sign })),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        try {
          decode(value);
        } catch (error) {
          expect(error).toMatchObject({ name: "UserError", code: "wire-invalid" });
        }
      }),
    );
  });
});
