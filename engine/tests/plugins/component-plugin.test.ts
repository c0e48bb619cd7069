import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clear, PluginWorkspace } from "./plugin-workspace.ts";

const providers = resolve(import.meta.dirname, "providers");
const nodeModules = resolve(import.meta.dirname, "../../../node_modules");

const BOX = `
  const opts = { version: "2.0.0", outputs: ["shout", "inner", "describe"] };
  const first = $res("nodefake:index:Thing", "first", { value: "one" }, opts);
  const box = $box("nodefake:index:Box", "box", { value: pulumi.secret(first.shout) }, opts);
  const text = (greeting) =>
    pulumi.runtime.call("nodefake:index:Box/describe", { __self__: box, greeting }, box).apply(({ text }) => text);
  $res("nodefake:index:Thing", "after", { value: box.inner }, opts);
  module.exports = { shout: box.shout, plain: text("hello"), hidden: text(pulumi.secret("psst")) };`;

describe("components of a provider written with the Node SDK", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.putOnPath("nodefake", join(providers, "nodefake.ts"));
    await workspace.run("stack init dev");
    workspace.program(BOX);
  });
  afterAll(() => workspace.remove());

  it("are previewed with values that are not known yet", async () => {
    const { stdout, exitCode } = await workspace.run("preview --non-interactive");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("+ 5 to create");
    expect(workspace.cloud()).toEqual([]);
  });

  it("are constructed and called, with secrets and dependencies both ways", async () => {
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`using pulumi-resource-nodefake from $PATH at ${workspace.path("bin")}`);
    expect(stdout).toContain("hidden: [secret]");
    const state = clear(await workspace.exported());
    const { box, first, after, "box-inner": inner } = state;
    expect(box).toMatchObject({ custom: false, type: "nodefake:index:Box" });
    expect(inner).toMatchObject({
      parent: box?.urn,
      inputs: { value: { secret: "ONE" } },
      propertyDependencies: { value: [first?.urn] },
    });
    expect(after).toMatchObject({
      inputs: { value: "box-inner-node" },
      propertyDependencies: { value: expect.arrayContaining([inner?.urn]) },
    });
    expect(state["shop-dev"]?.outputs).toEqual({
      shout: { secret: "ONE" },
      plain: `hello from ${box?.urn}`,
      hidden: { secret: `psst from ${box?.urn}` },
    });
  });

  it("stay as they are where nothing changed", async () => {
    const { stdout } = await workspace.run("up --yes --skip-preview --non-interactive --expect-no-changes");
    expect(stdout).toContain("5 unchanged");
  });

  it("say which property is wrong", async () => {
    workspace.program(
      `$box("nodefake:index:Box", "bad", { other: { part: pulumi.secret("psst") } }, { version: "2.0.0" });`,
    );
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "error: nodefake:index:Box resource 'bad' has a problem: the box is wrong\n" +
        "    \t\t- property value has a problem: missing\n" +
        "    \t\t- property other.part with value '{[secret]}' has a problem: odd\n",
    );
    expect(stdout.match(/1 error;/g)).toHaveLength(1);
    expect(Object.keys(await workspace.exported())).toContain("after");
  });

  it("say which method failed, and what is wrong with its arguments", async () => {
    workspace.program(`${BOX}
      pulumi.runtime.call("nodefake:index:Box/describe", { __self__: box }, box).apply(() => undefined);`);
    expect((await workspace.up()).stdout).toContain("greeting");
    workspace.program(`${BOX}
      pulumi.runtime.call("nodefake:index:Box/sing", { __self__: box }, box).apply(() => undefined);`);
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "call to function 'nodefake:index:Box/sing' failed: no method nodefake:index:Box/sing",
    );
  });

  it("are deleted with their children", async () => {
    const { exitCode } = await workspace.run("destroy --yes --skip-preview --non-interactive");
    expect(exitCode).toBe(0);
    expect(workspace.cloud()).toEqual([]);
  });
});

describe("a folder of component classes", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    const folder = workspace.path("home/plugins/resource-boxes-v0.3.0");
    mkdirSync(folder);
    cpSync(join(providers, "boxes.ts"), join(folder, "index.ts"));
    writeFileSync(join(folder, "PulumiPlugin.yaml"), "runtime: nodejs\n");
    const description = { name: "boxes", version: "0.3.0", main: "index.ts" };
    writeFileSync(join(folder, "package.json"), JSON.stringify(description));
    symlinkSync(nodeModules, join(folder, "node_modules"));
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());

  it("is run by the SDK that it depends on", async () => {
    workspace.program(`
      const crate = $box("boxes:index:Crate", "crate", { content: "nails" }, { version: "0.3.0", outputs: ["label"] });
      module.exports = { label: crate.label };`);
    const { stdout, exitCode } = await workspace.up();
    expect(stdout).toContain(
      "nails under urn:pulumi:dev::shop::boxes:index:Crate$boxes:index:Lid::crate-lid",
    );
    expect(exitCode).toBe(0);
    expect(Object.keys(await workspace.exported())).toEqual([
      "shop-dev",
      "default_0_3_0",
      "crate",
      "crate-lid",
    ]);
  });
});
