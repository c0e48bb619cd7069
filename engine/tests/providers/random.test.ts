import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, type PropertyValue, Secret } from "../../src/protocol/property-value.ts";
import { SIGNATURE_KEY } from "../../src/protocol/signatures.ts";
import { create, diff, failures, importOf, type Name, plain, provider, resource } from "./random-fixtures.ts";

/** A value of a checkpoint exported with its secrets. */
function fromJson(json: unknown): PropertyValue {
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== "object" || json === null) return json as PropertyValue;
  const { plaintext } = json as { plaintext?: string };
  if (SIGNATURE_KEY in json) return new Secret(fromJson(JSON.parse(plaintext ?? "null")));
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
}

interface Recorded {
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** What the official provider left in the state of the corpus's case. */
function recordedResources(): readonly Recorded[] {
  const file = new URL("../corpus/cases/43-random/expected/02/checkpoint.json.gz", import.meta.url);
  const { deployment } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    deployment: { resources: { type: string; id: string; inputs: unknown; outputs: unknown }[] };
  };
  return deployment.resources
    .filter(({ type }) => type.startsWith("random:"))
    .map(({ type, id, inputs, outputs }) => ({
      type,
      id,
      inputs: fromJson(inputs) as PropertyMap,
      outputs: fromJson(outputs) as PropertyMap,
    }));
}

const DRAWN = ["result", "results", "id", "bcryptHash", "hex", "base64", "b64Std", "b64Url", "dec"];

function shape(outputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      if (!DRAWN.includes(key)) return [key, value];
      return [key, `${value instanceof Secret ? "secret " : ""}${typeof plain(value)}`];
    }),
  );
}

describe.each(recordedResources())(
  "state of the official plugin for $type",
  ({ type, id, inputs, outputs }) => {
    const at = { urn: `urn:pulumi:dev::corpus::${type}::r`, name: "r", type };

    it("is what a creation leaves here", async () => {
      const made = await provider.create({ ...at, inputs, timeout: 0, preview: false });
      expect(shape(made.outputs)).toEqual(shape(outputs));
    });

    it("needs no update", async () => {
      const request = {
        ...at,
        id,
        oldInputs: inputs,
        oldOutputs: outputs,
        newInputs: inputs,
        ignoreChanges: [],
      };
      expect(await provider.diff(request)).toMatchObject({ changes: "none", replaceKeys: [] });
    });

    it("comes out of a refresh as it went in", async () => {
      const read = await provider.read({ ...at, id, inputs, state: outputs, timeout: 0 });
      expect(read).toEqual({ id, inputs, outputs });
    });
  },
);

describe("a seed", () => {
  it("gives the results that the official provider recorded", async () => {
    const inputs = ["a", "b", "c"];
    const { outputs } = await create("Shuffle", { inputs, resultCount: 2, seed: "s" });
    expect(outputs["results"]).toEqual(["c", "a"]);
  });

  it.each([
    ["s", 10, 2],
    ["hello", 10, 8],
    ["é", 64, 1],
    ["s", 2 ** 40, 914620187017],
    ["hello", 5_000_000_000, 2870751454],
    ["42", 2_147_483_647, 883787266],
    ["s", 2_000_000_000, 1064725972],
  ])("%j draws from %i numbers what Go draws", async (seed, count, expected) => {
    const { outputs } = await create("Integer", { min: 5, max: count + 4, seed });
    expect(outputs["result"]).toBe(expected + 5);
  });

  it("keeps drawing like Go after its state went round", async () => {
    const inputs = Array.from({ length: 2000 }, (_, i) => String(i));
    const draw = async () => (await create("Shuffle", { inputs, seed: "x" })).outputs["results"];
    expect(await draw()).toEqual(await draw());
    expect([...((await draw()) as string[])].sort()).toEqual([...inputs].sort());
  });
});

describe("RandomInteger", () => {
  it("draws every number of the range, and no other", async () => {
    const drawn = new Set<PropertyValue | undefined>();
    for (let i = 0; i < 200; i++) drawn.add((await create("Integer", { min: -2, max: 2 })).outputs["result"]);
    expect([...drawn].map(Number).sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  });

  it("draws from ranges beyond 32 bits", async () => {
    const bound = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    await fc.assert(
      fc.asyncProperty(bound, bound, async (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const { id, outputs } = await create("Integer", { min, max });
        expect(Number(outputs["result"])).toBeGreaterThanOrEqual(min);
        expect(Number(outputs["result"])).toBeLessThanOrEqual(max);
        expect(id).toBe(String(outputs["result"]));
      }),
    );
  });

  it("refuses an empty range", async () => {
    await expect(create("Integer", { min: 2, max: 1 })).rejects.toThrow(
      /^Create Random Integer Error: The minimum/,
    );
  });

  it("is imported with its range, and its seed", async () => {
    expect(await importOf("Integer", "7,0,10")).toMatchObject({
      id: "7",
      inputs: { min: 0, max: 10 },
      outputs: { result: 7, id: "7", min: 0, max: 10 },
    });
    expect((await importOf("Integer", "7,1,10,s"))?.inputs).toEqual({ min: 1, max: 10, seed: "s" });
    for (const id of ["7", "7,1", "x,1,2", "1,2,3,4,5"]) {
      await expect(importOf("Integer", id)).rejects.toThrow(
        /^Import Random Integer Error: Invalid import usage/,
      );
    }
  });
});

describe("RandomBytes and RandomId", () => {
  it("say the same bytes in every form", async () => {
    const { id, outputs } = await create("Id", { byteLength: 5, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(5);
    expect(outputs).toMatchObject({
      b64Std: `p-${bytes.toString("base64")}`,
      b64Url: `p-${id}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${bytes.readUIntBE(0, 5)}`,
    });
  });

  it("are imported", async () => {
    expect(await importOf("Bytes", "edDF5Q==")).toMatchObject({
      id: "edDF5Q==",
      inputs: { length: 4 },
      outputs: { base64: new Secret("edDF5Q=="), hex: new Secret("79d0c5e5") },
    });
    expect(await importOf("Id", "a,b,uGLeXA")).toMatchObject({
      id: "uGLeXA",
      inputs: { byteLength: 4, prefix: "a,b" },
      outputs: { dec: "a,b3093487196", prefix: "a,b" },
    });
    expect((await importOf("Id", "uGLeXA"))?.inputs).toEqual({ byteLength: 4 });
    await expect(importOf("Bytes", "no base64")).rejects.toThrow("Import Random bytes Error");
    await expect(importOf("Id", "p,=")).rejects.toThrow("Import Random ID Error");
  });

  it("refuse to be empty", async () => {
    expect(await failures("Bytes", { length: 0 })).toHaveLength(1);
  });
});

describe("RandomPet", () => {
  it.each([
    [{}, /^[a-z]+-[a-z]+$/],
    [{ length: 1 }, /^[a-z]+$/],
    [{ length: 4, separator: "." }, /^[a-z]+ly\.[a-z]+ly\.[a-z]+\.[a-z]+$|^[a-z]+\.[a-z]+\.[a-z]+\.[a-z]+$/],
    [{ prefix: "web", separator: "_" }, /^web_[a-z]+_[a-z]+$/],
  ])("for %j reads like a name", async (inputs, pattern) => {
    const { id, outputs } = await create("Pet", inputs);
    expect(id).toMatch(pattern);
    expect(outputs["id"]).toBe(id);
  });

  it("has many names", async () => {
    const names = await Promise.all(Array.from({ length: 200 }, async () => (await create("Pet", {})).id));
    expect(new Set(names).size).toBeGreaterThan(190);
  });

  it("cannot be imported", async () => {
    await expect(importOf("Pet", "x")).rejects.toThrow("Resource Import Not Implemented");
  });
});

describe("RandomShuffle", () => {
  const shuffle = async (inputs: PropertyMap) =>
    (await create("Shuffle", inputs)).outputs["results"] as string[];

  it("orders all inputs in every way", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) seen.add((await shuffle({ inputs: ["a", "b", "c"] })).join(""));
    expect([...seen].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  });

  it("repeats inputs only when all were taken", async () => {
    const results = await shuffle({ inputs: ["a", "b"], resultCount: 5 });
    expect([results.slice(0, 2).sort(), results.slice(2, 4).sort(), results.length]).toEqual([
      ["a", "b"],
      ["a", "b"],
      5,
    ]);
    expect(await shuffle({ inputs: [], resultCount: 3 })).toEqual([]);
    expect(await shuffle({ inputs: ["a"], resultCount: 0 })).toEqual([]);
  });
});

describe("UUIDs", () => {
  it("are well formed", async () => {
    const form = (version: string) =>
      new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);
    expect((await create("Uuid", {})).id).toMatch(form("4"));
    expect((await create("Uuid4", {})).outputs["result"]).toMatch(form("4"));
    const { id } = await create("Uuid7", {});
    expect(id).toMatch(form("7"));
    expect(id).toMatch(/^01234567-89ab-/);
  });

  it("are imported in lower case", async () => {
    const uuid = "3457C888-A0E9-2A34-A088-9F74D9BEA778";
    expect(await importOf("Uuid", uuid)).toMatchObject({ id: uuid.toLowerCase(), inputs: {} });
    for (const form of [`{${uuid}}`, `urn:uuid:${uuid}`, uuid.replaceAll("-", "")]) {
      expect((await importOf("Uuid4", form))?.id).toBe(uuid.toLowerCase());
      await expect(importOf("Uuid", form)).rejects.toThrow("Import Random UUID Error");
    }
    await expect(importOf("Uuid7", "x")).rejects.toThrow("Import Random UUID Error");
  });
});

describe("every random value", () => {
  it("is drawn anew when a keeper changes", async () => {
    const { outputs } = await create("Pet", { keepers: { a: "1", gone: null } });
    expect(await diff("Pet", outputs, { keepers: { a: "1" } })).toMatchObject({ changes: "none" });
    for (const keepers of [{ a: "2" }, { a: "1", b: "1" }, { a: computed }, computed, {}]) {
      expect(await diff("Pet", outputs, { keepers })).toMatchObject({
        changes: "some",
        changedKeys: ["keepers"],
        replaceKeys: ["keepers"],
        detailedDiff: undefined,
      });
    }
  });

  it("is not known in a preview", async () => {
    expect(await create("Password", { length: 4, keepers: { a: computed } }, true)).toMatchObject({
      id: "",
      outputs: { id: computed, result: computed, bcryptHash: computed, length: 4, keepers: { a: computed } },
    });
    expect((await create("Bytes", { length: 4 }, true)).outputs).toEqual({
      base64: computed,
      hex: computed,
      length: 4,
    });
  });

  it("leaves secret inputs secret", async () => {
    const keepers = { a: new Secret("1"), list: 3 };
    const { outputs } = await create("Uuid", { keepers });
    expect(outputs["keepers"]).toEqual({ a: new Secret("1"), list: "3" });
    expect(await diff("Uuid", outputs, { keepers })).toMatchObject({ changes: "none" });
  });

  it("takes numbers and flags for what they say, and refuses other types", async () => {
    expect((await create("Pet", { length: "3", prefix: 7, separator: true })).outputs).toMatchObject({
      length: 3,
      prefix: "7",
      separator: "true",
    });
    expect((await create("Pet", { length: "" })).outputs).toMatchObject({ length: 2 });
    const wrong: [Name, PropertyMap][] = [
      ["Pet", { length: "three" }],
      ["Pet", { length: 2.5 }],
      ["Pet", { prefix: [] }],
      ["Pet", { keepers: "x" }],
      ["String", { length: 1, upper: "yes" }],
      ["Shuffle", { inputs: "a" }],
      ["Shuffle", { inputs: [[]] }],
    ];
    for (const [kind, inputs] of wrong)
      await expect(create(kind, inputs)).rejects.toThrow(/^property ".*": expected /);
  });

  it("has nothing to configure, call, delete or close", async () => {
    const { urn } = resource("Pet");
    expect(
      await provider.checkConfig({ urn, olds: {}, news: { version: "4.21.2" }, preview: false }),
    ).toEqual({
      inputs: { version: "4.21.2" },
      failures: [],
    });
    const change = { urn, oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] };
    expect(await provider.diffConfig(change)).toMatchObject({ changes: "unknown" });
    expect(await provider.configure({ urn, name: "r", type: "t", id: "", inputs: {} })).toMatchObject({
      acceptSecrets: false,
      supportsPreview: true,
    });
    await expect(provider.invoke({ token: "random:index:x", args: {}, preview: false })).rejects.toThrow(
      "unknown function",
    );
    await provider.delete({ ...resource("Pet"), id: "x", oldInputs: {}, oldOutputs: {}, timeout: 0 });
    await provider.cancel();
    await provider.close();
    const unknown = provider.create({
      ...resource("Pet"),
      type: "random:index/x:X",
      inputs: {},
      timeout: 0,
      preview: false,
    });
    await expect(unknown).rejects.toThrow("unrecognized resource type: random:index/x:X");
  });
});
