import { describe, expect, it } from "vitest";
import { computed } from "../../../src/protocol/property-value.ts";
import { configured, createRequest, updateRequest } from "./configured.ts";
import type { SeenRequest } from "./fake-api-server.ts";
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

  describe("that a controller changes at the same time", () => {
    const isTakingOver = ({ method, contentType }: SeenRequest) =>
      method === "PATCH" && contentType === "application/json-patch+json";

    it("is read again before its fields are taken over", async () => {
      const { provider } = await connected();
      const first = configMap({ a: "1" });
      const old = { ...(await provider.create(createRequest(CONFIG_MAP, first))), inputs: first };
      let changes = 2;
      server.refuse = (request) => {
        if (isTakingOver(request) && changes-- > 0) server.change(PATH, (object) => (object["status"] = {}));
        return undefined;
      };
      await provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2" })));
      expect(server.find(PATH)).toMatchObject({ data: { a: "2" }, status: {} });
      expect(managersOf(PATH)).toEqual(["pulumi-kubernetes-0a1b2c3d Apply"]);
    });

    it("is given up where that goes on and on", async () => {
      const { provider } = await connected();
      const first = configMap({ a: "1" });
      const old = { ...(await provider.create(createRequest(CONFIG_MAP, first))), inputs: first };
      server.refuse = (request) => {
        if (isTakingOver(request)) server.change(PATH, (object) => (object["status"] = {}));
        return undefined;
      };
      await expect(provider.update(updateRequest(CONFIG_MAP, old, configMap({ a: "2" })))).rejects.toThrow(
        "the object has been modified",
      );
      expect(server.requests.filter(isTakingOver)).toHaveLength(5);
    });
  });

  describe("that has too much to do", () => {
    const BUSY = { code: 429, reason: "TooManyRequests", message: "too many requests" };

    it("is asked again after as long as it says", async () => {
      const { provider, slept } = await connected();
      const refusals = [
        { ...BUSY, retryAfter: 1 },
        { ...BUSY, code: 503, retryAfter: 2 },
      ];
      server.refuse = ({ method }) => (method === "POST" ? refusals.shift() : undefined);
      await provider.create(createRequest(CONFIG_MAP, configMap({ a: "1" })));
      expect(server.find(PATH)?.["data"]).toEqual({ a: "1" });
      expect(slept()).toBe(3000);
    });

    it("is not waited for by whoever gives up: what it said is told", async () => {
      const onSleep = () => void provider.cancel?.();
      const { provider } = await configured({ kubeconfig: server.kubeconfig }, { onSleep });
      server.refuse = ({ method }) => (method === "POST" ? { ...BUSY, retryAfter: 3600 } : undefined);
      const request = createRequest(CONFIG_MAP, configMap({ a: "1" }));
      await expect(provider.create(request)).rejects.toThrow("too many requests");
      expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    });

    it("is asked eleven times at most, and once where it does not say", async () => {
      const { provider } = await connected();
      const tries = () => server.requests.filter(({ method }) => method === "POST").length;
      server.refuse = ({ method }) => (method === "POST" ? { ...BUSY, retryAfter: 1 } : undefined);
      const request = createRequest(CONFIG_MAP, configMap({ a: "1" }));
      await expect(provider.create(request)).rejects.toThrow("too many requests");
      expect(tries()).toBe(11);
      server.refuse = ({ method }) => (method === "POST" ? BUSY : undefined);
      await expect(provider.create(request)).rejects.toThrow("too many requests");
      expect(tries()).toBe(12);
    });
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
