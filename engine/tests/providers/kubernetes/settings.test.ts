import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { computed, type PropertyMap } from "../../../src/protocol/property-value.ts";
import { checkConfig, diffConfig } from "../../../src/providers/kubernetes/check-config.ts";
import { createKubernetesProvider } from "../../../src/providers/kubernetes/provider.ts";
import { configured, createRequest } from "./configured.ts";

const URN = "urn:pulumi:dev::corpus::pulumi:providers:kubernetes::p";

const check = (news: PropertyMap, environment = {}, urn = URN) =>
  checkConfig({ urn, olds: {}, news, preview: false }, environment).failures;

const diff = (oldInputs: PropertyMap, newInputs: PropertyMap) =>
  diffConfig({ urn: URN, oldInputs, oldOutputs: oldInputs, newInputs, ignoreChanges: [] });

const kubeconfig = (server: string) =>
  JSON.stringify({
    "current-context": "a",
    contexts: [
      { name: "a", context: { cluster: "a" } },
      { name: "b", context: { cluster: "b" } },
    ],
    clusters: [
      { name: "a", cluster: { server } },
      { name: "b", cluster: { server: "https://b" } },
    ],
  });

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const OBJECT = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } };
const IDENTITY = { ...createRequest(CONFIG_MAP, OBJECT), id: "b/a" };

describe("settings of the kubernetes provider", () => {
  it("may not name a cluster beside a folder", () => {
    const both = { renderYamlToDirectory: "out", context: "a", kubeconfig: "/k" };
    expect(check(both).map(({ property }) => property)).toEqual(["context", "kubeconfig"]);
    expect(check(both, { KUBECONFIG: "/k" }).map(({ property }) => property)).toEqual(["context"]);
    expect(check({ renderYamlToDirectory: "out", alwaysRender: true })).toEqual([]);
    expect(check({ alwaysRender: "true" }).map(({ reason }) => reason)).toEqual([
      '"alwaysRender" requires "renderYamlToDirectory" to be set',
    ]);
  });

  it("must say which cluster is meant in strict mode", () => {
    const failures = check({ strictMode: "true" }, {}, `${URN.slice(0, -1)}default_4_34_2`);
    expect(failures.map(({ reason }) => reason)).toEqual([
      "strict mode prohibits default provider",
      'strict mode requires Provider "kubeconfig" argument',
      'strict mode requires Provider "context" argument',
    ]);
    expect(check({ strictMode: "true", kubeconfig: computed, context: "a" })).toEqual([]);
  });

  it("replace the objects when another folder or cluster is meant, and only then", () => {
    expect(diff({ namespace: "a" }, { namespace: "a" }).changes).toBe("none");
    expect(diff({ namespace: "a" }, { namespace: "b" })).toMatchObject({
      changes: "some",
      changedKeys: ["namespace"],
      replaceKeys: [],
    });
    expect(diff({ renderYamlToDirectory: "a" }, { renderYamlToDirectory: "b" }).replaceKeys).toEqual([
      "renderYamlToDirectory",
    ]);
    const [old, moved] = [kubeconfig("https://a"), kubeconfig("https://c")];
    expect(diff({ kubeconfig: old }, { kubeconfig: moved }).replaceKeys).toEqual(["kubeconfig"]);
    expect(diff({ kubeconfig: old }, { kubeconfig: `${old} ` }).replaceKeys).toEqual([]);
    expect(diff({ kubeconfig: old }, { kubeconfig: old, context: "b" }).replaceKeys).toEqual(["context"]);
    expect(diff({ kubeconfig: old }, { kubeconfig: old, cluster: "b" }).replaceKeys).toEqual(["cluster"]);
    expect(diff({ kubeconfig: old }, { kubeconfig: computed }).replaceKeys).toEqual(["kubeconfig"]);
    expect(diff({ kubeconfig: old }, { kubeconfig: JSON.parse(moved) as PropertyMap }).replaceKeys).toEqual([
      "kubeconfig",
    ]);
    expect(diff({ kubeconfig: old }, { kubeconfig: "{" }).replaceKeys).toEqual([]);
    const [one, two] = [{ clusterIdentifier: "1" }, { clusterIdentifier: "2" }];
    expect(diff({ ...one, kubeconfig: old }, { ...one, kubeconfig: moved }).replaceKeys).toEqual([]);
    expect(diff({ ...one, kubeconfig: old }, { ...two, kubeconfig: old }).replaceKeys).toEqual([
      "clusterIdentifier",
    ]);
  });

  it("refuse to apply on the client", async () => {
    await expect(configured({ enableServerSideApply: false })).rejects.toThrow(/on the server only/);
    await expect(
      configured({}, { environment: { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "false" } }),
    ).rejects.toThrow(/on the server only/);
  });

  it("may be a file, and what cannot be read is told by the first call that needs the cluster", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
    const file = join(folder, "config");
    await writeFile(file, kubeconfig("https://127.0.0.1:1"));
    const create = async (inputs: PropertyMap) =>
      (await configured(inputs)).provider.create(createRequest(CONFIG_MAP, OBJECT));
    await expect(create({ kubeconfig: file })).rejects.toThrow(
      /dial tcp 127\.0\.0\.1:1: connect: connection refused/,
    );
    await expect(create({ kubeconfig: "just text" })).rejects.toThrow(
      /neither a file nor a YAML or JSON map/,
    );
    await expect(create({ kubeconfig: "a: 1" })).rejects.toThrow(/no configuration has been provided/);
    await expect(create({ kubeconfig: file, context: "missing" })).rejects.toThrow(/is unreachable/);
    await expect(create({ kubeconfig: '{"contexts": [{"context": 1}]}' })).rejects.toThrow(/is unreachable/);
    await rm(folder, { recursive: true, force: true });
  });

  it("must be there before anything else", async () => {
    const provider = createKubernetesProvider();
    await expect(provider.create(createRequest(CONFIG_MAP, OBJECT))).rejects.toThrow("is not configured");
    await expect(provider.create(createRequest("kubernetes:helm.sh/v3:Release", {}))).rejects.toThrow(
      /no Helm releases/,
    );
    await expect(provider.create(createRequest("kubernetes:yaml", {}))).rejects.toThrow(/is not a type/);
    await provider.close();
  });
});

describe("a cluster that is away", () => {
  const away = { kubeconfig: kubeconfig("https://127.0.0.1:1") };
  const read = { ...IDENTITY, inputs: OBJECT, state: OBJECT };
  const remove = { ...IDENTITY, oldInputs: OBJECT, oldOutputs: OBJECT };
  const update = { ...remove, newInputs: OBJECT, ignoreChanges: [] };

  it("fails what needs it, and lets previews be", async () => {
    const { provider, messages } = await configured(away);
    await expect(provider.read(read)).rejects.toThrow(
      /failed to read resource state due to unreachable cluster/,
    );
    await expect(provider.delete(remove)).rejects.toThrow(/PULUMI_K8S_DELETE_UNREACHABLE/);
    await expect(provider.update(update)).rejects.toThrow(/configured Kubernetes cluster is unreachable/);
    expect((await provider.update({ ...update, preview: true })).outputs).toBe(OBJECT);
    expect(messages()[0]).toMatch(/^configured Kubernetes cluster is unreachable: unable to load schema/);
    const wanted = {
      ...OBJECT,
      metadata: { name: "a", annotations: { "pulumi.com/replaceUnready": "true" } },
    };
    await provider.diff({ ...update, newInputs: wanted });
    expect(messages().at(-1)).toBe("Cluster is unreachable, skipping replaceUnready check");
  });

  it("is taken for gone where that is wanted", async () => {
    const { provider, messages } = await configured({ ...away, deleteUnreachable: true });
    expect(await provider.read(read)).toBeUndefined();
    await provider.delete(remove);
    expect(messages().at(-1)).toMatch(/Deleting the unreachable resource from Pulumi state/);
  });

  it("leaves everything as it is where that is wanted", async () => {
    const { provider, messages } = await configured(away, {
      environment: { PULUMI_K8S_SKIP_UPDATE_UNREACHABLE: "true" },
    });
    expect(await provider.read(read)).toMatchObject({ id: "b/a", inputs: OBJECT, outputs: OBJECT });
    const olds = { kept: true };
    const check = { ...IDENTITY, olds, news: OBJECT, randomSeed: new Uint8Array(), autonaming: undefined };
    expect((await provider.check(check)).inputs).toBe(olds);
    expect(messages().at(-1)).toMatch(/skipUpdateUnreachable flag is set to true, skipping/);
  });
});
