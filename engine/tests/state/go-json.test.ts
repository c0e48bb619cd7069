import { describe, expect, it } from "vitest";
import {
  compareUtf8,
  encodeGoJson,
  encodeGoJsonBytes,
  JsonRecord,
  JsonText,
  SharedJson,
} from "../../src/state/go-json.ts";

describe("encodeGoJson", () => {
  it("sorts maps by the bytes of their keys and keeps the order of records", () => {
    const record = new JsonRecord([
      ["z", 1],
      ["left out", undefined],
      ["a", { b: 1, "10": 2, "9": 3 }],
    ]);
    expect(encodeGoJson(record)).toBe('{"z":1,"a":{"10":2,"9":3,"b":1}}');
  });

  it("writes numbers as Go does", () => {
    const numbers = [0, -0, 1.25, 1e21, 1e-7, 123456789012345680000, 5e-324, -0.5];
    expect(encodeGoJson(numbers)).toBe("[0,-0,1.25,1e+21,1e-7,123456789012345680000,5e-324,-0.5]");
  });

  it("escapes line separators always and HTML only when asked", () => {
    const text = "<a>&\u2028\u2029\u0001é🦜";
    expect(encodeGoJson(text)).toBe('"<a>&\\u2028\\u2029\\u0001é🦜"');
    expect(encodeGoJson(text, { escapeHtml: true })).toBe('"\\u003ca\\u003e\\u0026\\u2028\\u2029\\u0001é🦜"');
  });

  it("indents lists and objects, and leaves empty ones on one line", () => {
    const value = { list: [1, { a: null }], none: [], nothing: {}, yes: true };
    expect(encodeGoJson(value, { indent: 2 })).toBe(JSON.stringify(value, null, 2));
  });

  it("puts finished text in as it is", () => {
    expect(encodeGoJson([new JsonText('{"b":1,"a":2}')])).toBe('[{"b":1,"a":2}]');
  });

  it("gives the same as bytes, also where finished texts are long", () => {
    const long = JSON.stringify(`é🦜${"x".repeat(2000)}`);
    const value = [new JsonText(long), { "\u2028": "é" }, new JsonText("1"), new JsonText(long)];
    const text = encodeGoJson(value);
    expect(text).toBe(`[${long},{"\\u2028":"é"},1,${long}]`);
    expect(encodeGoJsonBytes(value)).toEqual(Buffer.from(text));
  });

  it("writes a shared value as any other, in every style", () => {
    const value = [{ a: "<" }, {}];
    const shared = [new SharedJson(value), new SharedJson(value)];
    for (const style of [{}, { escapeHtml: true }, { indent: 2 }])
      expect(encodeGoJson(shared, style)).toBe(encodeGoJson([value, value], style));
  });
});

describe("compareUtf8", () => {
  it("puts characters above the basic plane after all others", () => {
    const keys = ["\u{1f99c}", "\uffee", "ab", "a", "é", "\ud7ff"];
    const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(keys.toSorted(compareUtf8)).toEqual(byBytes);
  });
});
