import { describe, expect, it } from "vitest";
import { recordSource } from "../../src/program/source-position.ts";

const at = (uri: string, line = 2, column = 11) => {
  const position = { uri, line, column };
  return recordSource({ position, frames: [] }, "/work/shop").sourcePosition;
};

describe("recordSource", () => {
  it("makes positions relative to the project", () => {
    expect(at("file:///work/shop/index.js")).toBe("project:///index.js#2,11");
    expect(at("file:///work/shop/src/a.ts", 3, 0)).toBe("project:///src/a.ts#3");
    expect(at("file:///node_modules/@pulumi/stack.ts")).toBe(
      "project:///../../node_modules/@pulumi/stack.ts#2,11",
    );
    expect(at("file:///work/shop/my%20file.js")).toBe("project:///my%20file.js#2,11");
    expect(at("file:///work/shop/(it's)/a%23[b]@$.js")).toBe("project:///%28it%27s%29/a%23%5Bb%5D@$.js#2,11");
  });

  it("leaves out what it cannot express", () => {
    expect(at("https://example.com/a.js")).toBe("");
    expect(at("file:///work/%")).toBe("");
    expect(at("file:///work/shop/a.js", 0)).toBe("");
    expect(at("file:///work/shop/a.js", 1, -1)).toBe("");
    expect(recordSource({ position: undefined, frames: [] }, "/").sourcePosition).toBe("");
  });

  it("keeps a place for every frame", () => {
    const frame = { uri: "file:///work/shop/a.js", line: 1, column: 0 };
    expect(
      recordSource({ position: undefined, frames: [frame, undefined] }, "/work/shop").stackTrace,
    ).toEqual([{ sourcePosition: "project:///a.js#1" }, { sourcePosition: "" }]);
  });
});
