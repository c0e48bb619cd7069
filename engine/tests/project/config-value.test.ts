import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import {
  coerceText,
  configText,
  displayConfigKey,
  getAt,
  hasSecure,
  isSecure,
  mapSecure,
  parseConfigKey,
  parseKeyPath,
  removeAt,
  setAt,
} from "../../src/project/config-value.ts";

describe("configuration keys", () => {
  it("get the project's namespace where they have none", () => {
    expect(parseConfigKey("a", "p")).toBe("p:a");
    expect(parseConfigKey("aws:region", "p")).toBe("aws:region");
    expect(parseConfigKey("aws:config:region", "p")).toBe("aws:region");
    expect(() => parseConfigKey("a:b:c", "p")).toThrow("could not parse a:b:c as a configuration key");
  });

  it("are shown without the project's own namespace", () => {
    expect(displayConfigKey("p:a", "p")).toBe("a");
    expect(displayConfigKey("q:a", "p")).toBe("q:a");
  });

  it("may be followed by a path", () => {
    expect(parseKeyPath("db.password", "p")).toEqual({ key: "p:db", path: ["password"] });
    expect(parseKeyPath("aws:tags[0].a", "p")).toEqual({ key: "aws:tags", path: [0, "a"] });
    expect(parseKeyPath('["a.b"]["c.d"]', "p")).toEqual({ key: "p:a.b", path: ["c.d"] });
    expect(parseKeyPath("a", "p")).toEqual({ key: "p:a", path: [] });
    expect(parseKeyPath("my.project:a", "p")).toEqual({ key: "p:my", path: ["project:a"] });
    expect(parseKeyPath('["a:b"].c', "p")).toEqual({ key: "p:a:b", path: ["c"] });
    const bad = {
      "[0]": "first path segement of config key must be a string",
      '[""]': "config key is empty",
      "": "empty config key path",
      "p:": "empty config key path",
      "a[": "invalid config key path: missing closing bracket in array index",
      "a.[0]": "invalid config key path: expected property name after '.'",
    };
    for (const [text, message] of Object.entries(bad)) {
      expect(() => parseKeyPath(text, "p"), text).toThrow(message);
    }
  });
});

describe("values on a command line", () => {
  it("are typed inside maps and lists", () => {
    const typed = ["true", "false", "0", "-12", "99", "+5", "-01", "18446744073709551615"].map(coerceText);
    expect(typed).toEqual([true, false, 0, -12, 99, 5, -1, 18446744073709551615n]);
    const texts = ["01", "1.5", "x", "", "18446744073709551616", "-9223372036854775809", "+"];
    expect(texts.map(coerceText)).toEqual(texts);
  });
});

describe("encrypted values", () => {
  it("are maps with the one key `secure`", () => {
    expect(isSecure({ secure: "x" })).toBe(true);
    for (const value of [{ secure: 1 }, { secure: "x", more: 1 }, "secure", null, [], undefined]) {
      expect(isSecure(value)).toBe(false);
    }
    expect(hasSecure({ a: [{ b: { secure: "x" } }] })).toBe(true);
    expect(hasSecure({ a: [1, null] })).toBe(false);
  });

  it("are changed wherever they are", async () => {
    const value = { a: [{ secure: "x" }, 1, null], b: { secure: "y" } };
    expect(await mapSecure(value, async (text) => text.toUpperCase())).toEqual({ a: ["X", 1, null], b: "Y" });
  });
});

describe("configText", () => {
  it("is a text itself, or JSON with sorted keys", () => {
    expect(configText("a")).toBe("a");
    expect(configText(1)).toBe("1");
    expect(configText({ b: [true, "<"], a: null })).toBe('{"a":null,"b":[true,"\\u003c"]}');
  });
});

describe("paths into values", () => {
  it("make maps and lists on the way", () => {
    expect(setAt(undefined, [], "v")).toBe("v");
    expect(setAt(undefined, ["a", 0, "b"], 1)).toEqual({ a: [{ b: 1 }] });
    expect(setAt({ a: [1] }, ["a", 1], 2)).toEqual({ a: [1, 2] });
    expect(setAt({ a: [1, 2] }, ["a", 0], 3)).toEqual({ a: [3, 2] });
    expect(setAt("plain", ["a"], 1)).toEqual({ a: 1 });
    expect(setAt({ secure: "x" }, ["a"], 1)).toEqual({ a: 1 });
    expect(setAt({ a: null }, ["a", "b"], 1)).toEqual({ a: { b: 1 } });
    expect(setAt(undefined, ["a", 2, 1], 1)).toEqual({ a: [null, null, [null, 1]] });
  });

  it("that lead nowhere are errors", () => {
    expect(() => setAt({ a: "x" }, ["a", "b"], 1)).toThrow("a: expected a map");
    expect(() => setAt({ a: "x" }, ["a", 0], 1)).toThrow("a: expected an array");
    expect(() => setAt({ a: [] }, ["a", "b"], 1)).toThrow("a.b: key for an array must be an int");
    expect(() => setAt({ a: [] }, ["a", 1], 1)).toThrow("a[1]: array index out of range");
    expect(() => setAt({ a: [] }, ["a", -1], 1)).toThrow("array index out of range");
    expect(() => setAt(undefined, [-1], 1)).toThrow("[-1]: array index out of range");
    expect(() => setAt({ a: {} }, ["a", 0], 1)).toThrow("key for a map must be a string");
    expect(() => setAt({}, ["secure"], "x")).toThrow('maps with the single key "secure" are reserved');
  });

  it("find and remove what is there", () => {
    const value = { a: [1, { b: 2, c: 3 }], secure: "x" };
    expect(getAt(value, ["a", 1, "b"])).toBe(2);
    for (const path of [["x"], ["a", "b"], ["a", 5], [0], ["secure", "x"], ["toString"]]) {
      expect(getAt(value, path)).toBeUndefined();
      expect(removeAt(value, path)).toBe(value);
    }
    expect(removeAt(value, ["a", 1, "b"])).toEqual({ a: [1, { c: 3 }], secure: "x" });
    expect(removeAt(value, ["a", 0])).toEqual({ a: [{ b: 2, c: 3 }], secure: "x" });
    expect(() => removeAt(value, ["a"])).toThrow("reserved");
  });

  it("go through keys that every object has", () => {
    expect(setAt({}, ["toString", "a"], 1)).toEqual({ toString: { a: 1 } });
  });

  it("give back what was set", () => {
    const element = fc.oneof(fc.string(), fc.constant(0));
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), fc.integer(), (path, value) => {
        expect(getAt(setAt(undefined, path, value), path)).toBe(value);
      }),
    );
  });

  it("never do more harm than a typed error", () => {
    const path = fc.array(fc.oneof(fc.constantFrom("a", "secure", "__proto__"), fc.nat(2)), { maxLength: 4 });
    const root = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<never>;
    fc.assert(
      fc.property(root, path, (value, steps) => {
        try {
          setAt(value, steps, "x");
          removeAt(value, steps);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});
