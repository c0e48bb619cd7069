import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openImportFile } from "../../src/cli/preview-import-file.ts";
import { Engine } from "../../src/index.ts";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { fakeHost, fakeProvider, functionProgram } from "../../src/testing/index.ts";

const THING = "fake:index:Thing";

let folder = "";
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  folder = mkdtempSync(join(tmpdir(), "preview-import-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a preview of the program would have imported. */
async function fileOf(body: Parameters<typeof functionProgram>[0]): Promise<unknown> {
  const file = join(folder, "import.json");
  const sink = openImportFile({ path: file, secrets: base64Secrets, warn: (text) => warnings.push(text) });
  const engine = new Engine({
    project: "p",
    stack: "dev",
    program: functionProgram(body),
    providers: fakeHost({ fake: fakeProvider() }),
  });
  await engine.preview({ onEvent: (event) => sink.listener(event) });
  await sink.close();
  return JSON.parse(readFileSync(file, "utf8")) as unknown;
}

describe("the file of `preview --import-file`", () => {
  it("lists what would be created, to be filled in", async () => {
    const written = await fileOf(async ({ resource, component }) => {
      const group = await component("a:b:Group", "group");
      await resource(THING, "inside", {}, { parent: group.urn, version: "1.2.0" });
    });
    expect(written).toMatchObject({
      resources: [
        { type: "a:b:Group", name: "group", component: true },
        { type: THING, name: "inside", id: "<PLACEHOLDER>", parent: "group", version: "1.2.0" },
      ],
    });
  });

  it("names explicit providers, and keeps names apart", async () => {
    const written = await fileOf(async ({ resource, provider, stack }) => {
      const own = await provider("fake", "own", { zone: "z" });
      await resource(THING, "same", {}, { provider: own, parent: stack });
      await resource("fake:index:Other", "same", {});
      await resource("fake:index:Other", "third", {});
    });
    expect(written).toMatchObject({
      resources: [
        { type: "pulumi:providers:fake", name: "own" },
        { type: THING, name: "same", provider: "own" },
        { type: "fake:index:Other", name: "sameOther", logicalName: "same" },
        { name: "third" },
      ],
    });
  });

  it("leaves its own name to whoever has it", async () => {
    const written = await fileOf(async ({ resource }) => {
      await resource(THING, "same");
      await resource("fake:index:Other", "same");
      await resource("fake:index:Other", "sameOther");
    });
    expect(written).toMatchObject({
      resources: [
        { type: THING, name: "same" },
        { name: "sameOther2", logicalName: "same" },
        { name: "sameOther" },
      ],
    });
  });

  it("has the configuration of providers that would be made, secrets encrypted, and says what is not known", async () => {
    const written = await fileOf(async ({ provider }) => {
      await provider("fake", "own", { zone: "z", key: new Secret("k"), later: [computed] });
    });
    const key = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "Imsi",
    };
    expect(written).toEqual({
      resources: [{ type: "pulumi:providers:fake", name: "own", inputs: { zone: "z", key } }],
    });
    expect(JSON.stringify(written)).not.toContain('"k"');
    expect(warnings).toEqual([
      expect.stringMatching(/^configuration of provider .*::own is not known .*: later$/),
    ]);
  });

  it("is empty where nothing would be created", async () => {
    expect(await fileOf(async () => undefined)).toEqual({});
  });
});
