import { afterEach, describe, expect, it } from "vitest";
import { at, must } from "./cluster.ts";
import { SdkStack } from "./sdk-stack.ts";

let stack: SdkStack;

afterEach(() => stack.remove());

const settings = (name: string, value: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { a: "${value}" }
`;

const program = (body: string) => `const k8s = require("@pulumi/kubernetes");\n${body}\n`;

async function names(): Promise<string[]> {
  const list = await must("GET", `/api/v1/namespaces/${stack.namespace}/configmaps`);
  return (list["items"] as unknown[])
    .map((item) => String(at(item, "metadata", "name")))
    .filter((name) => name !== "kube-root-ca.crt")
    .sort();
}

/** Up, nothing to do the second time, and gone after a destroy. */
async function expectLifecycle(expected: readonly string[]): Promise<void> {
  const up = await stack.run("up");
  expect(up.told).toEqual([]);
  expect(await names()).toEqual(expected);
  const again = await stack.run("preview");
  expect(again.told).toEqual([]);
  expect(Object.keys(again.changes)).toEqual(["same"]);
  expect((await stack.run("destroy")).told).toEqual([]);
  expect(await names()).toEqual([]);
}

describe("components of the Kubernetes SDK on a real API server", () => {
  it("ConfigFile and ConfigGroup: files, lists, and objects as text", async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: in-list } }\n`;
    stack = await SdkStack.create({
      "one.yaml": `${settings("one", "1")}---\n${settings("two", "2")}`,
      "list.yaml": list,
      "index.js": program(`
        new k8s.yaml.ConfigFile("file", { file: "one.yaml" });
        new k8s.yaml.ConfigFile("list", { file: "list.yaml" });
        new k8s.yaml.ConfigGroup("group", { yaml: ${JSON.stringify(settings("three", "3"))},
          objs: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "four" } }] });`),
    });
    await expectLifecycle(["four", "in-list", "one", "three", "two"]);
  });

  it("kustomize.Directory", async () => {
    stack = await SdkStack.create({
      "base.yaml": settings("web", "1"),
      "kustomization.yaml": "namePrefix: a-\nresources: [base.yaml]\n",
      "index.js": program(`new k8s.kustomize.Directory("web", { directory: "." });`),
    });
    await expectLifecycle(["a-web"]);
  });

  it("helm.v3.Chart: values, the server's version, no hooks of tests", async () => {
    const template = [
      "apiVersion: v1",
      "kind: ConfigMap",
      "metadata: { name: {{ .Release.Name }}-web }",
      'data: { greeting: "{{ .Values.greeting }}", server: "{{ .Capabilities.KubeVersion.Version }}" }',
      "",
    ].join("\n");
    const hook = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: probe, annotations: { "helm.sh/hook": test } }\n`;
    stack = await SdkStack.create({
      "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "chart/values.yaml": "greeting: none\n",
      "chart/templates/web.yaml": template,
      "chart/templates/probe.yaml": hook,
      "index.js": program(`new k8s.helm.v3.Chart("shop", { path: "chart", values: { greeting: "hello" } });`),
    });
    expect((await stack.run("up")).told).toEqual([]);
    const made = await must("GET", `/api/v1/namespaces/${stack.namespace}/configmaps/shop-web`);
    const { gitVersion } = await must("GET", "/version");
    expect(made["data"]).toEqual({ greeting: "hello", server: gitVersion });
    await expectLifecycle(["shop-web"]);
  });

  it("a chart that does not render fails with what helm says", async () => {
    stack = await SdkStack.create({
      "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "chart/templates/web.yaml": 'x: {{ fail "greeting is missing" }}\n',
      "index.js": program(`new k8s.helm.v3.Chart("shop", { path: "chart" });`),
    });
    expect((await stack.run("up")).told.join()).toContain("greeting is missing");
  });
});
