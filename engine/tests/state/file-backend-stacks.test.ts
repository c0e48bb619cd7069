import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { base64Secrets } from "../../src/state/memory-store.ts";
import {
  failure,
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
