import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionProgram } from "../../src/testing/index.ts";
import {
  at,
  type ClusterStack,
  call,
  changesOf,
  configMap,
  createStack,
  deleteNamespace,
  must,
  objects,
  workload,
} from "./cluster.ts";

let cluster: ClusterStack;

beforeAll(async () => {
  cluster = await createStack({ enableConfigMapMutable: "true" });
});

afterAll(() => deleteNamespace(cluster.namespace));

const pathOf = (name: string) => `/api/v1/namespaces/${cluster.namespace}/configmaps/${name}`;

describe("server-side apply on a real API server", () => {
  it("is tried in a preview, which keeps nothing", async () => {
    const preview = await cluster.stack.preview(objects([configMap("plan", { a: "1" })]));
    expect(changesOf(preview)).toContain("create plan");
    expect((await call("GET", pathOf("plan"))).status).toBe(404);
    const wrong = await cluster.stack.preview(objects([workload("Deployment", "UPPER CASE")]));
    expect(wrong.told.join()).toContain("a lowercase RFC 1123 subdomain");
  });

  it("changes in place, and leaves alone what others added", async () => {
    await cluster.stack.up(objects([configMap("shared", { a: "1" })]));
    await must("PATCH", pathOf("shared"), { data: { theirs: "x" } });
    const up = await cluster.stack.up(objects([configMap("shared", { a: "2" })]));
    expect(changesOf(up)).toEqual(["update shared"]);
    expect((await must("GET", pathOf("shared")))["data"]).toEqual({ a: "2", theirs: "x" });
  });

  it("tells of a conflict who manages which field and how to take it, which then works", async () => {
    await cluster.stack.up(objects([configMap("shared", { a: "2" })]));
    await must("PATCH", `${pathOf("shared")}?fieldManager=somebody`, { data: { a: "theirs" } });
    const conflict = await cluster.stack.up(objects([configMap("shared", { a: "3" })]));
    expect(conflict.told.join()).toContain('conflict with "somebody" using v1: .data.a');
    expect(conflict.told.join()).toContain("pulumi.com/patchForce");
    const forced = configMap("shared", { a: "3" }, { "pulumi.com/patchForce": "true" });
    expect((await cluster.stack.up(objects([forced]))).told).toEqual([]);
    expect(at(await must("GET", pathOf("shared")), "data", "a")).toBe("3");
  });

  it("replaces where a field cannot be changed", async () => {
    const labelled = (app: string) => {
      const web = workload("Deployment", "web");
      const template = { ...(at(web, "spec", "template") as object), metadata: { labels: { app } } };
      return { ...web, spec: { selector: { matchLabels: { app } }, template } };
    };
    await cluster.stack.up(objects([labelled("a")]));
    const up = await cluster.stack.up(objects([labelled("b")]));
    expect(up.told).toEqual([]);
    expect(changesOf(up)).toEqual(["delete-replaced web", "replace web", "create-replacement web"]);
  });

  it("patches an object of others and gives the fields up again", async () => {
    await must("POST", `/api/v1/namespaces/${cluster.namespace}/configmaps`, {
      metadata: { name: "others" },
      data: { theirs: "x" },
    });
    const { stack, namespace } = await createStack({ namespace: cluster.namespace });
    const patch = functionProgram(async ({ resource }) => {
      await resource("kubernetes:core/v1:ConfigMapPatch", "others", configMap("others", { ours: "y" }));
    });
    expect((await stack.up(patch)).told).toEqual([]);
    expect((await must("GET", pathOf("others")))["data"]).toEqual({ ours: "y", theirs: "x" });
    expect((await stack.destroy()).told).toEqual([]);
    expect((await must("GET", pathOf("others")))["data"]).toEqual({ theirs: "x" });
    await deleteNamespace(namespace);
  });

  it("tells what admission refuses", async () => {
    const { stack, namespace } = await createStack(
      {},
      { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    );
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p" },
      spec: { containers: [{ name: "c", image: "i" }] },
    };
    expect((await stack.up(objects([pod]))).told.join()).toContain(
      'violates PodSecurity "restricted:latest"',
    );
    const web = workload("Deployment", "web", { annotations: { "pulumi.com/timeoutSeconds": "4" } });
    const told = (await stack.up(objects([web]))).told.join();
    expect(told).toContain("[FailedCreate]");
    expect(told).toContain('violates PodSecurity "restricted:latest"');
    await deleteNamespace(namespace);
  });

  it("tells what a policy of the cluster refuses, already in the preview", async () => {
    const { stack, namespace } = await createStack();
    const policies = "/apis/admissionregistration.k8s.io/v1";
    const name = `no-secrets-in-${namespace}`;
    await must("POST", `${policies}/validatingadmissionpolicies`, {
      metadata: { name },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] },
          ],
        },
        validations: [
          { expression: "!('password' in object.data)", message: "passwords belong in a Secret" },
        ],
      },
    });
    await must("POST", `${policies}/validatingadmissionpolicybindings`, {
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ["Deny"],
        matchResources: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        },
      },
    });
    const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
    const tried = () => call("POST", path, { metadata: { name: "probe" }, data: { password: "x" } });
    await expect.poll(async () => (await tried()).status, { timeout: 60_000 }).toBe(422);
    const preview = await stack.preview(objects([configMap("clear", { password: "x" })]));
    expect(preview.told.join()).toContain("passwords belong in a Secret");
    await call("DELETE", `${policies}/validatingadmissionpolicybindings/${name}`);
    await call("DELETE", `${policies}/validatingadmissionpolicies/${name}`);
    await deleteNamespace(namespace);
  });

  it("draws a name where the program gives none, keeps it, and draws another for a replacement", async () => {
    const { stack, namespace } = await createStack();
    const settings = (a: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: {}, data: { a } });
    const found = async () =>
      ((await must("GET", `/api/v1/namespaces/${namespace}/configmaps`))["items"] as unknown[])
        .map((item) => [String(at(item, "metadata", "name")), at(item, "data", "a")] as const)
        .filter(([name]) => name.startsWith("unnamed-"));
    expect((await stack.up(objects([settings("1")]))).told).toEqual([]);
    const [first] = await found();
    expect(first?.[0]).toMatch(/^unnamed-[0-9a-f]{8}$/);
    expect(changesOf(await stack.up(objects([settings("1")])))).toEqual([]);
    expect((await stack.up(objects([settings("2")]))).told).toEqual([]);
    const [second, ...more] = await found();
    expect(more).toEqual([]);
    expect(second?.[1]).toBe("2");
    expect(second?.[0]).not.toBe(first?.[0]);
    await deleteNamespace(namespace);
  });

  it("orphans what an object owns where the annotation says so", async () => {
    const { stack, namespace } = await createStack();
    const web = workload("Deployment", "web", {
      annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" },
    });
    expect((await stack.up(objects([web]))).told).toEqual([]);
    expect((await stack.destroy()).told).toEqual([]);
    const sets = await must("GET", `/apis/apps/v1/namespaces/${namespace}/replicasets`);
    expect(sets["items"]).toHaveLength(1);
    await deleteNamespace(namespace);
  });
});
