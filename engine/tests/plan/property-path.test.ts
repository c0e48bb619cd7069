import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  deleteAtPath,
  formatPropertyPath,
  getAtPath,
  parsePropertyPath,
  pathContains,
  requirePropertyPath,
  setAtPath,
} from "../../src/plan/property-path.ts";
import { Secret } from "../../src/protocol/property-value.ts";

function path(text: string): readonly (string | number)[] {
  const parsed = parsePropertyPath(text);
  if (parsed === undefined) throw new Error(`'${text}' is no path`);
  return parsed;
}

describe("a property path", () => {
  it.each([
    ["a", ["a"]],
    ["a.b[0].c", ["a", "b", 0, "c"]],
    ['a["b.c"]["d\\"e"]', ["a", "b.c", 'd"e']],
    ["*", ["*"]],
    ["a[*].b", ["a", "*", "b"]],
    ["root[-1]", ["root", -1]],
    ["#initerror", ["#initerror"]],
    ["", []],
  ])("%s is parsed", (text, elements) => {
    expect(parsePropertyPath(text)).toEqual(elements);
  });

  it.each([
    ["a[", "missing closing bracket in array index"],
    ["a[b]", 'invalid array index: strconv.ParseInt: parsing "b": invalid syntax'],
    ['a["b', "missing closing quote in property name"],
    ['a["b"', "missing closing bracket in property access"],
    [".a", "expected property path to start with a name or index"],
    ["a.", "expected property path to end with a name or index"],
  ])("%s is none: %s", (text, problem) => {
    expect(parsePropertyPath(text)).toBeUndefined();
    expect(() => requirePropertyPath(text)).toThrow(problem);
  });

  it("is formatted so that it parses to itself", () => {
    const element = fc.oneof(
      fc.nat(99),
      fc.string({ minLength: 1 }).filter((s) => !s.includes("\\")),
    );
    fc.assert(
      fc.property(fc.array(element, { minLength: 1 }), (elements) => {
        expect(parsePropertyPath(formatPropertyPath(elements))).toEqual(elements);
      }),
    );
  });

  it.each([
    ["a", "a.b", true],
    ["a.b", "a", false],
    ["*", "anything[0]", true],
    ["a[*].c", "a[3].c", true],
    ["a[0]", "a[1]", false],
    ["a.b", "a.b", true],
  ])("%s contains %s: %s", (outer, inner, contained) => {
    expect(pathContains(path(outer), path(inner))).toBe(contained);
  });
});

describe("a value at a path", () => {
  const value = { a: { b: [1, new Secret({ c: 2 })] }, s: new Secret({ t: "x" }) };

  it("is found through maps, arrays and secrets", () => {
    expect(getAtPath(value, path("a.b[1].c"))).toBe(2);
    expect(getAtPath(value, path("s.t"))).toBe("x");
    expect(getAtPath(value, path("a.b.c"))).toBeUndefined();
    expect(getAtPath(value, path("a[0]"))).toBeUndefined();
    expect(getAtPath(value, path("constructor"))).toBeUndefined();
  });

  it("is set, making maps and lengthening arrays by one", () => {
    expect(setAtPath({}, path("a.b"), 1)).toEqual({ a: { b: 1 } });
    expect(setAtPath({ a: [1] }, path("a[1]"), 2)).toEqual({ a: [1, 2] });
    expect(setAtPath({ a: [1] }, path("a[0]"), 2)).toEqual({ a: [2] });
    expect(setAtPath(undefined, path("[0].x"), 1)).toEqual([{ x: 1 }]);
    expect(setAtPath(value, path("s.t"), "y")).toEqual({ ...value, s: new Secret({ t: "y" }) });
  });

  it("is not set where something else is in the way", () => {
    expect(setAtPath({ a: 1 }, path("a.b"), 1)).toBeUndefined();
    expect(setAtPath({ a: [] }, path("a[2]"), 1)).toBeUndefined();
    expect(setAtPath({ a: {} }, path("a[0]"), 1)).toBeUndefined();
    expect(setAtPath({ a: new Secret(1) }, path("a.b"), 1)).toBeUndefined();
  });

  it("is deleted", () => {
    expect(deleteAtPath({ a: { b: 1, c: 2 } }, path("a.b"))).toEqual({ a: { c: 2 } });
    expect(deleteAtPath({ a: [1, 2, 3] }, path("a[1]"))).toEqual({ a: [1, 3] });
    expect(deleteAtPath([{ b: 1 }], path("[0].b"))).toEqual([{}]);
    expect(deleteAtPath({ s: new Secret({ t: 1 }) }, path("s.t"))).toEqual({ s: new Secret({}) });
  });

  it("is not deleted where it is not", () => {
    for (const text of ["", "x", "a[0]", "a.b.c", "l[5]", "l[0].x"]) {
      expect(deleteAtPath({ a: { b: 1 }, l: [{}] }, path(text))).toBeUndefined();
    }
  });
});
