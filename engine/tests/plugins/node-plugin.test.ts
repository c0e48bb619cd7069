import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clear, PluginWorkspace } from "./plugin-workspace.ts";

const PROVIDER = resolve(import.meta.dirname, "providers/nodefake.ts");

/** Three things: `a` may be replaced, `b` has a secret, a reference and an asset, `c` follows `a`. */
const program = (zone: string, more = "") => `
  const opts = { version: "2.0.0", outputs: ["shout", "token", "digest", "echo", "asset", "size"] };
  const thing = (name, props, more) => $res("nodefake:index:Thing", name, props, { ...opts, ...more });
  const a = thing("a", { value: "one", zone: "${zone}" }, { customTimeouts: { create: "5m" } });
  const b = thing("b", { value: pulumi.secret("hush"), echo: a, asset: new pulumi.asset.StringAsset("text") });
  const c = thing("c", { value: a.id });
  const called = pulumi.runtime.invokeOutput("nodefake:index:shout", { text: c.shout }, opts);
  module.exports = { b: b.shout, called: called.text, size: c.size, token: c.token };
  ${more}`;

describe("a provider written with the Node SDK", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.install("nodefake", "2.0.0", PROVIDER);
    await workspace.run("stack init dev");
    workspace.program(program("x"));
  });
  afterAll(() => workspace.remove());

  it("is asked what would happen, and creates nothing", async () => {
    const { stdout, exitCode } = await workspace.run("preview --non-interactive");
    expect(stdout).toContain("+ 4 to create");
    expect(exitCode).toBe(0);
    expect(workspace.cloud()).toEqual([]);
  });

  it("creates what the program asks for, with secrets, references and assets in and out", async () => {
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('called: "A-NODE-X"');
    expect(workspace.cloud()).toEqual(["a-node-x.json", "b-node.json", "c-node.json"]);
    const { a, b, c } = clear(await workspace.exported());
    expect(a).toMatchObject({
      id: "a-node-x",
      inputs: { value: "one", zone: "x", size: 1 },
      outputs: { shout: "ONE", token: { secret: "node-token" } },
      customTimeouts: { create: 300 },
    });
    expect(b).toMatchObject({
      inputs: { value: { secret: "hush" }, echo: { urn: a?.urn, id: "a-node-x" }, asset: { text: "text" } },
      outputs: { shout: { secret: "HUSH" }, echo: { id: "a-node-x" }, asset: { hash: expect.any(String) } },
    });
    expect(c?.propertyDependencies).toEqual({ value: [a?.urn] });
    const state = readFileSync(workspace.path("state/.pulumi/stacks/shop/dev.json"), "utf8");
    expect(state).not.toMatch(/hush|node-token/i);
  });

  it("finds nothing to do the second time", async () => {
    const { stdout } = await workspace.run("up --yes --skip-preview --non-interactive --expect-no-changes");
    expect(stdout).toContain("4 unchanged");
  });

  it("replaces where the provider says so, and updates what follows", async () => {
    workspace.program(program("y"));
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("+-1 replaced");
    expect(workspace.cloud()).toEqual(["a-node-y.json", "b-node.json", "c-node.json"]);
    const { c } = clear(await workspace.exported());
    expect(c?.inputs).toMatchObject({ value: "a-node-y" });
  });

  it("has its refusal of an input shown beside the resource", async () => {
    workspace.program(program("y", 'thing("d", {});'));
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "nodefake:index:Thing resource 'd': property value value {<nil>} has a problem: is required",
    );
    expect(workspace.deployment().pending_operations).toBeUndefined();
  });

  it("has an object that is not ready recorded, and retried", async () => {
    workspace.program(program("y", 'thing("d", { value: pulumi.secret("v"), notReady: "still starting" });'));
    const failed = await workspace.up();
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("still starting");
    const { d } = clear(await workspace.exported());
    expect(d).toMatchObject({
      id: "d-node",
      initErrors: ["still starting"],
      inputs: { value: { secret: "v" } },
    });
    workspace.program(program("y", 'thing("d", { value: pulumi.secret("v"), notReady: "still starting" });'));
    expect((await workspace.up()).stdout).toContain("~ 1 updated");
    expect(clear(await workspace.exported())["d"]?.initErrors).toBeUndefined();
  });

  it("reads what is there: drift, and what is gone", async () => {
    const drifted = {
      inputs: { value: "two", zone: "y" },
      outputs: { value: "two", zone: "y", shout: "TWO" },
    };
    writeFileSync(workspace.path("cloud/a-node-y.json"), JSON.stringify(drifted));
    rmSync(workspace.path("cloud/d-node.json"));
    const { stdout, exitCode } = await workspace.run("refresh --yes --skip-preview --non-interactive");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/~ 1 updated\n {4}- 1 deleted/);
    const { a, d } = clear(await workspace.exported());
    expect(a?.outputs).toMatchObject({ shout: "TWO" });
    expect(d).toBeUndefined();
  });

  it("lends what exists, and imports it", async () => {
    const lent = { inputs: { value: "lent" }, outputs: { value: "lent", shout: "LENT" } };
    writeFileSync(workspace.path("cloud/lent.json"), JSON.stringify(lent));
    writeFileSync(workspace.path("cloud/taken.json"), JSON.stringify(lent));
    workspace.program(`
      const opts = { version: "2.0.0", outputs: ["shout"] };
      const lent = $res("nodefake:index:Thing", "lent", {}, { ...opts, id: "lent" });
      $res("nodefake:index:Thing", "taken", { value: "lent" }, { ...opts, import: "taken" });
      module.exports = { shout: lent.shout };`);
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('shout : "LENT"');
    expect(stdout).toContain("= 1 imported");
    expect(workspace.cloud()).toEqual(["lent.json", "taken.json"]);
    const { lent: read, taken } = await workspace.exported();
    expect(read).toMatchObject({ external: true, id: "lent" });
    expect(taken).toMatchObject({ id: "taken", outputs: { shout: "LENT" } });
  });

  it("has the failure of a function told to the program", async () => {
    workspace.program(`module.exports = pulumi.runtime.invoke("nodefake:index:shout", { text: "" });`);
    const refused = await workspace.run("preview --non-interactive");
    expect(refused.stdout).toContain("is empty");
    expect(refused.exitCode).toBe(1);
    workspace.program(`module.exports = pulumi.runtime.invoke("nodefake:index:sing", {});`);
    const { stdout } = await workspace.run("preview --non-interactive");
    expect(stdout).toContain("no function nodefake:index:sing");
  });

  it("deletes everything at the end, but not what was lent", async () => {
    const { exitCode } = await workspace.run("destroy --yes --skip-preview --non-interactive");
    expect(exitCode).toBe(0);
    expect(workspace.cloud()).toEqual(["lent.json"]);
    expect(workspace.deployment().resources).toBeUndefined();
  });
});
