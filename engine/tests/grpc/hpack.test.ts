import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ERROR_CODE, Http2Error } from "../../src/grpc/http2/constants.ts";
import { type Header, HpackDecoder } from "../../src/grpc/http2/hpack-decoder.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

const request = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "www.example.com"],
] as const;
const requests: readonly (readonly Header[])[] = [
  request,
  [...request, ["cache-control", "no-cache"]],
  [
    [":method", "GET"],
    [":scheme", "https"],
    [":path", "/index.html"],
    [":authority", "www.example.com"],
    ["custom-key", "custom-value"],
  ],
];

const DATE = "Mon, 21 Oct 2013 20:13:21 GMT";
const response = (status: string): readonly Header[] => [
  [":status", status],
  ["cache-control", "private"],
  ["date", DATE],
  ["location", "https://www.example.com"],
];
const COOKIE = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
const responses: readonly (readonly Header[])[] = [
  response("302"),
  response("307"),
  [
    [":status", "200"],
    ["cache-control", "private"],
    ["date", DATE.replace(":21 GMT", ":22 GMT")],
    ["location", "https://www.example.com"],
    ["content-encoding", "gzip"],
    ["set-cookie", COOKIE],
  ],
];
/** The examples of responses have a table of 256 bytes, which is announced here first. */
const SMALL_TABLE = "3fe101";

const EXAMPLES = [
  {
    name: "C.2.1",
    blocks: ["400a637573746f6d2d6b65790d637573746f6d2d686561646572"],
    is: [[["custom-key", "custom-header"]]],
  },
  { name: "C.2.2", blocks: ["040c2f73616d706c652f70617468"], is: [[[":path", "/sample/path"]]] },
  { name: "C.2.3", blocks: ["100870617373776f726406736563726574"], is: [[["password", "secret"]]] },
  { name: "C.2.4", blocks: ["82"], is: [[[":method", "GET"]]] },
  {
    name: "C.3 (requests)",
    blocks: [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    is: requests,
  },
  {
    name: "C.4 (requests, Huffman)",
    blocks: [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
    is: requests,
  },
  {
    name: "C.5 (responses, with eviction)",
    blocks: [
      `${SMALL_TABLE}4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d`,
      "4803333037c1c0bf",
      "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
    ],
    is: responses,
  },
  {
    name: "C.6 (responses, Huffman, with eviction)",
    blocks: [
      `${SMALL_TABLE}488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3`,
      "4883640effc1c0bf",
      "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
    is: responses,
  },
];

describe("HpackDecoder", () => {
  it.each(EXAMPLES)("decodes the RFC's example $name", ({ blocks, is }) => {
    const decoder = new HpackDecoder();
    expect(blocks.map((block) => decoder.decode(hex(block)))).toEqual(is);
  });

  it("forgets what does not fit into a table that became smaller", () => {
    const decoder = new HpackDecoder();
    decoder.decode(hex("400161 0162"));
    expect(decoder.decode(hex("be"))).toEqual([["a", "b"]]);
    expect(decoder.decode(hex("20"))).toEqual([]);
    expect(() => decoder.decode(hex("be"))).toThrow("entry 62");
  });

  it("decodes a header that is larger than the table, and keeps nothing of it", () => {
    const decoder = new HpackDecoder();
    decoder.decode(hex("400161 0162"));
    const block = Buffer.concat([hex("4001617f a11f"), Buffer.alloc(4128, "x")]);
    expect(decoder.decode(block)).toEqual([["a", "x".repeat(4128)]]);
    expect(() => decoder.decode(hex("be"))).toThrow(Http2Error);
  });

  it("reads a header that is never to be indexed, and one with an indexed name", () => {
    expect(new HpackDecoder().decode(hex("1001610162 040163 000000"))).toEqual([
      ["a", "b"],
      [":path", "c"],
      ["", ""],
    ]);
  });
});

describe("a malformed header block", () => {
  it.each([
    ["an index of 0", "80"],
    ["an index beyond both tables", "be"],
    ["an index without an end", "ff"],
    ["an index without bounds", "ffffffffffff7f"],
    ["the name of no entry", "7f0001 61"],
    ["a literal without a name", "40"],
    ["a literal without a value", "400161"],
    ["a text that is cut off", "40016103 6161"],
    ["a text longer than memory", "400161 7fffffffff7f"],
    ["a table larger than allowed", "3fe21f"],
    ["a change of the table after a header", "8220"],
    ["the end of a Huffman text as a letter", "400161 84ffffffff"],
    ["a Huffman text filled up with zeros", "400161 8118"],
    ["a Huffman text filled up with a byte too many", "400161 821fff"],
    ["a Huffman code that is cut off", "400161 83ffffff"],
  ])("is refused: %s", (_what, block) => {
    const decode = () => new HpackDecoder().decode(hex(block));
    expect(decode).toThrow(Http2Error);
    expect(decode).toThrow(expect.objectContaining({ code: ERROR_CODE.compression }));
  });

  it("does not fill the memory with a table's entry named again and again", () => {
    const decoder = new HpackDecoder();
    decoder.decode(Buffer.concat([hex("400161 7f a11e"), Buffer.alloc(4000, "x")]));
    const block = Buffer.alloc(100_000, 0xbe);
    expect(() => decoder.decode(block)).toThrow(
      expect.objectContaining({ code: ERROR_CODE.enhanceYourCalm }),
    );
  });
});

/** Texts as headers carry them: a byte each. */
const latin1 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

describe("encodeHeaders", () => {
  it("encodes what a decoder reads back, whatever it has decoded before", () => {
    const decoder = new HpackDecoder();
    const headers = fc.array(fc.tuple(latin1, latin1), { maxLength: 20 });
    fc.assert(
      fc.property(headers, (list) => {
        expect(decoder.decode(encodeHeaders(list))).toEqual(list);
      }),
    );
  });

  it("names the headers that every connection knows", () => {
    expect(encodeHeaders([[":method", "POST"]])).toEqual(hex("83"));
    expect(encodeHeaders([[":path", "/sample/path"]])).toEqual(hex("040c2f73616d706c652f70617468"));
  });
});
