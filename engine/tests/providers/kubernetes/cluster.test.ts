import { describe, expect, it } from "vitest";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { checkRequest, configured, createRequest, updateRequest } from "./configured.ts";
import type { Json } from "./fake-apply.ts";
import { CONFIG_MAP, configMap, connected, PATH, SECRET, server, useFakeCluster } from "./fake-cluster.ts";

useFakeCluster();

describe("a kubernetes cluster", () => {
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
