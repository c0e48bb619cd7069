import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { base64Secrets } from "../../src/state/memory-store.ts";
import {
  created,
  failure,
  folder,
  now,
  open,
  path,
  read,
  reference,
  root,
  snapshotOf,
  thing,
  tree,
  update,
  useBackendFolder,
} from "./backend-folder.ts";

useBackendFolder();

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
    const older = { PULUMI_SELF_MANAGED_STATE_GZIP: "true", PULUMI_SELF_MANAGED_STATE_ZSTD: "true" };
    await (await created({ ...older, PULUMI_DIY_BACKEND_ZSTD: "t" })).save(snapshotOf(root));
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
