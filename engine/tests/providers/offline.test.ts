import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { runOperation } from "../../src/execute/run-operation.ts";
import { createProviderHost } from "../../src/providers/host.ts";
import type { Provider, ProviderSpec } from "../../src/providers/provider.ts";
import { defaultOptions, fakeProvider } from "../../src/testing/index.ts";
import { FAKE_PROVIDER, temporaryDirectory, writeScript } from "./plugin-fixtures.ts";

const spec = (pkg: string): ProviderSpec => ({
  pkg,
  version: "",
  pluginDownloadURL: "",
  checksums: {},
  parameterization: undefined,
});

/** Counts who calls. */
async function listener() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { address: `127.0.0.1:${port}`, calls: () => calls };
}

async function load(
  pkg: string,
  env: { readonly [name: string]: string },
  more: { readonly adapters?: { readonly [pkg: string]: () => Provider }; readonly home?: string } = {},
): Promise<Provider> {
  const folder = await temporaryDirectory();
  const host = createProviderHost({
    projectRoot: folder,
    programDirectory: folder,
    projectName: "shop",
    config: { values: {}, secretKeys: [] },
    engineAddress: () => "127.0.0.1:1",
    env: { ...env, PULUMI_ENGINE_OFFLINE: "true" },
    pulumiHome: more.home ?? folder,
    localPlugins: [],
    onPluginOutput: () => undefined,
    ...(more.adapters && { adapters: more.adapters }),
  });
  onTestFinished(() => host.close());
  return host.load(spec(pkg));
}

const urn = (type: string) => `urn:pulumi:dev::shop::${type}::it`;
const provider = { urn: urn("pulumi:providers:x"), name: "x", type: "pulumi:providers:x", id: "" };

describe("a provider offline", () => {
  it("of Docker is configured, plans a container and a replacement, and asks no daemon", async () => {
    const { address, calls } = await listener();
    const docker = await load("docker", { DOCKER_HOST: `tcp://${address}` });
    await docker.configure({ ...provider, inputs: {} });
    const type = "docker:index/volume:Volume";
    const at = { urn: urn(type), name: "it", type };
    const made = await docker.create({ ...at, inputs: { name: "data" }, timeout: 0, preview: true });
    expect(made.outputs["name"]).toBe("data");
    const old = { name: "data", driver: "local" };
    const diff = await docker.diff({
      ...{
        ...at,
        id: "data",
        oldInputs: old,
        oldOutputs: old,
        newInputs: { name: "other", driver: "local" },
      },
      ignoreChanges: [],
    });
    expect(diff.replaceKeys).toEqual(["name"]);
    await expect(docker.create({ ...at, inputs: {}, timeout: 0, preview: false })).rejects.toThrow(
      "PULUMI_ENGINE_OFFLINE",
    );
    await expect(
      docker.invoke({ token: "docker:index/getNetwork:getNetwork", args: {}, preview: true }),
    ).rejects.toThrow("getNetwork cannot be asked for");
    expect(calls()).toBe(0);
  });

  it("of Kubernetes takes the object for what is recorded, and asks no server", async () => {
    const { address, calls } = await listener();
    const kubeconfig = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: `http://${address}` } }],
      users: [{ name: "u", user: {} }],
    });
    const kubernetes = await load("kubernetes", {});
    await kubernetes.configure({ ...provider, inputs: { kubeconfig } });
    const type = "kubernetes:core/v1:ConfigMap";
    const object = (color: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "it", namespace: "shop" },
      data: { color },
    });
    const recorded = { ...object("red"), __inputs: object("red"), __initialApiVersion: "v1" };
    const at = { urn: urn(type), name: "it", type, id: "shop/it" };
    const diffTo = (color: string) =>
      kubernetes.diff({
        ...{ ...at, oldInputs: object("red"), oldOutputs: recorded, newInputs: object(color) },
        ignoreChanges: [],
      });
    expect((await diffTo("red")).changes).toBe("none");
    expect(Object.keys((await diffTo("blue")).detailedDiff ?? {})).toEqual(["data.color"]);
    const made = await kubernetes.create({ ...at, inputs: object("blue"), timeout: 0, preview: true });
    expect(made.outputs).toEqual(object("blue"));
    expect(calls()).toBe(0);
  });

  it("does nothing but plan: what is recorded is what it reads", async () => {
    const fake = () =>
      fakeProvider({
        pkg: "fake",
        create: async () => ({ id: "made", outputs: {} }),
        update: async () => ({ outputs: {} }),
      });
    const offline = await load("fake", {}, { adapters: { fake } });
    const at = { urn: urn("fake:index:Thing"), name: "it", type: "fake:index:Thing", id: "1" };
    const states = { oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [], timeout: 0 };
    expect(await offline.create({ ...at, inputs: {}, timeout: 0, preview: true })).toMatchObject({
      id: "made",
    });
    expect(await offline.update({ ...at, ...states, preview: true })).toEqual({ outputs: {} });
    await expect(offline.update({ ...at, ...states, preview: false })).rejects.toThrow(
      "nothing is contacted",
    );
    await expect(offline.delete({ ...at, ...states })).rejects.toThrow("nothing is contacted");
    const recorded = { ...at, inputs: { a: 1 }, state: { b: 2 }, timeout: 0 };
    expect(await offline.read(recorded)).toEqual({ id: "1", inputs: { a: 1 }, outputs: { b: 2 } });
    await expect(offline.read({ ...recorded, state: {} })).rejects.toThrow("nothing is contacted");
    const interrupted = { ...at, inputs: {}, preview: true };
    expect(await offline.findInterrupted?.(interrupted)).toEqual({ kind: "unknown" });
  });

  it("is never a plugin that is installed: nothing keeps it offline", async () => {
    const home = await temporaryDirectory();
    await writeScript(`${home}/plugins/resource-fake-v1.0.0/pulumi-resource-fake`, FAKE_PROVIDER);
    await expect(load("fake", {}, { home })).rejects.toThrow(
      "PULUMI_ENGINE_OFFLINE is set: nothing keeps the plugin of package fake offline",
    );
  });
});

describe("an operation offline", () => {
  it("is a preview of an update or a destroy, or it does not begin", async () => {
    const refused = [
      ["update", { preview: false }],
      ["update", { preview: true, refresh: true }],
      ["refresh", { preview: true }],
      ["import", { preview: true }],
    ] as const;
    for (const [kind, options] of refused) {
      const operation = runOperation(
        kind,
        { ...defaultOptions, ...options, offline: true },
        undefined as never,
      );
      await expect(operation).rejects.toThrow("only previews without a refresh are possible");
    }
  });
});
