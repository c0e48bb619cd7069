import bcrypt from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { create, diff, failures, importOf, plain, provider, resource } from "./random-fixtures.ts";

async function drawText(kind: "String" | "Password", inputs: PropertyMap): Promise<string> {
  return String(plain((await create(kind, inputs)).outputs["result"]));
}

describe("RandomPassword and RandomString", () => {
  it("keep to the sets and minima that are asked for", async () => {
    const size = fc.integer({ min: 0, max: 5 });
    const minima = fc.record({ minUpper: size, minLower: size, minNumeric: size, minSpecial: size });
    const sets = fc.record({ upper: fc.boolean(), lower: fc.boolean(), special: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(minima, sets, fc.integer({ min: 20, max: 40 }), async (least, wanted, length) => {
        const text = await drawText("String", { ...least, ...wanted, length });
        expect(text).toHaveLength(length);
        const count = (set: RegExp) => text.match(set)?.length ?? 0;
        const counts: [number, number, boolean][] = [
          [count(/[A-Z]/g), least.minUpper, wanted.upper],
          [count(/[a-z]/g), least.minLower, wanted.lower],
          [count(/[0-9]/g), least.minNumeric, true],
          [count(/[!@#$%&*()\-_=+[\]{}<>:?]/g), least.minSpecial, wanted.special],
        ];
        for (const [found, minimum, isWanted] of counts) {
          expect(found).toBeGreaterThanOrEqual(minimum);
          if (!isWanted) expect(found).toBe(minimum);
        }
      }),
    );
  });

  it("draw every character of a set about equally often", async () => {
    const text = await drawText("String", {
      length: 20_000,
      overrideSpecial: "αβ",
      upper: false,
      numeric: false,
      lower: false,
    });
    const alphas = [...text].filter((character) => character === "α").length;
    expect(alphas).toBeGreaterThan(9_500);
    expect(alphas).toBeLessThan(10_500);
  });

  it("hash a password so that bcrypt accepts it", async () => {
    const { id, outputs } = await create("Password", { length: 80 });
    const { result, bcryptHash } = {
      result: plain(outputs["result"]),
      bcryptHash: plain(outputs["bcryptHash"]),
    };
    expect(id).toBe("none");
    expect(bcryptHash).toMatch(/^\$2a\$10\$/);
    expect(await bcrypt.compare(String(result).slice(0, 72), String(bcryptHash))).toBe(true);
  });

  it("take number for numeric and the other way round", async () => {
    expect((await create("String", { length: 4, number: false })).outputs).toMatchObject({
      number: false,
      numeric: false,
    });
    expect((await create("String", { length: 4, numeric: false })).outputs).toMatchObject({
      number: false,
      numeric: false,
    });
    await expect(create("String", { length: 4, number: true, numeric: false })).rejects.toThrow(
      "Number and numeric are both configured with different values: Number is deprecated, use numeric instead",
    );
  });

  it("refuse what cannot be drawn", async () => {
    expect(await failures("Password", { length: 0 })).toEqual([
      "Invalid Attribute Value. Attribute length value must be at least 1, got: 0. Examine values at 'r.length'.",
    ]);
    expect(await failures("String", { length: 3, minUpper: 2, minLower: 2 })).toEqual([
      "Invalid Attribute Value. Attribute length value must be at least sum of min_upper + min_lower + min_numeric + " +
        "min_special, got: 3. Examine values at 'r.length'.",
    ]);
    const off = { length: 4, upper: false, lower: false, special: false };
    expect(await failures("String", { ...off, numeric: false })).toEqual([
      "Invalid Attribute Combination. At least one attribute out of [special,upper,lower,numeric] must be specified as " +
        "true. Examine values at 'r.numeric'.",
    ]);
    expect(await failures("String", {})).toEqual(["Missing required property 'length'"]);
    expect(await failures("String", { length: computed, keepers: { a: computed } })).toEqual([]);
    await expect(create("String", { ...off, numeric: false })).rejects.toThrow(
      "the character set specified is empty",
    );
  });

  it("bring state of older versions up to date", async () => {
    const old = { result: "abcd", id: "abcd", length: 4, number: false, keepers: {} };
    expect(await diff("String", old, { length: 4, number: false })).toMatchObject({
      changes: "some",
      replaceKeys: [],
    });
    const state = { result: new Secret("abcd"), id: "none" };
    const read = await provider.read({ ...resource("Password"), id: "none", inputs: {}, state, timeout: 0 });
    expect(read?.outputs).toMatchObject({
      length: 4,
      numeric: true,
      minUpper: 0,
      result: new Secret("abcd"),
    });
    expect(await bcrypt.compare("abcd", String(plain(read?.outputs["bcryptHash"])))).toBe(true);
  });

  it("update what does not touch the value, and replace for everything else", async () => {
    const { outputs } = await create("String", { length: 4, overrideSpecial: "" });
    const inputs = { length: 4, keepers: {} };
    expect(await diff("String", outputs, inputs)).toMatchObject({
      changes: "some",
      changedKeys: ["keepers", "overrideSpecial"],
      replaceKeys: [],
    });
    const request = { ...resource("String"), id: String(outputs["id"]), oldInputs: {}, oldOutputs: outputs };
    const updated = await provider.update({
      ...request,
      newInputs: inputs,
      ignoreChanges: [],
      timeout: 0,
      preview: false,
    });
    expect(updated.outputs).toMatchObject({ result: outputs["result"], id: outputs["id"], keepers: {} });
    expect(updated.outputs["overrideSpecial"]).toBeUndefined();
    expect(await diff("String", outputs, { length: 4, overrideSpecial: computed })).toMatchObject({
      replaceKeys: [],
    });
    expect(await diff("String", outputs, { length: 4, overrideSpecial: "!" })).toMatchObject({
      replaceKeys: ["overrideSpecial"],
    });
  });

  it("are imported by their value", async () => {
    const read = await importOf("Password", "sécret");
    expect(read).toMatchObject({
      id: "none",
      inputs: { length: 7, lower: true, number: true, numeric: true, special: true, upper: true },
      outputs: { result: new Secret("sécret"), minUpper: 0 },
    });
    expect(await diff("Password", read?.outputs ?? {}, { length: 7 })).toMatchObject({ changes: "none" });
    expect(await importOf("String", "abc")).toMatchObject({
      id: "abc",
      outputs: { result: "abc", id: "abc" },
    });
  });
});
