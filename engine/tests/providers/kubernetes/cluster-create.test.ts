import { describe, expect, it } from "vitest";
import { computed } from "../../../src/protocol/property-value.ts";
import { checkRequest, createRequest, updateRequest } from "./configured.ts";
import type { Json } from "./fake-apply.ts";
import { CONFIG_MAP, configMap, connected, PATH, server, useFakeCluster } from "./fake-cluster.ts";

useFakeCluster();

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
});
