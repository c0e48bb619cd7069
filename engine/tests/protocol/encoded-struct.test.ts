import resource from "@pulumi/pulumi/proto/resource_pb.js";
import fc from "fast-check";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { EncodedStruct } from "../../src/protocol/encoded-struct.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { leavingStructs } from "../../src/protocol/struct-fields.ts";
import { decodeStruct, type EncodeOptions, encodeStruct } from "../../src/protocol/wire.ts";

const { Struct } = structProtocol;
const ALL: EncodeOptions = { keepSecrets: true, keepResources: true, keepOutputs: true, keepUnknowns: true };

const json = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<structProtocol.JavaScriptValue>);

function malformed(...bytes: readonly number[]) {
  return expect(() => decodeStruct(new EncodedStruct(Uint8Array.of(...bytes))));
}

describe("a property map as bytes", () => {
  it("is what the official library writes and reads", () => {
    fc.assert(
      fc.property(json, (map) => {
        const official = Struct.fromJavaScript(map);
        const plain = official.toJavaScript();
        expect(decodeStruct(new EncodedStruct(official.serializeBinary()))).toEqual(plain);
        expect(decodeStruct(official)).toEqual(plain);
        const encoded = encodeStruct(map as PropertyMap, ALL);
        expect(Struct.deserializeBinary(new Uint8Array(encoded.serializeBinary())).toJavaScript()).toEqual(
          plain,
        );
        expect(encoded.toJavaScript()).toEqual(plain);
      }),
    );
  });

  it("passes by fields that it does not know", () => {
    const value = [0x1a, 1, 65, 0x78, 1];
    const entry = [0x0a, 1, 107, 0x12, value.length, ...value, 0x1a, 1, 0];
    const bytes = Uint8Array.of(0x0a, entry.length, ...entry, 0x10, 7);
    expect(decodeStruct(new EncodedStruct(bytes))).toEqual({ k: "A" });
    const list = Uint8Array.of(0x0a, 8, 0x12, 6, 0x32, 4, 0x10, 1, 0x18, 2);
    expect(decodeStruct(new EncodedStruct(list))).toEqual({ "": [] });
  });

  it("is refused where a part is cut off, or longer than what it is in, or has no kind", () => {
    malformed(0x0a).toThrow(/malformed property value: its bytes are not a message/);
    malformed(0x0a, 9, 0x12).toThrow("a part is longer than the whole");
    malformed(0x0a, 4, 0x12, 2, 0x1a, 9).toThrow("a part is longer than the whole");
    malformed(0x0a, 5, 0x12, 3, 0x1a, 2, 65, 0x10, 1).toThrow("a part is longer than the whole");
    malformed(0x0a, 2, 0x12, 0).toThrow("a value without a kind");
    malformed(0x0a, 0).toThrow("a value without a kind");
  });
});

describe("leavingStructs", () => {
  const { RegisterResourceOutputsRequest } = resource;
  const decode = leavingStructs(
    (bytes) => RegisterResourceOutputsRequest.deserializeBinary(new Uint8Array(bytes)),
    { 2: (message, struct) => message.setOutputs(struct) },
  );

  it("decodes what any decoder does, and writes it as it was", () => {
    fc.assert(
      fc.property(json, (map) => {
        const bytes = new RegisterResourceOutputsRequest()
          .setUrn("urn")
          .setOutputs(Struct.fromJavaScript(map))
          .serializeBinary();
        const message = decode(Buffer.from(bytes));
        expect(message.getUrn()).toBe("urn");
        expect(decodeStruct(message.getOutputs())).toEqual(Struct.fromJavaScript(map).toJavaScript());
        expect(Buffer.from(message.serializeBinary())).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("leaves a field that is there twice to the message's own decoder", () => {
    const twice = Buffer.concat(
      ["a", "b"].map((name) => {
        const outputs = Struct.fromJavaScript({ [name]: 1 });
        return Buffer.from(new RegisterResourceOutputsRequest().setOutputs(outputs).serializeBinary());
      }),
    );
    expect(decodeStruct(decode(twice).getOutputs())).toEqual({ b: 1 });
  });
});
