import fc from "fast-check";
import { expect, test } from "vitest";
import { cached } from "../src/cached.ts";

test("answers as the function does, whatever was asked before", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 })), fc.integer({ min: 1, max: 4 }), (keys, limit) => {
      const lengthOf = cached((key) => key.length, limit);
      expect(keys.map(lengthOf)).toEqual(keys.map((key) => key.length));
    }),
  );
});

test("computes what it knows once, undefined included", () => {
  const asked: string[] = [];
  const find = cached((key): string | undefined => {
    asked.push(key);
    return undefined;
  });
  expect([find("a"), find("a")]).toEqual([undefined, undefined]);
  expect(asked).toEqual(["a"]);
});

test("begins anew when it is full", () => {
  const asked: string[] = [];
  const find = cached((key) => asked.push(key), 2);
  for (const key of ["a", "b", "c", "a", "c"]) find(key);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});
