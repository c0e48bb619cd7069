import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { checkRequest, configured, createRequest, updateRequest } from "./configured.ts";

const RENDER = { renderYamlToDirectory: "out" };

async function check(type: string, news: PropertyMap, changed = {}) {
  const { provider, messages } = await configured(RENDER);
  const { inputs } = await provider.check(checkRequest(type, news, changed));
  return { inputs, messages: messages() };
}

interface Change {
  readonly type: string;
  readonly old: PropertyMap;
  readonly wanted: PropertyMap;
  readonly live?: PropertyMap;
  readonly settings?: PropertyMap;
  readonly ignoreChanges?: readonly string[];
}

async function diff({ type, old, wanted, live = {}, settings = {}, ignoreChanges = [] }: Change) {
  const { provider } = await configured({ ...RENDER, ...settings });
  const state = { id: "default/a", inputs: old, outputs: { ...old, ...live, __inputs: old } };
  const answer = await provider.diff(updateRequest(type, state, wanted, { ignoreChanges }));
  const kinds = Object.entries(answer.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]);
  return { ...answer, kinds: Object.fromEntries(kinds) as unknown };
}

const named = (kind: string, rest: PropertyMap, apiVersion = "v1"): PropertyMap => ({
  apiVersion,
  kind,
  metadata: { name: "a" },
  ...rest,
});

describe("a check of a Kubernetes object", () => {
  it("gives the same name for the same seed, and keeps the one that was given", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const news = { apiVersion: "v1", kind: "ConfigMap" };
    const first = await check(type, news);
    expect((await check(type, news)).inputs).toEqual(first.inputs);
    const other = await check(type, news, { randomSeed: new Uint8Array([1]) });
    expect(other.inputs).not.toEqual(first.inputs);
    expect((await check(type, news, { olds: first.inputs, randomSeed: new Uint8Array([1]) })).inputs).toEqual(
      first.inputs,
    );
    const proposed = await check(type, news, { autonaming: { mode: "propose", name: "chosen" } });
    expect(proposed.inputs).toMatchObject({ metadata: { name: "chosen" } });
    await expect(check(type, news, { autonaming: { mode: "disabled" } })).rejects.toThrow(
      /autonaming is disabled/,
    );
  });

  it("leaves names, namespaces and annotations alone that are not known yet", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const metadata = { name: computed, namespace: computed };
    expect((await check(type, named("ConfigMap", { metadata }))).inputs["metadata"]).toEqual(metadata);
    const late = await check(type, named("ConfigMap", { metadata: { annotations: computed } }));
    expect(late.inputs["metadata"]).toMatchObject({ annotations: computed, namespace: "default" });
    const unknown = { apiVersion: "v1", kind: "ConfigMap", metadata: computed };
    expect((await check(type, unknown)).inputs).toEqual(unknown);
    const annotated = await check(type, named("ConfigMap", { metadata: { annotations: { a: "b" } } }));
    expect(annotated.inputs["metadata"]).toMatchObject({
      annotations: { a: "b", "pulumi.com/autonamed": "true" },
    });
  });

  it("keeps what the server would write out of the inputs", async () => {
    const metadata = { name: "a", namespace: "b", uid: "1", resourceVersion: "2", managedFields: [] };
    const { inputs } = await check("kubernetes:core/v1:ConfigMap", named("ConfigMap", { metadata }));
    expect(inputs["metadata"]).toEqual({ name: "a", namespace: "b" });
  });

  it("writes data of secrets as the server keeps it, unless it is not known yet", async () => {
    const type = "kubernetes:core/v1:Secret";
    const data = { a: "aGk=\n", b: "not base64!", c: 1 };
    expect((await check(type, named("Secret", { data }))).inputs["data"]).toEqual(
      new Secret({ a: "aGk=", b: "not base64!", c: 1 }),
    );
    expect((await check(type, named("Secret", { stringData: { a: "hi", b: 1 } }))).inputs["data"]).toEqual(
      new Secret({ a: "aGk=", b: 1 }),
    );
    const { inputs, messages } = await check(type, named("Secret", { stringData: { a: computed } }));
    expect(inputs["stringData"]).toEqual(new Secret({ a: computed }));
    expect(messages).toEqual(["rendered YAML will contain a secret value in plaintext"]);
    expect((await check(type, named("Secret", {}))).inputs).toEqual(
      named("Secret", { metadata: { name: "a", namespace: "default" } }),
    );
  });

  it("drops from definitions what the server drops", async () => {
    const definition = named("CustomResourceDefinition", {}, "apiextensions.k8s.io/v1");
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const spec = { group: "g", names: { kind: "K" }, preserveUnknownFields: false };
    const { inputs } = await check(type, { ...definition, spec });
    expect(inputs["spec"]).toEqual({ group: "g", names: { kind: "K" } });
    expect((await check(type, definition)).inputs).toEqual(definition);
  });

  it("refuses lists, and names that the server makes", async () => {
    await expect(check("kubernetes:core/v1:ConfigMapList", {})).rejects.toThrow(/list resources exist for/);
    const generated = named("ConfigMap", { metadata: { generateName: "a-" } });
    await expect(check("kubernetes:core/v1:ConfigMap", generated)).rejects.toThrow(/generateName/);
  });

  it("warns of hooks that do not run and of annotations that are not for people", async () => {
    const metadata = { name: "a", annotations: { "helm.sh/hook": "test", "pulumi.com/autonamed": "true" } };
    const { messages } = await check("kubernetes:core/v1:Pod", named("Pod", { metadata }));
    expect(messages[0]).toBe('ignoring user-specified value for internal annotation "pulumi.com/autonamed"');
    expect(messages[1]).toMatch(/^This resource contains Helm hooks/);
    const quiet = await configured({ ...RENDER, suppressHelmHookWarnings: true });
    await quiet.provider.check(checkRequest("kubernetes:core/v1:Pod", named("Pod", { metadata })));
    expect(quiet.messages()).toHaveLength(1);
  });
});

describe("a diff of a Kubernetes object", () => {
  it("names what was added, changed and removed, in lists too", async () => {
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    const policy = (spec: PropertyMap) => named("NetworkPolicy", { spec }, "networking.k8s.io/v1");
    const { kinds, changes } = await diff({
      type,
      old: policy({ a: 1, b: { "x.y": 1, z: 1 }, list: [1, { k: 1, gone: 1 }, 3], map: {}, none: null }),
      wanted: policy({ a: 2, b: { "x.y": 2 }, list: [1, { k: 2 }], map: [], none: null, late: computed }),
    });
    expect(changes).toBe("some");
    expect(kinds).toEqual({
      "spec.a": "update",
      'spec.b["x.y"]': "update",
      "spec.b.z": "delete",
      "spec.list[1].k": "update",
      "spec.list[1].gone": "delete",
      "spec.list[2]": "delete",
      "spec.map": "update",
      "spec.late": "add",
    });
  });

  it("compares with what is there, as far as the program said something about it", async () => {
    const old = named("ConfigMap", { data: { a: "1" }, list: [{ a: 1 }], empty: [] });
    const live = {
      data: { a: "drifted", theirs: "x" },
      list: [{ a: 1, b: 2 }, { a: 2 }],
      status: {},
      empty: [1],
    };
    const { kinds } = await diff({ type: "kubernetes:core/v1:ConfigMap", old, wanted: old, live });
    expect(kinds).toEqual({ "data.a": "update-replace" });
  });

  it.each([
    [
      "a Deployment's selector",
      "apps/v1",
      "Deployment",
      { selector: { matchLabels: { a: "1" } } },
      { selector: { matchLabels: { a: "2" } } },
      "spec.selector.matchLabels.a",
    ],
    [
      "a Job's template",
      "batch/v1",
      "Job",
      { template: { spec: { a: 1 } } },
      { template: { spec: { a: 2 } } },
      "spec.template.spec.a",
    ],
    [
      "a Pod's image",
      "v1",
      "Pod",
      { containers: [{ image: "a" }] },
      { containers: [{ image: "b" }] },
      "spec.containers[0].image",
    ],
    [
      "a Pod's second container",
      "v1",
      "Pod",
      { containers: [{ image: "a" }] },
      { containers: [{ image: "a" }, { image: "b" }] },
      "spec.containers[1]",
    ],
    ["a new container list", "v1", "Pod", {}, { initContainers: [{ image: "b" }] }, "spec.initContainers"],
    [
      "a Service's address",
      "v1",
      "Service",
      { clusterIP: "10.0.0.1" },
      { clusterIP: "10.0.0.2" },
      "spec.clusterIP",
    ],
  ])("replaces for %s", async (_, apiVersion, kind, old, wanted, path) => {
    const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
    const answer = await diff({
      type,
      old: named(kind, { spec: old }, apiVersion),
      wanted: named(kind, { spec: wanted }, apiVersion),
    });
    expect(answer.replaceKeys).toEqual([path]);
    // The name is the program's: there cannot be two.
    expect(answer.deleteBeforeReplace).toBe(true);
  });

  it("changes what can be changed in place", async () => {
    const type = "kubernetes:core/v1:Pod";
    const pod = (spec: PropertyMap) => named("Pod", { spec });
    const { replaceKeys } = await diff({
      type,
      old: pod({ x: 1 }),
      wanted: pod({ x: 2, containers: "late" }),
    });
    expect(replaceKeys).toEqual([]);
  });

  it("replaces config, unless it may change", async () => {
    const [old, wanted] = [
      named("ConfigMap", { data: { a: "1" } }),
      named("ConfigMap", { data: { a: "2" } }),
    ];
    const type = "kubernetes:core/v1:ConfigMap";
    expect((await diff({ type, old, wanted })).replaceKeys).toEqual(["data.a"]);
    expect(
      (await diff({ type, old, wanted, settings: { enableConfigMapMutable: true } })).replaceKeys,
    ).toEqual([]);
    const frozen = { ...wanted, immutable: true };
    const changed = await diff({
      type,
      old: { ...old, immutable: true },
      wanted: frozen,
      settings: { enableConfigMapMutable: true },
    });
    expect(changed.replaceKeys).toEqual(["data.a"]);
    const secret = { type: "kubernetes:core/v1:Secret", settings: { enableSecretMutable: true } };
    const [before, after] = [
      named("Secret", { data: { a: "YQ==" } }),
      named("Secret", { data: { a: "Yg==" } }),
    ];
    expect((await diff({ ...secret, old: before, wanted: after })).replaceKeys).toEqual([]);
    expect((await diff({ ...secret, settings: {}, old: before, wanted: after })).replaceKeys).toEqual([
      "data.a",
    ]);
  });

  it("takes no namespace for the default one, and ignores it where there is none", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const inDefault = named("ConfigMap", { metadata: { name: "a", namespace: "default" } });
    expect((await diff({ type, old: named("ConfigMap", {}), wanted: inDefault })).changes).toBe("none");
    const unknown = named("ConfigMap", { metadata: { name: "a", namespace: computed } });
    expect((await diff({ type, old: inDefault, wanted: unknown })).replaceKeys).toEqual([
      "metadata.namespace",
    ]);
    const namespace = named("Namespace", { metadata: { name: "a", namespace: "x" } });
    const cluster = { type: "kubernetes:core/v1:Namespace", old: named("Namespace", {}), wanted: namespace };
    expect((await diff(cluster)).changes).toBe("none");
  });

  it("keeps automatic names out of the way of a replacement", async () => {
    const metadata = { name: "a", annotations: { "pulumi.com/autonamed": "true" } };
    const old = named("ConfigMap", { metadata, data: { a: "1" } });
    const type = "kubernetes:core/v1:ConfigMap";
    const answer = await diff({ type, old, wanted: { ...old, data: { a: "2" } } });
    expect(answer.deleteBeforeReplace).toBe(false);
    const renamed = await diff({
      type,
      old: named("ConfigMap", {}),
      wanted: named("ConfigMap", { metadata: { name: "b" } }),
    });
    expect(renamed).toMatchObject({ replaceKeys: ["metadata.name"], deleteBeforeReplace: false });
  });

  it("leaves out what is ignored", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const change = {
      type,
      old: named("ConfigMap", { data: { a: "1" } }),
      wanted: named("ConfigMap", { data: { a: "2" } }),
    };
    expect((await diff({ ...change, ignoreChanges: ["data", "x["] })).changes).toBe("none");
  });

  it("always changes something where everything is to be rendered", async () => {
    const same = named("ConfigMap", {});
    const change = {
      type: "kubernetes:core/v1:ConfigMap",
      old: same,
      wanted: same,
      settings: { alwaysRender: true },
    };
    expect(await diff(change)).toMatchObject({ changes: "some", replaceKeys: [] });
  });
});

describe("rendered objects", () => {
  it("are read from the state, and a folder that cannot be written is told", async () => {
    const { provider } = await configured({ renderYamlToDirectory: "out" }, { directory: "/dev/null" });
    const object = named("ConfigMap", {});
    const request = createRequest("kubernetes:core/v1:ConfigMap", object);
    await expect(provider.create(request)).rejects.toThrow(
      /failed to write YAML file: "out\/1-manifest\/v1-configmap-/,
    );
    const read = { ...request, id: "a", inputs: object, state: { ...object, __inputs: object } };
    expect(await provider.read(read)).toEqual({ id: "a", inputs: object, outputs: read.state });
  });
});

describe("functions of the kubernetes package", () => {
  const invoke = async (token: string, args: PropertyMap) => {
    const { provider } = await configured(RENDER, { environment: { PATH: "/nowhere" } });
    return provider.invoke({ token, args, preview: false });
  };

  it("decode YAML, with a namespace for what has none", async () => {
    const text =
      "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: v1\nkind: Namespace\n---\nkind: x\n---\n- 1\n";
    const decoded = await invoke("kubernetes:yaml:decode", { text, defaultNamespace: "n" });
    expect(decoded.result).toEqual({
      result: [
        { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "n" } },
        { apiVersion: "v1", kind: "Namespace" },
      ],
    });
    const plain = await invoke("kubernetes:yaml:decode", { text: new Secret("apiVersion: v1\nkind: Pod") });
    expect(plain.result).toEqual({ result: [{ apiVersion: "v1", kind: "Pod" }] });
  });

  it("say what they cannot do", async () => {
    await expect(invoke("kubernetes:yaml:decode", {})).rejects.toThrow("missing required field 'text'");
    await expect(invoke("kubernetes:yaml:decode", { text: "a: [" })).rejects.toThrow(
      "cannot read the YAML text",
    );
    const chart = (options: object) =>
      invoke("kubernetes:helm:template", { jsonOpts: JSON.stringify(options) });
    await expect(chart({ release_name: "shop", path: "chart" })).rejects.toThrow(
      "the chart chart cannot be rendered: there is no helm on PATH; install Helm 3",
    );
    await expect(chart({ fetch_opts: { password: "p" } })).rejects.toThrow(
      "log in with `helm registry login`",
    );
    await expect(invoke("kubernetes:helm:template", { jsonOpts: "[]" })).rejects.toThrow("are no map");
    await expect(invoke("kubernetes:kustomize:directory", { directory: "." })).rejects.toThrow(
      "there is no kustomize or kubectl on PATH",
    );
    await expect(invoke("kubernetes:x:y", {})).rejects.toThrow('unknown Invoke type "kubernetes:x:y"');
  });
});
