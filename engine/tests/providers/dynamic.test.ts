import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { createProviderHost, type ProviderHostArgs } from "../../src/providers/host.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { PluginOutput } from "../../src/providers/start-plugin.ts";
import { temporaryDirectory, writeScript } from "./plugin-fixtures.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TYPE = "pulumi-nodejs:dynamic:Resource";
const RESOURCE = { urn: `urn:pulumi:dev::p::${TYPE}::d`, name: "d", type: TYPE };

/** What the SDK makes of a dynamic provider, by hand. */
const CODE = `exports.handler = () => ({
  async configure({ config }) { this.region = config.get("region"); },
  async check(olds, news) { return { inputs: { ...news, checked: true } }; },
  async create(inputs) {
    console.log("making it");
    console.error("careful");
    if (inputs.fail) throw new Error("dynamic create refused");
    return { id: "dyn-" + inputs.value, outs: { ...inputs, region: this.region, yaml: typeof require("yaml").parse } };
  },
});`;

async function dynamic(
  programDirectory = ROOT,
  { pkg = "pulumi-nodejs", ...more }: Partial<ProviderHostArgs> & { readonly pkg?: string } = {},
): Promise<{ provider: Provider; outputs: PluginOutput[] }> {
  const outputs: PluginOutput[] = [];
  const host = createProviderHost({
    projectRoot: programDirectory,
    programDirectory,
    projectName: "p",
    config: { values: {}, secretKeys: [] },
    engineAddress: () => "127.0.0.1:1",
    env: { PATH: process.env["PATH"] },
    pulumiHome: "/nowhere",
    localPlugins: [],
    onPluginOutput: (output) => outputs.push(output),
    ...more,
  });
  onTestFinished(() => host.close());
  const spec = {
    pkg,
    version: "",
    pluginDownloadURL: "",
    checksums: {},
    parameterization: undefined,
  };
  return { provider: await host.load(spec), outputs };
}

async function configured() {
  const { provider, outputs } = await dynamic();
  const type = "pulumi:providers:pulumi-nodejs";
  const request = { urn: `urn:pulumi:dev::p::${type}::default`, name: "default", type, id: "1" };
  const capabilities = await provider.configure({ ...request, inputs: { "p:region": "north" } });
  return { provider, outputs, capabilities };
}

describe("the dynamic provider", () => {
  it("runs the program's code with its modules and configuration, and shows what it prints", async () => {
    const { provider, outputs } = await configured();
    const inputs = { value: "one", s: new Secret("shh"), __provider: new Secret(CODE) };
    const made = await provider.create({ ...RESOURCE, inputs, timeout: 0, preview: false });
    expect(made).toMatchObject({
      id: "dyn-one",
      outputs: { s: new Secret("shh"), region: "north", yaml: "function", __provider: new Secret(CODE) },
    });
    await provider.close();
    expect(outputs).toEqual([
      { severity: "info", message: "making it\n", streamId: expect.any(Number) },
      { severity: "info#err", message: "careful\n", streamId: expect.any(Number) },
    ]);
  });

  it("is not asked to create in a preview: it would do it for real", async () => {
    const { provider, capabilities } = await configured();
    expect(capabilities.supportsPreview).toBe(false);
    const inputs = { value: computed, __provider: CODE };
    expect(await provider.create({ ...RESOURCE, inputs, timeout: 0, preview: true })).toEqual({
      id: "",
      outputs: inputs,
    });
  });

  it("checks inputs, and leaves configuration alone", async () => {
    const { provider } = await configured();
    const request = {
      ...RESOURCE,
      olds: {},
      randomSeed: new Uint8Array(),
      autonaming: undefined,
      preview: true,
    };
    const news = { value: computed, __provider: CODE };
    expect((await provider.check({ ...request, news })).inputs).toEqual({ ...news, checked: true });
    const { urn } = RESOURCE;
    expect(await provider.checkConfig({ urn, olds: {}, news: { a: 1 }, preview: false })).toEqual({
      inputs: { a: 1 },
      failures: [],
    });
  });

  it("reports errors of the code with its message only", async () => {
    const { provider } = await configured();
    const create = provider.create({
      ...RESOURCE,
      inputs: { fail: true, __provider: CODE },
      timeout: 0,
      preview: false,
    });
    await expect(create).rejects.toMatchObject({ message: "dynamic create refused", status: "unknown" });
  });

  it("says what to install where the program has no SDK", async () => {
    const directory = join(await temporaryDirectory(), "program");
    await expect(dynamic(directory)).rejects.toMatchObject({
      code: "plugin-failed",
      message: `@pulumi/pulumi/cmd/dynamic-provider was not found from ${directory}`,
    });
  });

  it("ends when its engine is killed", async () => {
    const source = new URL("../../src/providers/dynamic.ts", import.meta.url).href;
    const launch = {
      pkg: "pulumi-nodejs",
      cwd: ROOT,
      engineAddress: "127.0.0.1:1",
      projectName: "p",
      env: { PATH: process.env["PATH"] },
    };
    const deadlines = { port: 60_000, ready: 10_000, configure: 1000, shutdown: 1000 };
    const script = `
      const { startDynamicProvider } = await import(${JSON.stringify(source)});
      await startDynamicProvider({ ...${JSON.stringify({ ...launch, deadlines })}, onOutput() {} });
      console.log("ready");
      setInterval(() => {}, 1000);`;
    const engine = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(engine.stdout, "data");
    const children = await readFile(`/proc/${engine.pid}/task/${engine.pid}/children`, "utf8");
    engine.kill("SIGKILL");
    const status = () => readFile(`/proc/${children.trim()}/stat`, "utf8").catch(() => "");
    await vi.waitFor(async () => expect(await status()).toMatch(/^$|\) Z /), { timeout: 10_000 });
  });
});

describe("the dynamic providers of a Python program", () => {
  const pkg = "pulumi-python";
  const server = fileURLToPath(import.meta.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js"));

  /** A command that stands in for Python: it notes how it was started, and is a dynamic provider. */
  async function python(path: string): Promise<() => Promise<string>> {
    const notes = `${path}.notes`;
    const script = `#!/bin/sh\necho "$PATH:$PYTHONHOME" "$@" > '${notes}'\nexec '${process.execPath}' '${server}' 127.0.0.1:1\n`;
    await writeScript(path, script);
    return () => readFile(notes, "utf8");
  }

  async function answers(provider: Provider): Promise<void> {
    const urn = `urn:pulumi:dev::p::pulumi:providers:${pkg}::default`;
    const asked = { urn, olds: {}, news: { a: 1 }, preview: false };
    expect((await provider.checkConfig(asked)).inputs).toEqual({ a: 1 });
  }

  it("are served by the command that is named", async () => {
    const directory = await temporaryDirectory();
    const notes = await python(join(directory, "snake"));
    const env = { PATH: process.env["PATH"], PULUMI_PYTHON_CMD: join(directory, "snake") };
    const { provider } = await dynamic(directory, { pkg, env });
    await answers(provider);
    expect(await notes()).toMatch(/ -u -c [\s\S]*run_module\("pulumi\.dynamic"[\s\S]* 127\.0\.0\.1:1\n$/);
  });

  it.each([
    [{ virtualenv: "environment" }, "environment"],
    [{ toolchain: "uv" }, ".venv"],
  ])("are served by the virtual environment of the project's options: %j", async (runtimeOptions, folder) => {
    const directory = await temporaryDirectory();
    const bin = join(directory, folder, "bin");
    const notes = await python(join(bin, "python"));
    const env = { PATH: process.env["PATH"], PYTHONHOME: "/elsewhere", PULUMI_PYTHON_CMD: "nobody" };
    const { provider } = await dynamic(directory, { pkg, env, runtimeOptions });
    await answers(provider);
    expect(await notes()).toContain(`${bin}:${process.env["PATH"]}: -u -c`);
  });

  it("are refused where the virtual environment is none", async () => {
    const directory = await temporaryDirectory();
    const runtimeOptions = { virtualenv: "missing" };
    await expect(dynamic(directory, { pkg, runtimeOptions })).rejects.toMatchObject({
      code: "plugin-failed",
      message: `the virtual environment ${join(directory, "missing")} has no bin/python`,
      help: expect.stringContaining("python3 -m venv"),
    });
  });
});
