import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annotateSecrets, containsSecrets, markSecretOutputs } from "../../src/plan/secrets.ts";
import { type PropertyValue, Secret } from "../../src/protocol/property-value.ts";

describe("secret outputs", () => {
  it("are those named, and those whose input is secret", () => {
    const outputs = { a: 1, b: 2, c: new Secret(3), d: 4, id: "x" };
    const marked = markSecretOutputs(outputs, { b: new Secret("x"), d: 4 }, ["a", "c", "id", "none"]);
    expect(marked).toEqual({ a: new Secret(1), b: new Secret(2), c: new Secret(3), d: 4, id: "x" });
  });

  it("leave the outputs alone where there are none", () => {
    const outputs = { a: 1 };
    expect(markSecretOutputs(outputs, {}, [])).toBe(outputs);
  });
});

describe("the answer of a provider that keeps no secrets", () => {
  it("is marked by name, inside maps too, and as a whole for arrays", () => {
    const inputs = {
      a: new Secret(1),
      m: { x: new Secret(1), y: 2 },
      l: [1, new Secret(2)],
      p: { q: 1 },
      n: new Secret(1),
    };
    const outputs = { a: 1, m: { x: 1, y: 2 }, l: [1, 2], p: { q: 1 }, other: 1, n: new Secret(1) };
    expect(annotateSecrets(outputs, inputs)).toEqual({
      a: new Secret(1),
      m: { x: new Secret(1), y: 2 },
      l: new Secret([1, 2]),
      p: { q: 1 },
      other: 1,
      n: new Secret(1),
    });
  });

  it("hides every top-level value whose input is secret", () => {
    const map = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<{ [key: string]: PropertyValue }>;
    fc.assert(
      fc.property(map, (values) => {
        const inputs = Object.fromEntries(
          Object.entries(values).map(([key, value]) => [key, new Secret(value)]),
        );
        const marked = annotateSecrets(values, inputs);
        expect(Object.values(marked).every((value) => value instanceof Secret)).toBe(true);
      }),
    );
  });
});

describe("a value", () => {
  it.each<[PropertyValue, boolean]>([
    [new Secret(1), true],
    [[{ a: new Secret(1) }], true],
    [[{ a: 1 }], false],
    [null, false],
  ])("%o has secrets: %s", (value, secret) => {
    expect(containsSecrets(value)).toBe(secret);
  });
});
