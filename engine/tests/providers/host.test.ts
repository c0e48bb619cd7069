import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ParameterizeRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { createProviderHost, type ProviderHostArgs } from "../../src/providers/host.ts";
import type { Provider, ProviderSpec } from "../../src/providers/provider.ts";
import type { PluginOutput } from "../../src/providers/start-plugin.ts";
import { FAKE_PROVIDER, serveProvider, writeScript } from "./plugin-fixtures.ts";
import { type Place, place, spec } from "./plugin-places.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Hosted extends Place {
  readonly outputs: PluginOutput[];
  readonly load: (spec: ProviderSpec) => Promise<Provider>;
}

async function host(overrides: (where: Place) => Partial<ProviderHostArgs> = () => ({})): Promise<Hosted> {
  const where = await place();
  const outputs: PluginOutput[] = [];
  const made = createProviderHost({
    projectRoot: where.project,
    programDirectory: where.project,
    projectName: "p",
    config: { values: { "fake:region": "north", "p:x": "1" }, secretKeys: [] },
    engineAddress: () => "127.0.0.1:1",
    env: { PATH: process.env["PATH"], FAKE_DIR: join(where.project, "cloud") },
    pulumiHome: where.home,
    localPlugins: [],
    onPluginOutput: (output) => outputs.push(output),
    ...overrides(where),
  });
  onTestFinished(() => made.close());
  return { ...where, outputs, load: (wanted) => made.load(wanted) };
}

async function installFake(home: string, version: string): Promise<string> {
  const path = join(home, `plugins/resource-fake-v${version}/pulumi-resource-fake`);
  await mkdir(join(home, `plugins/resource-fake-v${version}`), { recursive: true });
  await symlink(FAKE_PROVIDER, path);
  return path;
}

const TYPE = "fake:index:Thing";
const create = {
  urn: `urn:pulumi:dev::p::${TYPE}::a`,
  name: "a",
  type: TYPE,
  inputs: {},
  timeout: 0,
  preview: false,
};

describe("createProviderHost", () => {
  it("starts an installed plugin in the program's directory and ends it", async () => {
    const { load, home, outputs } = await host();
    await installFake(home, "1.0.0");
    const provider = await load(spec("fake", "1.0.0"));
    expect(provider.pkg).toBe("fake");
    expect(await provider.create(create)).toMatchObject({ id: "a-1" });
    await provider.close();
    expect(outputs).toEqual([]);
  });

  it("notes that an installed plugin was used, as the official CLI does", async () => {
    const { load, home } = await host();
    await installFake(home, "1.0.0");
    const marker = join(home, "plugins/resource-fake-v1.0.0.lastused");
    await expect(stat(marker)).rejects.toThrow("ENOENT");
    await (await load(spec("fake", "1.0.0"))).close();
    expect((await stat(marker)).size).toBe(0);
  });

  it("has a plugin installed that is nowhere, where its version is known and no adapter serves it", async () => {
    const asked: string[] = [];
    const { load } = await host(({ home }) => ({
      install: async ({ pkg, version }) => {
        asked.push(`${pkg} ${version}`);
        await installFake(home, version);
      },
      adapters: { own: () => ({ pkg: "own", close: async () => undefined }) as Provider },
    }));
    await expect(load(spec("fake"))).rejects.toMatchObject({ code: "plugin-not-found" });
    await load(spec("own", "1.0.0"));
    expect(asked).toEqual([]);
    await (await load(spec("fake", "1.0.0"))).close();
    await (await load(spec("fake", "1.0.0"))).close();
    expect(asked).toEqual(["fake 1.0.0"]);
  });

  it("gives each plugin its own configuration and the project's options", async () => {
    const { load, home, project, outputs } = await host(() => ({ runtimeOptions: { typescript: false } }));
    const script = `#!/bin/sh\nenv | grep -E '^PULUMI_' | sort >&2\npwd >&2\nexec ${FAKE_PROVIDER} "$@"\n`;
    await writeScript(join(home, "plugins/resource-fake-v1.0.0/pulumi-resource-fake"), script);
    await (await load(spec("fake"))).close();
    expect(outputs.map(({ message }) => message)).toEqual([
      'PULUMI_CONFIG={"region":"north"}\n',
      "PULUMI_PROJECT=p\n",
      "PULUMI_RUNTIME_TYPESCRIPT=false\n",
      `${project}\n`,
    ]);
  });

  it("gives plugins and adapters environment variables under the names that the program maps them to", async () => {
    const environments: unknown[] = [];
    const adapter = { pkg: "other", close: async () => undefined } as Provider;
    const { load, home, outputs } = await host(() => ({
      env: { PATH: process.env["PATH"], MINE: "secret place" },
      adapters: {
        other: ({ env }) => {
          environments.push(env);
          return adapter;
        },
      },
    }));
    const script = `#!/bin/sh\nenv | grep -E '^(MINE|THEIRS|NOTHING)=' | sort >&2\nexec ${FAKE_PROVIDER} "$@"\n`;
    await writeScript(join(home, "plugins/resource-fake-v1.0.0/pulumi-resource-fake"), script);
    const envVarMappings = { MINE: "THEIRS", UNSET: "NOTHING" };
    await (await load(spec("fake", "1.0.0", { envVarMappings }))).close();
    expect(outputs.map(({ message }) => message)).toEqual(["MINE=secret place\n", "THEIRS=secret place\n"]);
    await load(spec("other", "", { envVarMappings }));
    expect(environments).toMatchObject([{ THEIRS: "secret place" }]);
    expect(environments[0]).not.toHaveProperty("NOTHING");
  });

  it("prefers an installed plugin to an adapter", async () => {
    const adapter = { pkg: "fake", close: async () => undefined } as Provider;
    const { load, home } = await host(() => ({ adapters: { fake: () => adapter } }));
    expect(await load(spec("fake", "1.0.0"))).toBe(adapter);
    await installFake(home, "1.0.0");
    expect(await load(spec("fake", "1.0.0"))).not.toBe(adapter);
  });

  it("has adapters of its own for random and docker", async () => {
    const { load } = await host();
    expect((await load(spec("random", "4.21.2"))).pkg).toBe("random");
    expect((await load(spec("docker", "5.2.0"))).pkg).toBe("docker");
  });

  it("says which plugin is missing and where it would go", async () => {
    const { load, home } = await host();
    await expect(load(spec("nopackage"))).rejects.toMatchObject({
      code: "plugin-not-found",
      message: "no resource plugin 'pulumi-resource-nopackage' found in the workspace or on your $PATH",
      help: expect.stringContaining(join(home, "plugins/resource-nopackage-v<version>")),
    });
    await expect(load(spec("x", "1.2.3", { pluginDownloadURL: "https://a.b" }))).rejects.toThrow(
      "no resource plugin 'pulumi-resource-x' found in the workspace at version v1.2.3 or on your $PATH from https://a.b",
    );
    const parameterization = { name: "y", version: "1.0.0", value: new Uint8Array() };
    await expect(load(spec("random", "", { parameterization }))).rejects.toMatchObject({
      code: "plugin-not-found",
    });
  });

  it("does not speak of PATH where it is not searched", async () => {
    const { load } = await host(() => ({ env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" } }));
    await expect(load(spec("x"))).rejects.toThrow(/found in the workspace$/);
  });

  it("warns of a plugin from PATH, and of one that is too old", async () => {
    const { load, bin, outputs } = await host((where) => ({
      env: { PATH: `${where.bin}:${process.env["PATH"]}` },
    }));
    await symlink(FAKE_PROVIDER, join(bin, "pulumi-resource-fake"));
    await load(spec("fake", "3.0.0"));
    expect(outputs).toEqual([
      {
        severity: "warning",
        message: `using pulumi-resource-fake from $PATH at ${join(bin, "pulumi-resource-fake")}\n`,
        streamId: 0,
      },
      {
        severity: "warning",
        message:
          "resource plugin fake is expected to have version >=3.0.0, but has 1.0.0; " +
          "the wrong version may be on your path, or this may be a bug in the plugin\n",
        streamId: 0,
      },
    ]);
  });

  it("ends a plugin that cannot become the package that is asked for", async () => {
    const { load, home } = await host();
    await installFake(home, "1.0.0");
    const parameterization = { name: "other", version: "1.0.0", value: new Uint8Array([1]) };
    await expect(load(spec("fake", "1.0.0", { parameterization }))).rejects.toThrow(
      "parameterize is not implemented",
    );
  });

  it("uses a provider that already runs in a debugger", async () => {
    const { load } = await host(() => ({
      env: { PULUMI_DEBUG_PROVIDERS: "other:7,fake:1" },
      deadlines: { ready: 100 },
    }));
    await expect(load(spec("fake"))).rejects.toMatchObject({
      code: "plugin-failed",
      message: expect.stringContaining("fake (resource) plugin [127.0.0.1:1] did not begin responding"),
    });
  });

  it("tells a provider in a debugger what package it is to be", async () => {
    const asked: (string | undefined)[] = [];
    const port = await serveProvider({
      parameterize(request: ParameterizeRequest) {
        asked.push(request.getValue()?.getName());
        return new messages.ParameterizeResponse().setName("wanted").setVersion("1.0.0");
      },
    });
    const { load } = await host(() => ({ env: { PULUMI_DEBUG_PROVIDERS: `fake:${port}` } }));
    const parameterization = { name: "wanted", version: "1.0.0", value: new Uint8Array([1]) };
    await load(spec("fake", "1.0.0", { parameterization }));
    expect(asked).toEqual(["wanted"]);
  });

  it("runs a plugin written for Node with the SDK that it depends on", async () => {
    const { load, home, project } = await host();
    const folder = join(home, "plugins/resource-fake-v1.0.0");
    const code = `
      const provider = { version: "1.0.0", create: async (urn, inputs) => ({ id: "made", outs: { ...inputs } }) };
      require("@pulumi/pulumi/provider").main(provider, process.argv.slice(2));`;
    await writeScript(join(folder, "index.js"), code);
    await writeFile(join(folder, "package.json"), '{"name":"fake","version":"1.0.0"}');
    await writeFile(join(folder, "PulumiPlugin.yaml"), "runtime:\n  name: nodejs\n");
    await expect(load(spec("fake"))).rejects.toMatchObject({
      help: expect.stringContaining(`Run npm install in ${folder}.`),
    });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const provider = await load(spec("fake"));
    expect(await provider.create(create)).toMatchObject({ id: "made" });
    expect(project).toBeTruthy();
  });

  it("refuses a plugin that becomes another package than the one that is asked for", async () => {
    const { load, home } = await host();
    const folder = join(home, "plugins/resource-base-v1.0.0");
    const code = `
      const parameterizeValue = async (_name, version) => ({ name: "surprise", version });
      require("@pulumi/pulumi/provider").main({ version: "1.0.0", parameterizeValue }, process.argv.slice(2));`;
    await writeScript(join(folder, "index.js"), code);
    await writeFile(join(folder, "package.json"), '{"name":"base","version":"1.0.0"}');
    await writeFile(join(folder, "PulumiPlugin.yaml"), "runtime:\n  name: nodejs\n");
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const parameterization = { name: "wanted", version: "1.0.0", value: new Uint8Array([1]) };
    await expect(load(spec("base", "1.0.0", { parameterization }))).rejects.toThrow(
      'parameterize response name "surprise" does not match expected package "wanted"',
    );
  });

  it.each([
    ["runtime: go\n", /runtime go is not supported/],
    ["name: x\n", /names no runtime/],
    ["", /names no runtime/],
    [undefined, /loading PulumiPlugin\.yaml/],
  ])("says what is wrong with the plugin project %j", async (yaml, message) => {
    const { load, home } = await host();
    const folder = join(home, "plugins/resource-fake-v1.0.0");
    await mkdir(folder, { recursive: true });
    if (yaml !== undefined) await writeFile(join(folder, "PulumiPlugin.yaml"), yaml);
    await expect(load(spec("fake"))).rejects.toMatchObject({
      code: "plugin-failed",
      message: expect.stringMatching(message),
    });
  });

  it("refuses a plugin project that asks for another version of Pulumi", async () => {
    const { load, home } = await host();
    const folder = join(home, "plugins/resource-fake-v1.0.0");
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, "PulumiPlugin.yaml"),
      'runtime: nodejs\nrequiredPulumiVersion: ">=3.0.0 <3.100.0"\n',
    );
    await expect(load(spec("fake"))).rejects.toMatchObject({
      code: "pulumi-version-unfit",
      message: expect.stringMatching(
        /Pulumi CLI version 3\.\d+\.\d+ does not satisfy the version range ">=3\.0\.0 <3\.100\.0"/,
      ),
    });
  });
});
