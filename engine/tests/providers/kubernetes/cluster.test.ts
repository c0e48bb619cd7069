import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { checkRequest, configured, createRequest, updateRequest } from "./configured.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import type { Json } from "./fake-apply.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const SECRET = "kubernetes:core/v1:Secret";

let server: FakeApiServer;

beforeEach(async () => {
  server = new FakeApiServer();
  await server.start();
});

afterEach(async () => {
  await server.stop();
  expect(server.unknown).toEqual([]);
});

const connected = (inputs: PropertyMap = {}) => configured({ kubeconfig: server.kubeconfig, ...inputs });

const configMap = (data: PropertyMap, metadata: PropertyMap = {}): PropertyMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "work", ...metadata },
  data,
});

const PATH = "/api/v1/namespaces/work/configmaps/settings";

const managersOf = (path: string): string[] => {
  const entries = ((server.get(path)["metadata"] as Json)["managedFields"] ?? []) as Json[];
  return entries.map((entry) => `${String(entry["manager"])} ${String(entry["operation"])}`);
};

describe("a kubernetes cluster", () => {
  it("gets a checked object and gives back what it made of it", async () => {
    const { provider } = await connected();
    const news = { apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } };
    const { inputs } = await provider.check(checkRequest(CONFIG_MAP, news));
    const { name } = inputs["metadata"] as { name: string };
    expect(inputs["metadata"]).toMatchObject({ namespace: "work" });
    expect(name).toMatch(/^thing-[0-9a-f]{8}$/);

    const created = await provider.create(createRequest(CONFIG_MAP, inputs));

    expect(created.id).toBe(`work/${name}`);
    expect(created.outputs).toMatchObject({
      __fieldManager: "pulumi-kubernetes-0a1b2c3d",
      __initialApiVersion: "v1",
      __inputs: inputs,
      data: { a: "1" },
      metadata: { uid: expect.any(String) as string },
    });
    const sent = server.requests.find(({ method }) => method === "POST");
    expect(sent?.query.get("fieldManager")).toBe("pulumi-kubernetes");
    expect(sent?.query.has("dryRun")).toBe(false);
  });

  it("uses the namespace of the settings, then that of the chosen context", async () => {
    const news = { apiVersion: "v1", kind: "ConfigMap" };
    const inContext = await connected({ context: "other" });
    expect((await inContext.provider.check(checkRequest(CONFIG_MAP, news))).inputs).toMatchObject({
      metadata: { namespace: "elsewhere" },
    });
    const inSettings = await connected({ namespace: "chosen" });
    expect((await inSettings.provider.check(checkRequest(CONFIG_MAP, news))).inputs).toMatchObject({
      metadata: { namespace: "chosen" },
    });
  });

  it("is asked by a dry run what a preview would make, and keeps nothing", async () => {
    const { provider } = await connected();
    const preview = await provider.create(
      createRequest(CONFIG_MAP, configMap({ a: "1" }), { preview: true }),
    );
    expect(preview.id).toBe("");
    expect(preview.outputs).toMatchObject({ __inputs: configMap({ a: "1" }), data: { a: "1" } });
    expect(preview.outputs).not.toHaveProperty("status");
    expect(server.find(PATH)).toBeUndefined();
  });

  it("is not asked where values are not known, the kind is not there or the field is another's", async () => {
    const { provider } = await connected();
    const unknown = configMap({ a: computed });
    expect((await provider.create(createRequest(CONFIG_MAP, unknown, { preview: true }))).outputs).toBe(
      unknown,
    );
    const missing = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    const type = "kubernetes:example.com/v1:Widget";
    expect((await provider.create(createRequest(type, missing, { preview: true }))).outputs).toBe(missing);
    const patch = "kubernetes:core/v1:ConfigMapPatch";
    const inputs = configMap({ a: "1" });
    expect((await provider.create(createRequest(patch, inputs, { preview: true }))).outputs).toBe(inputs);
    expect(server.requests.some(({ method }) => method === "POST" || method === "PATCH")).toBe(false);
  });

  it.each([
    ["a right is missing", { code: 403, reason: "Forbidden", message: "no" }],
    ["the old object is in the way", { code: 409, reason: "AlreadyExists", message: "there" }],
    [
      "the namespace comes later",
      { code: 404, reason: "NotFound", message: "n", details: { kind: "namespaces" } },
    ],
    [
      "dry runs are not supported",
      { code: 400, reason: "BadRequest", message: "w does not support dry run" },
    ],
  ])("answers a preview with the inputs where %s", async (_, refused) => {
    const { provider } = await connected();
    server.refuse = ({ method }) => (method === "POST" ? refused : undefined);
    const inputs = configMap({ a: "1" });
    const preview = await provider.create(createRequest(CONFIG_MAP, inputs, { preview: true }));
    expect(preview.outputs).toBe(inputs);
  });

  it("tells a refused preview", async () => {
    const { provider } = await connected();
    server.refuse = ({ method }) =>
      method === "POST" ? { code: 422, reason: "Invalid", message: "data is bad" } : undefined;
    const request = createRequest(CONFIG_MAP, configMap({ a: "1" }), { preview: true });
    await expect(provider.create(request)).rejects.toThrow(/was not successfully created .*: data is bad/);
  });

  it("is asked again while the namespace of an object is on its way", async () => {
    const { provider, told } = await connected();
    let refusals = 0;
    server.refuse = ({ method }) => {
      if (method !== "POST" || refusals++ > 1) return undefined;
      return { code: 404, reason: "NotFound", message: 'namespaces "work" not found' };
    };
    await provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" })));
    expect(told.map(({ message }) => message)).toContain(
      'Retry #1; creation failed: namespaces "work" not found',
    );
  });

  it("says that a definition is missing once it has waited for it", async () => {
    const { provider } = await connected();
    const inputs = {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "w", namespace: "work" },
    };
    await expect(provider.create(createRequest("kubernetes:example.com/v1:Widget", inputs))).rejects.toThrow(
      /Verify that any required CRDs have been created: no matches for kind "Widget" in version "example.com\/v1"/,
    );
  });

  it("serves kinds that the program defines, once they are defined", async () => {
    const { provider } = await connected();
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: { group: "example.com", scope: "Cluster", names: { kind: "Widget", plural: "widgets" } },
      status: { ignored: true },
    };
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const checked = await provider.check(checkRequest(type, definition));
    expect(checked.inputs).not.toHaveProperty("status");
    const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    const widgetType = "kubernetes:example.com/v1:Widget";
    expect((await provider.check(checkRequest(widgetType, widget))).inputs).toEqual(widget);
    server.define("/apis/example.com/v1", { Widget: ["widgets", false] });
    await provider.create(createRequest(type, checked.inputs));
    expect((await provider.create(createRequest(widgetType, widget))).id).toBe("w");
    // A definition is replaced as a whole.
    const old = { id: "widgets.example.com", inputs: checked.inputs, outputs: { ...checked.inputs } };
    const { outputs } = await provider.update(updateRequest(type, old, { ...checked.inputs, extra: true }));
    expect(outputs).toMatchObject({ extra: true });
    expect(server.requests.at(-1)?.method).toBe("PUT");
  });

  it("says what to do about an object that is there already, unless it may be taken over", async () => {
    server.put(PATH, configMap({ a: "0", b: "0" }) as Json);
    const { provider } = await connected();
    await expect(provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" })))).rejects.toThrow(
      /already exists[\s\S]*set upsertExistingObjects/,
    );
    const upserting = await connected({ upsertExistingObjects: true, enablePatchForce: "true" });
    const { outputs } = await upserting.provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" })));
    expect(outputs).toMatchObject({ data: { a: "1", b: "0" } });
  });

  it("updates by server-side apply and takes over the fields that it created", async () => {
    const { provider } = await connected();
    const first = configMap({ a: "1", b: "1" });
    const created = await provider.create(createRequest(CONFIG_MAP, first));
    expect(managersOf(PATH)).toEqual(["pulumi-kubernetes Update"]);

    const old = { ...created, inputs: first };
    const updated = await provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2" })));

    expect(updated.outputs).toMatchObject({ data: { a: "2" } });
    expect(server.find(PATH)?.["data"]).toEqual({ a: "2" });
    expect(managersOf(PATH)).toEqual(["pulumi-kubernetes-0a1b2c3d Apply"]);
  });

  it("previews an update by a dry run", async () => {
    const { provider } = await connected();
    const first = configMap({ a: "1" });
    const old = { ...(await provider.create(createRequest(CONFIG_MAP, first))), inputs: first };
    const preview = updateRequest(CONFIG_MAP, old, configMap({ a: "2" }), { preview: true });
    expect((await provider.update(preview)).outputs).toMatchObject({ data: { a: "2" } });
    expect(server.find(PATH)?.["data"]).toEqual({ a: "1" });
    const unknown = configMap({ a: computed });
    const unknownPreview = updateRequest(CONFIG_MAP, old, unknown, { preview: true });
    expect((await provider.update(unknownPreview)).outputs).toBe(unknown);
    server.refuse = ({ method }) =>
      method === "PATCH" ? { code: 403, reason: "Forbidden", message: "no" } : undefined;
    expect((await provider.update(preview)).outputs).toBe(preview.newInputs);
  });

  it("tells a conflict with another manager, unless the fields are to be taken", async () => {
    const { provider } = await connected();
    const first = configMap({ a: "1" });
    const old = { ...(await provider.create(createRequest(CONFIG_MAP, first))), inputs: first };
    server.put(PATH, configMap({ a: "theirs" }) as Json);
    await expect(provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2" })))).rejects.toThrow(
      /server-side apply field conflict detected[\s\S]*conflict with "somebody"/,
    );
    const forced = configMap({ a: "2" }, { annotations: { "pulumi.com/patchForce": "true" } });
    const { outputs } = await provider.update(updateRequest(CONFIG_MAP, old, forced));
    expect(outputs).toMatchObject({ data: { a: "2" } });
  });

  it("leaves ignored fields as they are: those of others to them, its own with their value", async () => {
    const { provider } = await connected();
    const first = configMap({ a: "1", b: "1" });
    const created = await provider.create(createRequest(CONFIG_MAP, first));
    const old = { ...created, inputs: first };
    const second = await provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2", b: "1" })));
    server.put(PATH, { ...configMap({ a: "2", b: "theirs" }), extra: "x" } as Json);
    const ignoring = { ignoreChanges: ["data.b", "data.missing", "data[*]"] };
    const recorded = { id: created.id, inputs: configMap({ a: "2", b: "1" }), outputs: second.outputs };
    await provider.update(updateRequest(CONFIG_MAP, recorded, configMap({ a: "2", b: "1" }), ignoring));
    expect(server.find(PATH)?.["data"]).toEqual({ a: "2", b: "theirs" });
  });

  it("gives up the fields of a manager that is replaced by name", async () => {
    const { provider } = await connected();
    const first = configMap({ a: "1" });
    const created = await provider.create(createRequest(CONFIG_MAP, first));
    const named = configMap({ a: "1" }, { annotations: { "pulumi.com/patchFieldManager": "team" } });
    const { outputs } = await provider.update(
      updateRequest(CONFIG_MAP, { ...created, inputs: first }, named),
    );
    expect(outputs["__fieldManager"]).toBe("team");
    expect(managersOf(PATH)).toContain("team Apply");
  });

  it("reads what is there now, and that nothing is there", async () => {
    const { provider } = await connected();
    const inputs = configMap({ a: "1" });
    const created = await provider.create(createRequest(CONFIG_MAP, inputs));
    server.change(PATH, (object) => {
      object["data"] = { a: "drifted", added: "x" };
    });
    const identity = { ...createRequest(CONFIG_MAP, inputs), id: created.id, inputs, state: created.outputs };
    const read = await provider.read(identity);
    expect(read?.inputs).toEqual(configMap({ a: "drifted" }));
    expect(read?.outputs).toMatchObject({
      data: { a: "drifted", added: "x" },
      __fieldManager: "pulumi-kubernetes-0a1b2c3d",
    });
    expect(await provider.read({ ...identity, id: "work/other" })).toBeUndefined();
    const unknownKind = { ...identity, type: "kubernetes:example.com/v1:Widget", inputs: {}, state: {} };
    expect(await provider.read(unknownKind)).toBeUndefined();
  });

  it("reads an object to import as a program would have written it", async () => {
    const annotations = { "deployment.kubernetes.io/revision": "1", team: "a" };
    server.put(PATH, { ...configMap({ a: "1" }, { annotations }), status: {} } as Json);
    const { provider } = await connected();
    const request = createRequest(CONFIG_MAP, {});
    const read = await provider.read({ ...request, id: "work/settings", inputs: {}, state: {} });
    expect(read?.inputs).toEqual(configMap({ a: "1" }, { annotations: { team: "a" } }));
    server.change(PATH, (object) => delete (object["metadata"] as Json)["annotations"]);
    const again = await provider.read({ ...request, id: "work/settings", inputs: {}, state: {} });
    expect(again?.inputs).toEqual(configMap({ a: "1" }));
  });

  it("marks data of secrets in all that it gives back", async () => {
    const { provider } = await connected();
    const news = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "work" },
      stringData: new Secret({ password: "hunter2" }),
    };
    const { inputs } = await provider.check(checkRequest(SECRET, news));
    const { outputs } = await provider.create(createRequest(SECRET, inputs));
    expect(outputs["data"]).toEqual(new Secret({ password: "aHVudGVyMg==" }));
    expect((outputs["__inputs"] as PropertyMap)["data"]).toBeInstanceOf(Secret);
  });

  it("deletes and waits until the object is gone", async () => {
    const { provider } = await connected();
    const inputs = configMap(
      { a: "1" },
      { annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" } },
    );
    const created = await provider.create(createRequest(CONFIG_MAP, inputs));
    server.lingers = 2;
    const request = {
      ...createRequest(CONFIG_MAP, inputs),
      id: created.id,
      oldInputs: inputs,
      oldOutputs: created.outputs,
    };
    await provider.delete(request);
    expect(server.find(PATH)).toBeUndefined();
    const sent = server.requests.find(({ method }) => method === "DELETE");
    expect(sent?.body).toEqual({ propagationPolicy: "Orphan" });
    // Gone already.
    await provider.delete(request);
  });

  it("fails where a deletion takes too long, and keeps the object in the state", async () => {
    const { provider } = await connected();
    const inputs = configMap(
      { a: "1" },
      { annotations: { "pulumi.com/deletionPropagationPolicy": "background" } },
    );
    const created = await provider.create(createRequest(CONFIG_MAP, inputs));
    server.lingers = 1000;
    const request = {
      ...createRequest(CONFIG_MAP, inputs),
      id: created.id,
      oldInputs: inputs,
      oldOutputs: created.outputs,
    };
    const failed = await provider.delete({ ...request, timeout: 0.9 }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect((failed as PartialFailure).reasons).toEqual(['timed out waiting for "settings" to be deleted']);
  });

  it("applies patches to objects of others, and gives the fields up again", async () => {
    server.put(PATH, configMap({ theirs: "1" }) as Json);
    const { provider } = await connected();
    const type = "kubernetes:core/v1:ConfigMapPatch";
    await expect(
      provider.check(checkRequest(type, { apiVersion: "v1", kind: "ConfigMap", data: { ours: "1" } })),
    ).rejects.toThrow("patch resources require the `.metadata.name` field to be set");
    const inputs = configMap({ ours: "1" });
    const created = await provider.create(createRequest(type, inputs));
    expect(server.find(PATH)?.["data"]).toEqual({ theirs: "1", ours: "1" });
    const changed = configMap({ ours: "2" });
    const diff = await provider.diff(updateRequest(type, { ...created, inputs }, changed));
    expect(diff.replaceKeys).toEqual([]);
    const updated = await provider.update(updateRequest(type, { ...created, inputs }, changed));
    const request = {
      ...createRequest(type, changed),
      id: created.id,
      oldInputs: changed,
      oldOutputs: updated.outputs,
    };
    await provider.delete(request);
    expect(server.find(PATH)?.["data"]).toEqual({ theirs: "1" });
    server.refuse = ({ method }) =>
      method === "PATCH"
        ? {
            code: 422,
            reason: "Invalid",
            message: "spec.x: Required value",
            details: { causes: [{ field: "spec.x" }] },
          }
        : undefined;
    await expect(provider.delete(request)).rejects.toThrow(/managing a required field.*: spec.x/);
  });

  it("passes on what the server warns of, once", async () => {
    server.warning = "v1 ConfigMap is old";
    const { provider, messages } = await connected();
    await provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" })));
    expect(messages()).toEqual(["v1 ConfigMap is old"]);
    const quiet = await connected({ suppressDeprecationWarnings: true });
    await quiet.provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" }, { name: "other" })));
    expect(quiet.messages()).toEqual([]);
  });

  it("says why an update or a read failed", async () => {
    const { provider } = await connected();
    const inputs = configMap({ a: "1" });
    const created = await provider.create(createRequest(CONFIG_MAP, inputs));
    const old = { ...created, inputs };
    server.refuse = ({ method }) =>
      method === "GET" ? { code: 500, reason: "InternalError", message: "etcd is away" } : undefined;
    await expect(provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2" })))).rejects.toThrow(
      'update of resource "urn:pulumi:dev::corpus::kubernetes:core/v1:ConfigMap::thing" failed: etcd is away',
    );
    const read = provider.read({
      ...createRequest(CONFIG_MAP, inputs),
      id: created.id,
      inputs,
      state: created.outputs,
    });
    await expect(read).rejects.toThrow("etcd is away");
    const gone = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    server.refuse = () => undefined;
    const request = updateRequest(
      "kubernetes:example.com/v1:Widget",
      { id: "w", inputs: gone, outputs: gone },
      gone,
    );
    await expect(provider.update(request)).rejects.toThrow(/Verify that any required CRDs have been created/);
  });

  it("is taken for unreachable where it lets nobody in", async () => {
    server.refuse = () => ({ code: 401, reason: "Unauthorized", message: "token expired" });
    const { provider } = await connected();
    await expect(provider.create(createRequest(CONFIG_MAP, configMap({})))).rejects.toThrow(
      "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: token expired",
    );
  });
});

describe("an interrupted create", () => {
  const request = (inputs: PropertyMap, preview = false, type = CONFIG_MAP) => ({
    urn: `urn:pulumi:dev::corpus::${type}::thing`,
    name: "thing",
    type,
    inputs,
    preview,
  });

  it("is found as it would have been recorded, by its creator or by a name that only it can have", async () => {
    const { provider } = await connected();
    const inputs = configMap({ a: "1" });
    expect(await provider.findInterrupted?.(request(inputs))).toEqual({ kind: "absent" });
    const { id, outputs } = await provider.create(createRequest(CONFIG_MAP, inputs));
    for (const preview of [true, false]) {
      expect(await provider.findInterrupted?.(request(inputs, preview))).toEqual({
        kind: "found",
        id,
        outputs,
      });
    }
    const annotations = { "pulumi.com/autonamed": "true" };
    const automatic = configMap({ a: "1" }, { name: "thing-1a2b3c4d", annotations });
    server.put("/api/v1/namespaces/work/configmaps/thing-1a2b3c4d", automatic as Json);
    expect(await provider.findInterrupted?.(request(automatic))).toMatchObject({ kind: "found" });
  });

  it("is left to a person where the object is another's, or another one", async () => {
    const { provider } = await connected();
    server.put(PATH, configMap({ a: "1" }) as Json);
    expect(await provider.findInterrupted?.(request(configMap({ a: "1" })))).toEqual({ kind: "unknown" });
    const other = configMap({ a: "1" }, { name: "other" });
    await provider.create(createRequest(CONFIG_MAP, other));
    const changed = configMap({ a: "2" }, { name: "other" });
    expect(await provider.findInterrupted?.(request(changed))).toEqual({ kind: "unknown" });
  });

  it("of an object that does not get ready is found all the same", async () => {
    const { provider } = await connected();
    const type = "kubernetes:batch/v1:Job";
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j", namespace: "work" }, spec: {} };
    server.controller = (object) => {
      object["status"] = { conditions: [{ type: "Failed", status: "True", reason: "r", message: "m" }] };
    };
    await provider.create(createRequest(type, job)).catch(() => undefined);
    const found = await provider.findInterrupted?.(request(job, false, type));
    expect(found).toMatchObject({ kind: "found", id: "work/j" });
  });

  it("of a patch or a file is done again, of an object in a cluster that is away nobody knows", async () => {
    const { provider } = await connected();
    const patch = "kubernetes:core/v1:ConfigMapPatch";
    expect(await provider.findInterrupted?.(request(configMap({}), false, patch))).toEqual({
      kind: "absent",
    });
    const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    expect(await provider.findInterrupted?.(request(widget))).toEqual({ kind: "absent" });
    server.refuse = () => ({ code: 500, reason: "InternalError", message: "no" });
    await expect(provider.findInterrupted?.(request(configMap({})))).rejects.toThrow("no");
    const rendering = await configured({ renderYamlToDirectory: "out" });
    expect(await rendering.provider.findInterrupted?.(request(configMap({})))).toEqual({ kind: "absent" });
    const away = await connected({ cluster: "away" });
    expect(await away.provider.findInterrupted?.(request(configMap({})))).toEqual({ kind: "unknown" });
  });
});
