import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clear, PluginWorkspace } from "./plugin-workspace.ts";

const providers = resolve(import.meta.dirname, "providers");
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hush-hush" };

describe("pulumi import --from", () => {
  const workspace = new PluginWorkspace();
  const state = workspace.path("state.json");

  const convert = (content: object, more = "") => {
    writeFileSync(state, JSON.stringify({ source: "lens", things: [], ...content }));
    return workspace.run(`import --from lens ${state} --yes --skip-preview --non-interactive ${more}`);
  };
  const left = () =>
    readdirSync(workspace.path("program")).filter((name) => name.startsWith("pulumi-import-"));

  beforeAll(async () => {
    workspace.install("viewer", "1.0.0", resolve(providers, "viewer.ts"));
    workspace.installConverter("lens", "0.1.0", resolve(providers, "lensconv.ts"));
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());
  afterEach(() => {
    for (const name of left()) rmSync(workspace.path(`program/${name}`));
  });

  it("takes what the converter finds, under the names that a provider's plugin maps", async () => {
    const things = [
      { kind: "box", name: "box", component: true },
      { kind: "thing", name: "a", id: "a-1", parent: "box", version: "1.0.0" },
    ];
    const written = workspace.path("found.json");
    const content = { package: "viewer", things, problems: [{ severity: "warning", line: 7 }] };
    const { stdout, stderr, exitCode } = await convert(content, `--generate-resources ${written}`);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain("warning: state.lens:7,2-5: blurred; look again");
    expect(stderr).toContain(`Generated import file written out to ${written}`);
    expect(stdout).toContain("Please copy the following code into your Pulumi application");
    const { a, box } = await workspace.exported();
    expect(a).toMatchObject({ type: "viewer:index:Thing", id: "a-1", parent: box?.urn, protect: true });
    expect(JSON.parse(readFileSync(written, "utf8"))).toEqual({
      resources: [
        { type: "viewer:index:Box", name: "box", component: true },
        { type: "viewer:index:Thing", name: "a", id: "a-1", parent: "box", version: "1.0.0" },
      ],
    });
    expect(left()).toEqual([]);
  });

  it("asks every installed plugin, and those that map nothing count as such", async () => {
    workspace.install("nodefake", "2.0.0", resolve(providers, "nodefake.ts"));
    const mapped = await convert({ things: [{ kind: "thing", name: "b", id: "b-1" }] });
    expect(mapped.exitCode, mapped.stdout + mapped.stderr).toBe(0);
    expect((await workspace.exported())["b"]?.type).toBe("viewer:index:Thing");

    const unmapped = await convert({ source: "other", things: [{ kind: "thing", name: "c", id: "c-1" }] });
    expect(unmapped.exitCode).toBe(1);
    expect(unmapped.stdout + unmapped.stderr).toContain(
      "no resource plugin 'pulumi-resource-unmapped' found",
    );
  });

  it("keeps what it found, with secrets encrypted, where the import fails", async () => {
    const thing = { kind: "odd", name: "d", id: "d-1", inputs: { value: SECRET } };
    const { exitCode, stdout, stderr } = await convert({ things: [thing] });
    expect(exitCode).toBe(1);
    const [name = ""] = left();
    expect(stderr).toContain("Generated import file written out, edit and rerun import with --file");
    expect(stderr).toContain(name);
    const text = readFileSync(workspace.path(`program/${name}`), "utf8");
    expect(text + stdout + stderr).not.toContain("hush-hush");
    expect(text).toContain("ciphertext");
    expect(stdout + stderr).toContain("pulumi-resource-unmapped");

    writeFileSync(state, text.replace("unmapped:index:odd", "viewer:index:Thing"));
    const again = await workspace.run(`import --file ${state} --yes --skip-preview --non-interactive`);
    expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    expect(clear((await workspace.exported())["d"])?.inputs).toEqual({ value: { secret: "hush-hush" } });
  });

  it("says why where the list itself is wrong, and keeps it", async () => {
    const { exitCode, stderr } = await convert({ things: [{ kind: "thing", name: "e" }] });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("resource 'e' of type 'viewer:index:Thing' has no ID");
    expect(left()).toHaveLength(1);
  });

  it("ends with what the converter says is wrong", async () => {
    const problem = await convert({ problems: [{ severity: "error" }] });
    expect(problem.stderr).toContain("error: blurred; look again");
    expect(problem.stderr).toContain("conversion failed");
    const refused = await convert({ fail: "cannot read this" });
    expect(refused.stderr).toContain('converter "lens" failed: cannot read this');
    const dead = await convert({ die: true });
    expect(dead.stderr).toContain('converter "lens" failed');
    expect([problem, refused, dead].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
    expect(left()).toEqual([]);
  });

  it("refuses a converter that is not there, and a file beside it", async () => {
    const missing = await workspace.run("import --from blind x --yes");
    expect(missing.stderr).toContain("no converter plugin 'pulumi-converter-blind' found in the workspace");
    const both = await workspace.run(`import --from lens --file ${state} --yes`);
    expect(both.stderr).toContain("a converter may not be specified in conjunction with an import file");
  });

  it("finds a converter on PATH", async () => {
    workspace.putConverterOnPath("seen", resolve(providers, "lensconv.ts"));
    writeFileSync(
      state,
      JSON.stringify({ source: "lens", things: [{ kind: "thing", name: "f", id: "f-1" }] }),
    );
    const { exitCode, stdout, stderr } = await workspace.run(
      `import --from seen ${state} --yes --skip-preview --non-interactive --generate-code=false`,
    );
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stdout + stderr).toContain("pulumi-resource-unmapped");
  });
});
