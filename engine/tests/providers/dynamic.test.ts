import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { createProviderHost } from "../../src/providers/host.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { PluginOutput } from "../../src/providers/start-plugin.ts";
import { temporaryDirectory } from "./plugin-fixtures.ts";

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

async function dynamic(programDirectory = ROOT): Promise<{ provider: Provider; outputs: PluginOutput[] }> {
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
  });
  onTestFinished(() => host.close());
  const spec = {
    pkg: "pulumi-nodejs",
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
