import resource from "@pulumi/pulumi/proto/resource_pb.js";
import source from "@pulumi/pulumi/proto/source_pb.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegisterDecoder } from "../../src/protocol/register-decoder.ts";
import { cutFields } from "../../src/protocol/wire-fields.ts";

function registration(name: string, lines: readonly number[]) {
  const frames = lines.map((line) => {
    const position = new source.SourcePosition().setUri("file:///work/index.js").setLine(line).setColumn(3);
    return new source.StackFrame().setPc(position);
  });
  return new resource.RegisterResourceRequest()
    .setType("toy:index:Thing")
    .setName(name)
    .setCustom(true)
    .setStacktrace(new source.StackTrace().setFramesList(frames))
    .setAliasspecs(true)
    .setReplacementTrigger(undefined);
}

describe("the decoder of registrations", () => {
  it("decodes what any decoder does", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat({ max: 2 ** 31 - 1 })), (name, lines) => {
        const bytes = registration(name, lines).serializeBinary();
        const decoded = createRegisterDecoder()(Buffer.from(bytes));
        const plain = resource.RegisterResourceRequest.deserializeBinary(bytes);
        expect(decoded.toObject()).toEqual(plain.toObject());
      }),
    );
  });

  it("shares the stacks of resources that were made in one place", () => {
    const decode = createRegisterDecoder();
    const [a, b, elsewhere] = [
      registration("a", [1, 2]),
      registration("b", [1, 2]),
      registration("c", [1, 3]),
    ].map((message) => decode(message.serializeBinary()).getStacktrace());
    expect(a).toBe(b);
    expect(elsewhere).not.toBe(a);
  });

  it("decodes what stands in the same bytes one after the other", () => {
    const decode = createRegisterDecoder();
    const memory = Buffer.from(registration("a", [1]).serializeBinary());
    expect(decode(memory).getStacktrace()?.getFramesList()[0]?.getPc()?.getLine()).toBe(1);
    memory.set(registration("a", [2]).serializeBinary());
    expect(decode(memory).getStacktrace()?.getFramesList()[0]?.getPc()?.getLine()).toBe(2);
  });

  it("does without a stack, and leaves a broken message to the decoder of all others", () => {
    const decode = createRegisterDecoder();
    const bare = new resource.RegisterResourceRequest().setName("bare");
    expect(decode(bare.serializeBinary()).getStacktrace()).toBeUndefined();
    const bytes = registration("a", [1]).serializeBinary();
    expect(() => decode(bytes.subarray(0, bytes.length - 2))).toThrow();
  });
});

describe("cutFields", () => {
  it("cuts nothing of bytes that are no message, nor a field that is there twice or has no length", () => {
    expect(cutFields(Uint8Array.of(0x0b), [1])).toBeUndefined();
    expect(cutFields(Uint8Array.of(0x80), [1])).toBeUndefined();
    expect(cutFields(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x01), [1])).toBeUndefined();
    expect(cutFields(Uint8Array.of(0x0a, 1, 7, 0x0a, 1, 7), [1])).toBeUndefined();
    expect(cutFields(Uint8Array.of(0x08, 7), [1])).toBeUndefined();
  });

  it("passes by values of every kind", () => {
    const fields = [0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4];
    const bytes = Uint8Array.of(...fields, 0x22, 2, 65, 66, 0x28, 9, 0x32, 1, 67);
    expect(cutFields(bytes, [4, 6])).toEqual({
      rest: Buffer.of(...fields, 0x28, 9),
      contents: new Map([
        [4, Uint8Array.of(65, 66)],
        [6, Uint8Array.of(67)],
      ]),
    });
  });

  it("never fails, whatever it is given", () => {
    fc.assert(fc.property(fc.uint8Array(), fc.nat(40), (bytes, field) => void cutFields(bytes, [field])));
  });
});
