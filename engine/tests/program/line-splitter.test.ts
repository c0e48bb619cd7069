import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../src/program/line-splitter.ts";

function split(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  splitter.end();
  return lines;
}

describe("LineSplitter", () => {
  it("puts lines together that come in pieces", () => {
    expect(split(["a", "b\nc", "\n\nd"])).toEqual(["ab\n", "c\n", "\n", "d"]);
  });

  it("does not hold back a line without an end", () => {
    const long = "x".repeat(1024 * 1024 + 1);
    expect(split([long, "y\n"])).toEqual([long, "y\n"]);
  });

  it("loses nothing, however the text is cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n") });
    fc.assert(
      fc.property(fc.array(text), (chunks) => {
        const lines = split(chunks);
        expect(lines.join("")).toBe(chunks.join(""));
        expect(lines.slice(0, -1).every((line) => /^[^\n]*\n$/.test(line))).toBe(true);
      }),
    );
  });
});
