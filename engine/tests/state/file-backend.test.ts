import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { type FileBackend, openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import type { UpdateRecord } from "../../src/state/history.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, resourceState, type Snapshot } from "../../src/state/resource.ts";

const reference = { organization: "organization", project: "p", stack: "dev" };
const now = new Date("2026-01-02T03:04:05.678Z");
const root = resourceState({
  urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: { secret: new Secret("hidden") },
});
const thing = resourceState({ urn: "urn:pulumi:dev::p::t:m:R::a", type: "t:m:R", custom: true, id: "1" });

function snapshotOf(...resources: Snapshot["resources"]): Snapshot {
  return { ...emptySnapshot(), manifest: newManifest(now), resources };
}

const update: UpdateRecord = {
  kind: "update",
  startTime: 1,
  message: "<first>",
  environment: { b: "2", a: "1" },
  config: { "p:k": { secure: "v1:x" } },
  version: 0,
  result: "succeeded",
  endTime: 2,
  resourceChanges: { create: 1 },
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backend-"));
});

function open(env: { readonly [name: string]: string } = {}): Promise<FileBackend> {
  return openFileBackend({ root: folder, env, now: () => now });
}

async function created(env: { readonly [name: string]: string } = {}): Promise<FileStackStore> {
  return (await open(env)).create(reference, base64Secrets);
}

/** Every file of the backend, without the running numbers in names. */
function tree(): readonly string[] {
  return readdirSync(join(folder, ".pulumi"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replace(/\d{19}/, "N"),
    )
    .sort();
}

const path = (...parts: string[]) => join(folder, ".pulumi", ...parts);
const read = (...parts: string[]) => readFileSync(path(...parts), "utf8");

async function failure(work: Promise<unknown>): Promise<UserError> {
  return (await work.catch((error: unknown) => error)) as UserError;
}

describe("a file backend", () => {
  it("lays its files out as the official CLI does, each with its sidecar", async () => {
    const store = await created();
    await store.save(snapshotOf(root));
    await store.recordUpdate(update);
    const files = [
      ".pulumi/backups/p/dev/dev.N.json",
      ".pulumi/history/p/dev/dev-N.checkpoint.json",
      ".pulumi/history/p/dev/dev-N.history.json",
      ".pulumi/meta.yaml",
      ".pulumi/stacks/p/dev.json",
      ".pulumi/stacks/p/dev.json.bak",
    ];
    expect(tree()).toEqual(files.flatMap((file) => [file, `${file}.attrs`]));
    expect(read("meta.yaml")).toBe("version: 1\n");
    expect(read("stacks", "p", "dev.json.bak")).toBe(
      '{"version":0,"checkpoint":{"stack":"organization/p/dev"}}',
    );
    expect(JSON.parse(read("stacks", "p", "dev.json.attrs"))).toEqual({
      "user.cache_control": "",
      "user.content_disposition": "",
      "user.content_encoding": "",
      "user.content_language": "",
      "user.content_type": "text/plain; charset=utf-8",
      "user.metadata": null,
      md5: createHash("md5")
        .update(read("stacks", "p", "dev.json"))
        .digest("base64"),
    });
  });

  it("gives back what was saved, and encrypts secrets", async () => {
    const store = await created();
    expect((await store.load()).resources).toEqual([]);
    await store.save(snapshotOf(root, thing));
    expect((await store.load()).resources).toStrictEqual([root, thing]);
    expect(read("stacks", "p", "dev.json")).not.toContain("hidden");
    expect((await store.readEnvelope()).stack).toBe("organization/p/dev");
  });

  it("keeps the state before as .bak", async () => {
    const store = await created();
    await store.save(snapshotOf(root));
    const before = read("stacks", "p", "dev.json");
    await store.save(snapshotOf(root, thing));
    expect(read("stacks", "p", "dev.json.bak")).toBe(before);
    expect(JSON.parse(read("stacks", "p", "dev.json.bak.attrs"))).toMatchObject({
      md5: createHash("md5").update(before).digest("base64"),
    });
  });

  it("does not know a stack that was not made, and makes none twice", async () => {
    const backend = await open();
    const store = backend.stack(reference, base64Secrets);
    expect(await store.exists()).toBe(false);
    for (const work of [() => store.load(), () => store.readEnvelope(), () => store.recordUpdate(update)]) {
      expect(await failure(work())).toMatchObject({ message: "no stack named 'dev' found", exitCode: 6 });
    }
    await backend.create(reference, base64Secrets);
    expect(await failure(backend.create(reference, base64Secrets))).toMatchObject({
      code: "stack-exists",
      message: "stack 'organization/p/dev' already exists",
    });
    expect(tree().filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("lists stacks with what can be known without secrets", async () => {
    const backend = await open();
    await (await backend.create(reference, base64Secrets)).save(snapshotOf(root, thing));
    await backend.create({ ...reference, stack: "a.b" }, base64Secrets);
    await backend.create({ ...reference, project: "q" }, base64Secrets);
    writeFileSync(path("stacks", "p", "notes.txt"), "");
    writeFileSync(path("stacks", "p", "bad name.json"), "");
    mkdirSync(path("stacks", "bad project"));
    expect(await backend.list("p")).toEqual([
      { reference: { ...reference, stack: "a.b" }, lastUpdate: undefined, resourceCount: undefined },
      { reference, lastUpdate: now.toISOString(), resourceCount: 2 },
    ]);
    expect((await backend.list()).map((summary) => summary.reference.project)).toEqual(["p", "p", "q"]);
    expect(await backend.list("none")).toEqual([]);
    expect(backend.url).toBe(`file://${folder}`);
  });

  it("writes history as the official CLI does, and reads it newest first, by pages", async () => {
    const store = await created();
    await store.recordUpdate(update);
    await store.recordUpdate({ ...update, kind: "refresh", message: "second" });
    await store.recordUpdate({ ...update, kind: "destroy", message: "third" });
    const entry = readdirSync(path("history", "p", "dev")).find((name) => name.endsWith(".history.json"));
    expect(read("history", "p", "dev", entry ?? "")).toBe(
      '{"kind":"update","startTime":1,"message":"<first>","environment":{"a":"1","b":"2"},' +
        '"config":{"p:k":{"secure":"v1:x"}},"version":0,"result":"succeeded","endTime":2,"resourceChanges":{"create":1}}',
    );
    const kinds = async (size: number, page: number) =>
      (await store.history({ size, page })).map(({ kind }) => kind);
    expect((await store.history()).map(({ kind }) => kind)).toEqual(["destroy", "refresh", "update"]);
    expect(await kinds(2, 1)).toEqual(["destroy", "refresh"]);
    expect(await kinds(2, 2)).toEqual(["update"]);
    expect(await kinds(2, 0)).toEqual(["destroy", "refresh"]);
    writeFileSync(path("history", "p", "dev", "dev-9.history.json"), "{}");
    expect(await failure(store.history())).toMatchObject({ code: "history-corrupt" });
  });

  it("keeps tags in a file that is there only while there are tags", async () => {
    const store = await created();
    expect(await store.tags()).toEqual({});
    await store.setTags({ b: "2", a: "1" });
    expect(read("stacks", "p", "dev.pulumi-tags")).toBe('{"version":1,"tags":{"a":"1","b":"2"}}');
    expect(await store.tags()).toEqual({ a: "1", b: "2" });
    await store.setTags({});
    expect(existsSync(path("stacks", "p", "dev.pulumi-tags"))).toBe(false);
    for (const text of ["nonsense", '{"version":2}', '{"version":1,"tags":{"a":1}}']) {
      writeFileSync(path("stacks", "p", "dev.pulumi-tags"), text);
      expect(await failure(store.tags())).toMatchObject({ code: "tags-corrupt" });
    }
    writeFileSync(path("stacks", "p", "dev.pulumi-tags"), '{"version":1}');
    expect(await store.tags()).toEqual({});
  });

  it("keeps or leaves out copies as the environment asks", async () => {
    const retaining = await created({
      PULUMI_RETAIN_CHECKPOINTS: "1",
      PULUMI_DISABLE_CHECKPOINT_BACKUPS: "true",
    });
    await retaining.recordUpdate(update);
    expect(tree()).toContain(".pulumi/stacks/p/dev.json.N");
    expect(tree().filter((name) => name.includes("backups"))).toEqual([]);
  });
});

describe("compression", () => {
  const compressed = [
    ["PULUMI_DIY_BACKEND_GZIP", ".gz", gunzipSync, "application/x-gzip"],
    ["PULUMI_DIY_BACKEND_ZSTD", ".zst", zstdDecompressSync, "application/octet-stream"],
  ] as const;
  it.each(compressed)("%s is used for all files of a stack", async (variable, ending, unpack, type) => {
    const store = await created({ [variable]: "true" });
    await store.save(snapshotOf(root));
    await store.recordUpdate(update);
    expect(tree().filter((name) => !name.endsWith(".attrs"))).toEqual([
      `.pulumi/backups/p/dev/dev.N.json${ending}`,
      `.pulumi/history/p/dev/dev-N.checkpoint.json${ending}`,
      `.pulumi/history/p/dev/dev-N.history.json${ending}`,
      ".pulumi/meta.yaml",
      `.pulumi/stacks/p/dev.json${ending}`,
      `.pulumi/stacks/p/dev.json${ending}.bak`,
    ]);
    expect(unpack(readFileSync(path("stacks", "p", `dev.json${ending}`))).toString()).toContain(
      '"version":3',
    );
    expect(JSON.parse(read("stacks", "p", `dev.json${ending}.attrs`))).toMatchObject({
      "user.content_type": type,
    });
    expect((await store.load()).resources).toStrictEqual([root]);
    expect(await store.history()).toHaveLength(1);
  });

  it("may change: what is left of the old form is its copy", async () => {
    await (await created({ PULUMI_SELF_MANAGED_STATE_GZIP: "true" })).save(snapshotOf(root));
    const store = (await open()).stack(reference, base64Secrets);
    await store.save(snapshotOf(root, thing));
    expect(readdirSync(path("stacks", "p")).filter((name) => !name.endsWith(".attrs"))).toEqual([
      "dev.json",
      "dev.json.gz.bak",
    ]);
    expect((await store.load()).resources).toStrictEqual([root, thing]);
  });

  it("of two forms, the one written last is the state", async () => {
    const store = await created();
    await store.save(snapshotOf(root));
    const text = read("stacks", "p", "dev.json");
    writeFileSync(path("stacks", "p", "dev.json.gz"), gzipSync(text.replace('"hidden"', "")));
    writeFileSync(path("stacks", "p", "dev.json"), "old");
    utimesSync(path("stacks", "p", "dev.json"), new Date(0), new Date(0));
    expect((await store.load()).resources).toHaveLength(1);
    writeFileSync(path("stacks", "p", "dev.json.gz"), zstdCompressSync(text));
    expect((await store.load()).resources).toHaveLength(1);
  });

  it("cannot be both", async () => {
    const env = { PULUMI_DIY_BACKEND_GZIP: "1", PULUMI_DIY_BACKEND_ZSTD: "1" };
    expect(await failure(open(env))).toMatchObject({ code: "bad-environment" });
  });
});

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
      ["{}", "missing version"],
      ["", "missing version"],
      ["a: b: c", "is not YAML"],
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
    expect((await failure(open())).help).toContain("pulumi state upgrade");
  });

  it("that exists is not written again", async () => {
    await created();
    writeFileSync(path("meta.yaml"), "version: 1 # ours\n");
    await (await open()).create({ ...reference, stack: "two" }, base64Secrets);
    expect(read("meta.yaml")).toBe("version: 1 # ours\n");
  });
});

describe("removing a stack", () => {
  it("is refused while it has resources, unless forced", async () => {
    const backend = await open();
    const store = await backend.create(reference, base64Secrets);
    await store.save(snapshotOf(root, thing));
    await store.setTags({ a: "1" });
    await store.recordUpdate(update);
    const remove = (force: boolean) => backend.remove(reference, { force, removeBackups: false });
    expect(await failure(remove(false))).toMatchObject({ code: "stack-has-resources" });
    await store.save(snapshotOf(thing));
    expect(await failure(remove(false))).toMatchObject({ code: "stack-has-resources" });
    await remove(true);
    expect(tree().filter((name) => !name.endsWith(".attrs"))).toEqual([
      ".pulumi/backups/p/dev/dev.N.json",
      ".pulumi/meta.yaml",
      ".pulumi/stacks/p/dev.json.bak",
    ]);
    expect(await failure(remove(true))).toMatchObject({ code: "stack-not-found" });
  });

  it("goes on where only the root is left, and takes backups along where asked", async () => {
    const backend = await open();
    const store = await backend.create(reference, base64Secrets);
    await store.save(snapshotOf(root));
    await store.recordUpdate(update);
    await backend.remove(reference, { force: false, removeBackups: true });
    expect(tree()).toEqual([".pulumi/meta.yaml", ".pulumi/meta.yaml.attrs"]);
  });
});

describe("renaming a stack", () => {
  const prod = { ...reference, stack: "prod" };

  it("rewrites its state and takes history and tags along, without secrets", async () => {
    const backend = await open();
    const store = await backend.create(reference, base64Secrets);
    const child = {
      ...thing,
      parent: root.urn,
      dependencies: [root.urn],
      propertyDependencies: { a: [root.urn] },
    };
    await store.save(snapshotOf(root, child));
    await store.setTags({ a: "1" });
    await store.recordUpdate(update);
    await backend.rename(reference, prod);
    expect(await store.exists()).toBe(false);
    const renamed = backend.stack(prod, base64Secrets);
    const newRoot = "urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod";
    expect((await renamed.load()).resources).toStrictEqual([
      { ...root, urn: newRoot },
      {
        ...child,
        urn: "urn:pulumi:prod::p::t:m:R::a",
        parent: newRoot,
        dependencies: [newRoot],
        propertyDependencies: { a: [newRoot] },
      },
    ]);
    expect((await renamed.readEnvelope()).stack).toBe("organization/p/prod");
    expect(await renamed.tags()).toEqual({ a: "1" });
    expect(await renamed.history()).toEqual([update]);
    expect(existsSync(path("stacks", "p", "dev.json.bak"))).toBe(true);
  });

  it("keeps a stack that was never updated fresh", async () => {
    const backend = await open();
    await backend.create(reference, base64Secrets);
    mkdirSync(path("history", "p", "dev"), { recursive: true });
    writeFileSync(path("history", "p", "dev", "stranger"), "");
    await backend.rename(reference, prod);
    expect(read("stacks", "p", "prod.json")).toBe(
      '{"version":0,"checkpoint":{"stack":"organization/p/prod"}}',
    );
  });

  it("onto another stack is refused, and of none impossible", async () => {
    const backend = await open();
    await backend.create(reference, base64Secrets);
    await backend.create(prod, base64Secrets);
    expect(await failure(backend.rename(reference, prod))).toMatchObject({
      message: "a stack named prod already exists",
    });
    const gone = { ...reference, stack: "gone" };
    expect(await failure(backend.rename(gone, prod))).toMatchObject({ code: "stack-not-found" });
  });
});
