import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import {
  created,
  failure,
  now,
  open,
  path,
  read,
  reference,
  root,
  snapshotOf,
  thing,
  update,
  useBackendFolder,
} from "./backend-folder.ts";

useBackendFolder();

describe("a damaged state", () => {
  it("is explained, naming the newest good copy", async () => {
    const store = await created();
    await store.save(snapshotOf(root));
    await store.recordUpdate(update);
    const later = new Date(now.getTime() + 1000);
    await store.save({ ...snapshotOf(root, thing), manifest: newManifest(later) });
    await store.save({ ...snapshotOf(root, thing), manifest: newManifest(later) });
    const file = path("stacks", "p", "dev.json");
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    const error = await failure(store.load());
    expect(error).toMatchObject({ code: "state-corrupt" });
    expect(error.message).toBe(`${file}: the file is not valid JSON (at character 100 of 100)`);
    expect(error.help).toContain(`${file}.bak (2 resources, written ${later.toISOString()})`);
    expect(error.help).toContain(`cp '${file}.bak' '${file}'`);
  });

  it("is explained with a backup where .bak is damaged too", async () => {
    const store = await created({ PULUMI_DIY_BACKEND_GZIP: "1" });
    await store.save(snapshotOf(root));
    await store.recordUpdate(update);
    const file = path("stacks", "p", "dev.json.gz");
    writeFileSync(file, Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    writeFileSync(`${file}.bak`, "");
    const error = await failure(store.load());
    expect(error.message).toContain("is damaged: it can be neither decompressed nor read as text");
    expect(error.help).toContain(`newest good copy is ${path("backups", "p", "dev")}`);
  });

  it("is explained where no good copy is left, and where bytes are not text", async () => {
    const store = await created();
    writeFileSync(path("stacks", "p", "dev.json"), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(path("stacks", "p", "dev.json.bak"), "{}");
    expect((await failure(store.load())).help).toContain("No good copy was found");
  });

  it("whose references are broken is refused, but can be looked at", async () => {
    const store = await created();
    const broken = snapshotOf({ ...thing, parent: "urn:gone" });
    const saved = await failure(store.save(broken));
    expect(saved.message).toContain("it was already written, but is invalid (backup available at");
    expect(await failure(store.load())).toMatchObject({
      code: "snapshot-integrity",
      message: `snapshot integrity failure; refusing to use it: child resource ${thing.urn} refers to missing parent urn:gone`,
    });
    expect((await store.loadUnchecked()).resources).toHaveLength(1);
  });
});

describe("the layout of a backend", () => {
  it("of another version or without version is refused", async () => {
    mkdirSync(path());
    const refusals = [
      ["version: 2\n", "'meta.yaml' version (2) is not supported"],
      ["{}", 'corrupt store: missing version in ".pulumi/meta.yaml"'],
      ["", 'corrupt store: missing version in ".pulumi/meta.yaml"'],
      ["version: one", 'corrupt store: unmarshal ".pulumi/meta.yaml"'],
      ["a: b: c", "it is not YAML"],
      ["version: 0\n", "Legacy DIY state is deprecated"],
    ] as const;
    for (const [text, message] of refusals) {
      writeFileSync(path("meta.yaml"), text);
      expect((await failure(open())).message).toContain(message);
    }
  });

  it("without projects is refused", async () => {
    expect(await failure(open({ PULUMI_DIY_BACKEND_LEGACY_LAYOUT: "1" }))).toMatchObject({
      code: "backend-unsupported",
    });
    mkdirSync(path("stacks"), { recursive: true });
    writeFileSync(path("stacks", "dev.json"), "{}");
    const { message } = await failure(open());
    expect(message).toMatch(
      /^\n={80}\nLegacy DIY state is deprecated[\s\S]*'pulumi state upgrade'[\s\S]*\n={80}$/,
    );
  });

  it("with projects names the stacks that are in none", async () => {
    await created();
    for (const name of ["old.json", "older.json.gz", "old.json.bak", "odd name.json"]) {
      writeFileSync(path("stacks", name), "{}");
    }
    const notices: string[] = [];
    const notify = (notice: string) => void notices.push(notice);
    await open({}, notify);
    expect(notices).toEqual([
      "Found legacy stack files in state store:\n  - old\n  - older\n" +
        "Please run 'pulumi state upgrade' to migrate them to the new format.\n" +
        "Set PULUMI_DIY_BACKEND_NO_LEGACY_WARNING=1 to disable this warning.",
    ]);
    await open({ PULUMI_DIY_BACKEND_NO_LEGACY_WARNING: "1" }, notify);
    expect(notices).toHaveLength(1);
  });

  it("that exists is not written again", async () => {
    await created();
    writeFileSync(path("meta.yaml"), "version: 1 # ours\n");
    await (await open()).create({ ...reference, stack: "two" }, base64Secrets);
    expect(read("meta.yaml")).toBe("version: 1 # ours\n");
  });
});
