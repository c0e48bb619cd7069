import { expect, test } from "vitest";
import { createSystemRandom } from "../src/system-random.ts";

test("gives as many bytes as are asked for, and none of them twice", () => {
  const random = createSystemRandom();
  const drawn = Array.from({ length: 500 }, () => random.bytes(32));
  expect(drawn.every(({ length }) => length === 32)).toBe(true);
  expect(new Set(drawn.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(500);
});

test("what was given stays as it is", () => {
  const random = createSystemRandom();
  const first = random.bytes(16);
  const copy = Buffer.from(first).toString("hex");
  for (let more = 0; more < 1000; more++) random.bytes(16);
  expect(Buffer.from(first).toString("hex")).toBe(copy);
});

test("gives more than it keeps ready", () => {
  expect(new Set(createSystemRandom().bytes(100_000)).size).toBe(256);
});

test("gives different UUIDs", () => {
  const random = createSystemRandom();
  expect(random.uuid()).not.toBe(random.uuid());
});
