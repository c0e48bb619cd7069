import { describe, expect, it } from "vitest";
import { computed } from "../../../src/protocol/property-value.ts";
import { createRequest, updateRequest } from "./configured.ts";
import type { Json } from "./fake-apply.ts";
import {
  CONFIG_MAP,
  configMap,
  connected,
  managersOf,
  PATH,
  server,
  useFakeCluster,
} from "./fake-cluster.ts";

useFakeCluster();

describe("a kubernetes cluster", () => {
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
});
