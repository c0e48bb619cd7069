import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goProvider } from "./go-provider.ts";
import { clear, PluginWorkspace } from "./plugin-workspace.ts";

const BUILD_LIMIT = 900_000;

const program = (zone: string, more = "") => `
  const opts = { version: "1.2.3", outputs: ["shout", "token", "patience", "echo", "inner"] };
  const thing = (name, props, more) => $res("gofake:index:Thing", name, props, { ...opts, ...more });
  const a = thing("a", { value: "one", zone: "${zone}" }, { customTimeouts: { create: "1h30m" } });
  const b = thing("b", { value: pulumi.secret(a.id), echo: a, archive: new pulumi.asset.AssetArchive({
    part: new pulumi.asset.StringAsset("text") }) });
  const box = $box("gofake:index:Box", "box", { value: b.shout }, opts);
  const said = pulumi.runtime.call("gofake:index:Box/describe", { __self__: box, greeting: "hello" }, box);
  const called = pulumi.runtime.invokeOutput("gofake:index:shout", { text: box.inner }, opts);
  module.exports = { called: called.text, said: said.text, b: b.shout, patience: a.patience };
  ${more}`;

describe("a provider written with the Go SDK", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.install("gofake", "1.2.3", await goProvider());
    await workspace.run("stack init dev");
    await workspace.run("config set gofake:prefix go/");
    workspace.program(program("x"));
  }, BUILD_LIMIT);
  afterAll(() => workspace.remove());

  it("previews with values that are not known yet", async () => {
    const { stdout, exitCode } = await workspace.run("preview --non-interactive");
    expect(stdout).toContain("+ 5 to create");
    expect(exitCode).toBe(0);
    expect(workspace.cloud()).toEqual([]);
  });

  it("creates resources, constructs components and answers calls", async () => {
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('called  : "BOX-INNER-GO"');
    expect(stdout).toContain('said    : "hello from urn:pulumi:dev::shop::gofake:index:Box::box"');
    expect(workspace.cloud()).toEqual(["a-go-x.json", "b-go.json", "box-inner-go.json"]);
    const { a, b, box, "box-inner": inner, ...rest } = clear(await workspace.exported());
    expect(a).toMatchObject({
      inputs: { value: "one", zone: "x", size: 1 },
      outputs: { shout: "go/ONE", token: { secret: "go-token" }, patience: 5400 },
      customTimeouts: { create: 5400 },
    });
    expect(b).toMatchObject({
      inputs: { value: { secret: "a-go-x" }, echo: { urn: a?.urn, id: "a-go-x" } },
      outputs: { shout: { secret: "go/A-GO-X" }, archive: { assets: { part: { text: "text" } } } },
      propertyDependencies: { value: [a?.urn], echo: [a?.urn], archive: [] },
    });
    expect(box).toMatchObject({ custom: false, outputs: { shout: { secret: "go/GO/A-GO-X" } } });
    expect(inner).toMatchObject({ parent: box?.urn, inputs: { value: { secret: "go/A-GO-X" } } });
    expect(rest["default_1_2_3"]?.inputs).toMatchObject({ prefix: "go/", version: "1.2.3" });
    const state = readFileSync(workspace.path("state/.pulumi/stacks/shop/dev.json"), "utf8");
    expect(state).not.toMatch(/go-token|go\/A-GO-X/);
  });

  it("finds nothing to do the second time", async () => {
    const { stdout } = await workspace.run("up --yes --skip-preview --non-interactive --expect-no-changes");
    expect(stdout).toContain("5 unchanged");
  });

  it("has its refusal of an input shown beside the resource", async () => {
    workspace.program(program("x", 'thing("c", {});'));
    const { stdout, exitCode } = await workspace.up();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "gofake:index:Thing resource 'c': property value value {<nil>} has a problem: is required",
    );
  });

  it("replaces, and has an object recorded that is not ready", async () => {
    workspace.program(program("y", 'thing("d", { value: "v", notReady: "still starting" });'));
    const { stdout, exitCode } = await workspace.run(
      "up --yes --skip-preview --non-interactive --continue-on-error",
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain("still starting");
    expect(workspace.cloud()).toContain("a-go-y.json");
    const { d } = await workspace.exported();
    expect(d).toMatchObject({ id: "d-go", initErrors: ["still starting"] });
  });

  it("deletes everything at the end", async () => {
    const { exitCode } = await workspace.run("destroy --yes --skip-preview --non-interactive");
    expect(exitCode).toBe(0);
    expect(workspace.cloud()).toEqual([]);
  });
});
