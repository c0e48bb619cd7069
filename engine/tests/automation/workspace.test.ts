import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestWorkspace, testWorkspace } from "./test-workspace.ts";

describe("a LocalWorkspace", () => {
  let workspace: TestWorkspace;
  let local: LocalWorkspace;
  let stack: Stack;
  let workDir = "";
  beforeAll(async () => {
    workspace = await testWorkspace();
    const options = workspace.program("exports.answer = 42;\n");
    workDir = options.workDir;
    local = await LocalWorkspace.create({ ...options, secretsProvider: "passphrase" });
    stack = await LocalWorkspace.createStack({ stackName: "dev", workDir }, options);
  });
  afterAll(() => workspace.remove());

  it("says which version of the official CLI answers, and who works where", async () => {
    expect(local.pulumiVersion).toMatch(/^3\.\d+\.\d+$/);
    const { user, url } = await local.whoAmI();
    expect(user).not.toBe("");
    expect(url).toBe(`file://${join(workspace.folder, "state")}`);
  });

  it("makes, selects, lists and removes stacks", async () => {
    await local.createStack("other");
    expect((await local.stack())?.name).toBe("other");
    await local.selectStack("dev");
    expect((await local.stack())?.name).toBe("dev");
    const names = (await local.listStacks()).map(({ name }) => name);
    expect(names).toEqual(["dev", "other"]);
    expect((await local.listStacks({ all: true })).map(({ current }) => current)).toEqual([true, false]);
    await local.setConfig("other", "kept", { value: "yes" });
    await local.removeStack("other", { preserveConfig: true });
    expect(existsSync(join(workDir, "Pulumi.other.yaml"))).toBe(true);
    await expect(local.removeStack("nowhere")).rejects.toThrow("no stack named 'nowhere' found");
    await local.selectStack("dev");
  });

  it("reads and writes configuration, whole, by path, as JSON, in clear and secret", async () => {
    await local.setConfig("dev", "plain", { value: "-1" });
    await local.setConfig("dev", "key", { value: "hush", secret: true });
    await local.setConfig("dev", "deep.list[0]", { value: "a" }, true);
    await local.setAllConfig("dev", { one: { value: "1" }, two: { value: "2", secret: true } });
    await local.setAllConfig("dev", { "deep.more": { value: "b" } }, true);
    await local.setAllConfigJson("dev", '{"local:json":{"value":"[1]","objectValue":[1],"secret":false}}');
    expect(await local.getConfig("dev", "plain")).toEqual({ value: "-1", secret: false });
    expect(await local.getConfig("dev", "deep.list[0]", true)).toEqual({ value: "a", secret: false });
    const all = await local.getAllConfig("dev");
    expect(all["local:key"]).toEqual({ value: "hush", secret: true });
    expect(all["local:two"]).toEqual({ value: "2", secret: true });
    expect(all["local:deep"]?.value).toBe('{"list":["a"],"more":"b"}');
    expect(all["local:json"]?.value).toBe("[1]");
    expect(readFileSync(join(workDir, "Pulumi.dev.yaml"), "utf8")).not.toContain("hush");
    await local.removeConfig("dev", "plain");
    await local.removeConfig("dev", "deep.more", true);
    await local.removeAllConfig("dev", ["one", "two"]);
    await local.removeAllConfig("dev", ["deep.list[0]"], true);
    expect(Object.keys(await local.getAllConfig("dev")).sort()).toEqual([
      "local:deep",
      "local:json",
      "local:key",
    ]);
    await expect(local.getConfig("dev", "plain")).rejects.toThrow("configuration key 'plain' not found");
  });

  it("restores configuration from the last update", async () => {
    await stack.up();
    await local.setConfig("dev", "late", { value: "1" });
    const refreshed = await local.refreshConfig("dev");
    expect(Object.keys(refreshed)).not.toContain("local:late");
    expect(refreshed["local:key"]).toEqual({ value: "hush", secret: true });
  });

  it("keeps tags", async () => {
    await local.setTag("dev", "team", "blue");
    expect(await local.getTag("dev", "team")).toBe("blue");
    expect(await local.listTags("dev")).toMatchObject({ team: "blue" });
    await local.removeTag("dev", "team");
    await expect(local.getTag("dev", "team")).rejects.toThrow("stack tag 'team' not found");
  });

  it("exports and imports state, and reads outputs", async () => {
    const state = await local.exportStack("dev");
    expect(state.version).toBe(3);
    await local.importStack("dev", state);
    expect(await local.exportStack("dev")).toEqual(state);
    expect(await local.stackOutputs("dev")).toEqual({ answer: { value: 42, secret: false } });
    const broken = {
      ...state,
      deployment: { ...state.deployment, resources: [{ urn: "urn:pulumi:x::y::z::w", type: "z" }] },
    };
    await expect(local.importStack("dev", broken)).rejects.toThrow("from a different stack");
  });

  it("works with the settings files", async () => {
    const project = await local.projectSettings();
    expect(project.name).toBe("local");
    await local.saveProjectSettings({ ...project, description: "tried" });
    const settings = await local.stackSettings("dev");
    expect(settings.encryptionSalt).toMatch(/^v1:/);
    await local.saveStackSettings("dev", {
      ...settings,
      config: { ...settings.config, "local:saved": "yes" },
    });
    expect(await local.getConfig("dev", "saved")).toEqual({ value: "yes", secret: false });
    expect(await local.getConfig("dev", "key")).toEqual({ value: "hush", secret: true });
  });

  it("refuses environments, which only Pulumi's cloud has", async () => {
    await expect(local.addEnvironments("dev", "x")).rejects.toThrow("does not support environments");
    await expect(local.listEnvironments("dev")).rejects.toThrow("does not support environments");
    await expect(local.removeEnvironment("dev", "x")).rejects.toThrow("does not support environments");
  });

  it("installs, lists and removes plugins, and what the program depends on", async () => {
    const tar = pack();
    tar.entry({ name: "pulumi-resource-far", mode: 0o755 }, "#!/bin/sh\n");
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const server = createServer((_request, response) => response.end(gzipSync(Buffer.concat(chunks))));
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    await local.installPluginFromServer(
      "far",
      "v1.0.0",
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    server.close();
    await local.installPlugin("far", "v0.9.0");
    const plugins = await local.listPlugins();
    expect(plugins).toMatchObject([{ name: "far", kind: "resource", version: "1.0.0" }]);
    expect(plugins[0]?.installTime).toBeInstanceOf(Date);
    await local.removePlugin("far", ">=1.0.0");
    expect(await local.listPlugins()).toEqual([]);
    const bin = join(workspace.folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npm"), `#!/bin/sh\necho "$@" > ${join(workspace.folder, "npm.txt")}\n`, {
      mode: 0o755,
    });
    local.envVars = { ...local.envVars, PATH: `${bin}:${local.envVars["PATH"]}` };
    await local.install({ noPlugins: true });
    expect(readFileSync(join(workspace.folder, "npm.txt"), "utf8")).toBe("install --loglevel=error\n");
  });

  it("takes the secrets provider that it has, and no other", async () => {
    await local.createStack("secret");
    const other = await LocalWorkspace.create({
      ...workspace.inline,
      workDir,
      secretsProvider: "awskms://alias/x",
    });
    await expect(other.createStack("cloud")).rejects.toThrow(/awskms|not supported/);
    await local.removeStack("secret");
  });
});
