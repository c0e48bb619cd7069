import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importsOf, readImportFile } from "../../src/cli/import-file.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../src/protocol/signatures.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const prov = "urn:pulumi:dev::p::pulumi:providers:fake::prov";
const thing = (name: string, fields = {}) => ({ type: "x:y:Z", name, id: "1", ...fields });

describe("importsOf", () => {
  let folder = "";
  let warnings: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "import-file-"));
    warnings = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(content: unknown) {
    const file = join(folder, "list.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    const warn = (message: string) => void warnings.push(message);
    return importsOf(readImportFile(file), {
      project: "p",
      stack: "dev",
      protect: true,
      secrets: base64Secrets,
      warn,
    });
  }

  it("takes what a provider is to be extended by", async () => {
    const extension = { name: "more", version: "1.0.0", value: "YmxvYg==" };
    const [spec] = await read({ resources: [thing("a", { extension })] });
    expect(spec?.extension).toEqual({ ref: expect.stringMatching(/^[0-9a-f]{64}$/), extension });
  });

  it("turns names of parents and providers into URNs", async () => {
    const specs = await read({
      nameTable: { prov },
      resources: [
        { type: "a:b:Group", name: "grp", component: true },
        { type: "fake:index:Thing", name: "t", id: "1", parent: "grp", provider: "prov", version: "1.0.0" },
      ],
    });
    expect(specs[0]).toMatchObject({ component: true, id: "", parent: undefined, protect: true });
    expect(specs[1]).toMatchObject({
      parent: "urn:pulumi:dev::p::a:b:Group::grp",
      provider: prov,
      version: "1.0.0",
    });
  });

  it("nests the types of parents", async () => {
    const specs = await read({
      resources: [
        { type: "x:y:A", name: "a", component: true },
        { type: "x:y:B", name: "b", component: true, parent: "a" },
        { type: "x:y:C", name: "c", id: "1", parent: "b" },
      ],
    });
    expect(specs[2]?.parent).toBe("urn:pulumi:dev::p::x:y:A$x:y:B::b");
  });

  it("lets either name stand for the other", async () => {
    const specs = await read({ resources: [{ type: "x:y:Z", logicalName: "a", id: "1" }, thing("b")] });
    expect(specs.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("reads what the file says of properties, secrets too", async () => {
    const plain = { [SIGNATURE_KEY]: SECRET_SIGNATURE, plaintext: '"hush"' };
    const ciphertext = await base64Secrets.encrypt('"sealed"');
    const specs = await read({
      resources: [
        { type: "pulumi:providers:fake", name: "own", inputs: { token: plain } },
        thing("a", {
          provider: "own",
          inputs: { n: 1 },
          outputs: { s: { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext } },
        }),
      ],
    });
    expect(specs[0]).toMatchObject({ inputs: { token: new Secret("hush") } });
    expect(specs[1]).toMatchObject({
      provider: "urn:pulumi:dev::p::pulumi:providers:fake::own",
      inputs: { n: 1 },
    });
    expect(specs[1]?.outputs?.["s"]).toBeInstanceOf(Secret);
    expect(warnings).toEqual([]);
  });

  it("still takes the configuration of providers from where older files have it", async () => {
    const specs = await read({
      nameTable: { prov },
      providerInputs: { prov: { region: "east" }, own: { region: "west" } },
      resources: [{ type: "pulumi:providers:fake", name: "own" }, thing("a", { provider: "prov" })],
    });
    expect(specs.map(({ inputs, providerInputs }) => ({ inputs, providerInputs }))).toEqual([
      { inputs: { region: "west" }, providerInputs: undefined },
      { inputs: undefined, providerInputs: { region: "east" } },
    ]);
    expect(warnings).toEqual([expect.stringContaining("the 'providerInputs' field is deprecated")]);
  });

  it("knows the plugin behind a package that is made of another", async () => {
    const parameterization = { pluginName: "base", pluginVersion: "1.2.3", value: "AQI=" };
    const [spec] = await read({ resources: [thing("a", { parameterization })] });
    expect(spec?.parameterized).toEqual({
      ...{ plugin: "base", pluginVersion: "1.2.3" },
      value: new Uint8Array([1, 2]),
    });
  });

  it.each([
    ["no JSON", "{", "could not read import file"],
    ["no type", { resources: [{ name: "a", id: "1" }] }, "resource 'a' has no type"],
    ["no name", { resources: [{ type: "x:y:Z", id: "1" }] }, "resource '1' of type 'x:y:Z' has no name"],
    ["no id", { resources: [{ type: "x:y:Z", name: "a" }] }, "resource 'a' of type 'x:y:Z' has no ID"],
    [
      "a component with an id",
      { resources: [thing("a", { component: true })] },
      "but is marked as a component",
    ],
    ["a remote resource", { resources: [thing("a", { remote: true })] }, "but not as a component"],
    [
      "an extension and another plugin at once",
      { resources: [thing("a", { extension: {}, parameterization: {} })] },
      "has both a parameterization and an extension, which are mutually exclusive",
    ],
    [
      "a provider with an id",
      { resources: [{ type: "pulumi:providers:fake", name: "own", id: "1" }] },
      "has an ID, but is a provider, which is created rather than read",
    ],
    [
      "an unknown parent",
      { resources: [thing("a", { parent: "q" })] },
      "the parent 'q' for resource 'a' of type 'x:y:Z' has no entry in 'nameTable'",
    ],
    ["a circle of parents", { resources: [thing("a", { parent: "a" })] }, "is its own parent"],
    [
      "a parent that two entries are called",
      { resources: [thing("a"), thing("a", { type: "x:y:A" }), thing("b", { parent: "a" })] },
      "resource 'b' of type 'x:y:Z' has an ambiguous parent",
    ],
    [
      "two entries of one URN",
      { resources: [thing("a"), thing("a")] },
      "has an ambiguous URN, set name (or logical name) to be unique",
    ],
    [
      "an unknown provider",
      { resources: [thing("a", { provider: "q" })] },
      "the provider 'q' for resource 'a' of type 'x:y:Z' has no entry in 'nameTable' or 'resources'",
    ],
    [
      "a provider that two entries are called",
      { resources: [thing("b"), thing("b", { type: "x:y:A" }), thing("a", { provider: "b" })] },
      "has an ambiguous provider",
    ],
    [
      "a provider that is none",
      { resources: [thing("b"), thing("a", { provider: "b" })] },
      "the provider 'b' for resource 'a' of type 'x:y:Z' is not a provider",
    ],
    [
      "more than one mistake",
      { resources: [{}, { name: "a", id: "1" }] },
      "4 errors occurred:\n    1) resource 0 has no type\n    2) resource 0 has no name\n    3) resource 0 has no ID\n" +
        "    4) resource 'a' has no type",
    ],
  ])("refuses a file with %s", async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  it("takes a file without resources", async () => {
    expect(await read({})).toEqual([]);
  });
});
