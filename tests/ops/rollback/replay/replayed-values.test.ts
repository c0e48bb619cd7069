import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serializeDeployment } from "../../../../engine/src/state/checkpoint-write.ts";
import type { TestStack } from "../../../../engine/src/testing/index.ts";
import { Cloud } from "../../../../engine/tests/lifecycle/cloud.ts";
import type { BoundValue } from "../../../../ops/rollback/replay/bind.ts";
import { type Checkpoint, readCheckpoint } from "../../../../ops/rollback/replay/checkpoint.ts";
import { LiveResources } from "../../../../ops/rollback/replay/live-resources.ts";
import { planReplay } from "../../../../ops/rollback/replay/plan-replay.ts";
import { realise } from "../../../../ops/rollback/replay/realise.ts";
import { replayProgram } from "../../../../ops/rollback/replay/replay-program.ts";
import { sdkProgram } from "./sdk-program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-replay-"));
  writeFileSync(join(folder, "page.html"), "a page");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Thing extends pulumi.CustomResource {
  declare readonly serial: pulumi.Output<string>;
  declare readonly hosts: pulumi.Output<{ readonly name: string }[]>;
  constructor(name: string, inputs: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
    super("fake:index:Thing", name, { serial: undefined, hosts: undefined, ...inputs }, options);
  }
}

/** A cloud whose things have outputs that nobody can guess. */
function cloud(): TestStack {
  const outputsOf = (name: string) => ({ serial: `serial-of-${name}`, hosts: [{ name: `${name}.example` }] });
  return new Cloud().stack({
    functions: {
      create: async ({ name, inputs, preview }) => ({
        id: preview ? "" : `id-of-${name}`,
        outputs: { ...inputs, ...outputsOf(name) },
      }),
      update: async ({ name, newInputs }) => ({ outputs: { ...newInputs, ...outputsOf(name) } }),
    },
  });
}

async function recordedIn(stack: TestStack): Promise<Checkpoint> {
  const { deployment } = JSON.parse(serializeDeployment(await stack.store.load())) as { deployment: unknown };
  return readCheckpoint(deployment);
}

/** Runs the program, then its replay, and gives what each has recorded. */
async function replayed(program: () => Promise<Record<string, unknown>>) {
  const stack = cloud();
  expect((await stack.up(sdkProgram(program))).told).toEqual([]);
  const before = await recordedIn(stack);
  const again = await stack.up(sdkProgram(replayProgram(planReplay(before, before))));
  expect(again.told).toEqual([]);
  expect(Object.keys(again.changes)).toEqual(["same"]);
  return { before, after: await recordedIn(stack) };
}

describe("a replayed program", () => {
  it("says files and archives of every form as they were said", async () => {
    const { before, after } = await replayed(async () => {
      new Thing("files", {
        page: new pulumi.asset.FileAsset(join(folder, "page.html")),
        text: new pulumi.asset.StringAsset("hello"),
        folder: new pulumi.asset.FileArchive(folder),
        bundle: new pulumi.asset.AssetArchive({
          "a.txt": new pulumi.asset.StringAsset("a"),
          inner: new pulumi.asset.AssetArchive({ "b.txt": new pulumi.asset.StringAsset("b") }),
          pages: new pulumi.asset.FileArchive(folder),
        }),
        none: new pulumi.asset.AssetArchive({}),
      });
      return {};
    });
    expect(after).toEqual(before);
    const files = after.resources.find(({ type }) => type === "fake:index:Thing");
    expect(files?.inputs).toMatchObject({
      page: { path: join(folder, "page.html") },
      folder: { path: folder },
      text: { text: "hello" },
      bundle: { assets: { inner: { assets: { "b.txt": { text: "b" } } }, pages: { path: folder } } },
    });
  });

  it("takes outputs from inside of lists, in texts, in secrets, and in the stack's own outputs", async () => {
    const { before, after } = await replayed(async () => {
      const made = new Thing("made", {});
      const host = made.hosts.apply(([first]) => first?.name ?? "");
      const user = new Thing("user", {
        host,
        url: pulumi.interpolate`https://${host}/${made.serial}`,
        password: pulumi.secret(pulumi.interpolate`of-${made.serial}`),
        friend: made,
        tags: ["a", made.serial],
        at: { host, port: 8080 },
        length: made.serial.apply(({ length }) => length),
      });
      return { host: user.urn, hidden: pulumi.secret(made.serial), clear: made.serial };
    });
    expect(after).toEqual(before);
    const stack = after.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    expect(stack?.outputs["clear"]).toBe("serial-of-made");
    expect(JSON.stringify(stack?.outputs["hidden"])).toContain("plaintext");
  });

  it("has hooks under the recorded names, and all that was said of a resource besides its inputs", async () => {
    const { before, after } = await replayed(async () => {
      const save = new pulumi.ResourceHook("save", () => undefined);
      const again = new pulumi.ErrorHook("again", () => false);
      const house = new Thing("house", {});
      new Thing(
        "room",
        { size: 1 },
        {
          hooks: { beforeUpdate: [save], afterDelete: [save], onError: [again] },
          deletedWith: house,
          replaceWith: [house],
          replacementTrigger: "first",
          customTimeouts: { create: "90s" },
          ignoreChanges: ["size"],
          aliases: [{ name: "chamber" }],
        },
      );
      return {};
    });
    expect(after).toEqual(before);
    expect(after.resources.find(({ urn }) => urn.endsWith("::room"))).toMatchObject({
      resourceHooks: { BeforeUpdate: ["save"], AfterDelete: ["save"], OnError: ["again"] },
      customTimeouts: { create: 90 },
      replacementTrigger: "first",
      deletedWith: expect.stringMatching(/::house$/),
    });
  });

  it("says a remote file by its address", async () => {
    const uri = "https://example.com/a";
    const asset = realise({ kind: "asset", members: { uri } }, new LiveResources());
    expect(asset).toBeInstanceOf(pulumi.asset.RemoteAsset);
    expect(await (asset as pulumi.asset.RemoteAsset).uri).toBe(uri);
    const archive = realise({ kind: "archive", members: { uri } }, new LiveResources());
    expect(archive).toBeInstanceOf(pulumi.asset.RemoteArchive);
    expect(await (archive as pulumi.asset.RemoteArchive).uri).toBe(uri);
  });

  it.each<[what: string, value: BoundValue, message: string]>([
    [
      "an archive with something that is no file",
      { kind: "archive", members: { assets: { "a.txt": "text" } } },
      "a.txt is no part of an archive",
    ],
    ["an empty file", { kind: "asset", members: { text: "" } }, "an empty file cannot be said by a program"],
    [
      "what is encrypted",
      { kind: "unreadable", signature: "1b47" },
      "a value with the signature 1b47 cannot be said by a program",
    ],
    [
      "an output of what is not there yet",
      { kind: "reference", to: { urn: "urn:later", path: ["id"] } },
      "urn:later is used before it is registered",
    ],
  ])("refuses %s", (_, value, message) => {
    expect(() => realise(value, new LiveResources())).toThrow(message);
  });
});
