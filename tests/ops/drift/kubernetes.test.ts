import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { kubernetesReader } from "../../../ops/drift/platforms/kubernetes.ts";
import type { LiveReading, Trace } from "../../../ops/drift/platforms/live-reader.ts";
import { readPlatforms } from "../../../ops/drift/platforms/read-platforms.ts";
import type { ManagedResource, PlainObject } from "../../../ops/drift/recorded.ts";
import { kubeconfigOf } from "../kubeconfig.ts";
import { CHANGED, changedBy } from "./managed-fields.ts";

const NAMESPACE = "trials-cloud-services";
const stack = { project: "trials", stack: "cloud" };
const LABELS = { "trials.project": "trials", "trials.stack": "cloud", "trials.role": "gateway" };

/** What the API server has: path of a list -> its objects; a missing one is 404. */
let lists: { [path: string]: object[] };
let status: number;

const KINDS: {
  readonly [path: string]: readonly (readonly [kind: string, name: string, namespaced: boolean])[];
} = {
  "/api/v1": [
    ["Namespace", "namespaces", false],
    ["ConfigMap", "configmaps", true],
  ],
  "/apis/apps/v1": [["Deployment", "deployments", true]],
  "/apis/batch/v1": [["Job", "jobs", true]],
  "/apis/gateway.networking.k8s.io/v1": [["HTTPRoute", "httproutes", true]],
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://server");
  const [, place = "", name = ""] = /^(.*?)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const resources = KINDS[pathname]?.map(([kind, plural, namespaced]) => ({
    kind,
    name: plural,
    namespaced,
    singularName: "",
    verbs: ["list"],
  }));
  const one = lists[place]?.find((object) => nameOf(object) === name);
  const items = lists[pathname];
  const answer = resources
    ? { kind: "APIResourceList", apiVersion: "v1", groupVersion: pathname.slice(1), resources }
    : items
      ? { kind: "List", apiVersion: pathname.includes("/apis/") ? "x/v1" : "v1", items }
      : one;
  const code = resources ? 200 : answer === undefined ? 404 : status;
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(code === 200 ? answer : { kind: "Status", apiVersion: "v1", code }));
});

const nameOf = (object: object) => (object as { metadata: { name: string } }).metadata.name;
let kubeconfig: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  kubeconfig = kubeconfigOf(server, { right: "here", wrong: "nowhere" }, "wrong");
});
afterAll(() => {
  server.close();
});

interface Described {
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly inputs?: PlainObject;
  readonly uid?: string;
}

const resource = ({
  type,
  apiVersion,
  kind,
  name,
  namespace,
  inputs = {},
  uid,
}: Described): ManagedResource => ({
  urn: `urn:pulumi:cloud::trials::${type}::${name}`,
  name,
  type,
  id: `${namespace ?? ""}/${name}`,
  component: "gateway",
  inputs: { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...inputs },
  outputs: { metadata: { name, ...(namespace !== undefined && { namespace }), uid: uid ?? `uid-${name}` } },
  secrets: new Set(),
  provider: { kubeconfig, context: "right" },
  created: undefined,
});

const deployment = (inputs: PlainObject = {}) =>
  resource({
    type: "kubernetes:apps/v1:Deployment",
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: "gateway",
    namespace: NAMESPACE,
    inputs,
  });

const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const MADE = "2026-11-01T08:00:00Z";

const pulumi = (fieldsV1: object) => ({
  manager: "pulumi-kubernetes-0a1b",
  operation: "Apply",
  apiVersion: "apps/v1",
  time: MADE,
  fieldsType: "FieldsV1",
  fieldsV1,
});
const live = (name: string, more: { metadata?: object; spec?: object } = {}) => ({
  metadata: {
    name,
    namespace: NAMESPACE,
    uid: `uid-${name}`,
    labels: LABELS,
    creationTimestamp: MADE,
    managedFields: [pulumi({ "f:spec": { "f:replicas": {} } })],
    ...more.metadata,
  },
  ...(more.spec && { spec: more.spec }),
});

beforeEach(() => {
  status = 200;
  lists = { [DEPLOYMENTS]: [live("gateway")] };
});

async function read(resources: readonly ManagedResource[]): Promise<LiveReading> {
  const [platform] = await readPlatforms(resources, stack, undefined, [kubernetesReader()]);
  if (platform === undefined) throw new Error("nothing was read");
  return platform.reading;
}

async function traceIn(property: string, one = deployment()): Promise<Trace | undefined> {
  const { traces } = await read([one]);
  return traces.get(one.urn)?.(property);
}

describe("Kubernetes' reader", () => {
  it("finds nothing on a clean stack", async () => {
    const { sightings, unmanaged } = await read([deployment()]);
    expect([sightings, unmanaged]).toEqual([[], []]);
  });

  it("reads single objects of a cluster alone", () => {
    const { reads } = kubernetesReader();
    expect(reads(deployment())).toBe(true);
    expect(reads({ ...deployment(), type: "docker:index/container:Container" })).toBe(false);
    const release = { type: "kubernetes:helm.sh/v3:Release", apiVersion: "", kind: "", name: "chart" };
    expect(reads(resource(release))).toBe(false);
    expect(kubernetesReader().isPlatformsOwn("kubernetes:apps/v1:Deployment", "spec")).toBe(false);
  });

  it("says who set a property, how and when", async () => {
    const replicas = { "f:spec": { "f:replicas": {} } };
    const managedFields = [pulumi(replicas), changedBy("kubectl-edit", replicas)];
    lists[DEPLOYMENTS] = [live("gateway", { metadata: { managedFields } })];
    const when = new Date(CHANGED).toISOString();
    expect(await traceIn("spec.replicas")).toEqual({ what: "kubectl edit", who: "kubectl-edit", when });
    expect(await traceIn("spec.paused")).toMatchObject({ who: null, when: null });
  });

  it("follows list items by key although others stand before them", async () => {
    const image = (name: string) => ({ [`k:{"name":"${name}"}`]: { ".": {}, "f:image": {} } });
    const path = (containers: object) => ({
      "f:spec": { "f:template": { "f:spec": { "f:containers": containers } } },
    });
    const spec = {
      template: {
        spec: {
          containers: [
            { name: "injected", image: "i" },
            { name: "app", image: "b" },
          ],
        },
      },
    };
    const managedFields = [
      pulumi({ "f:spec": { "f:replicas": {} } }),
      changedBy("kubectl-set", path(image("app"))),
      changedBy("injector", path(image("injected"))),
    ];
    lists[DEPLOYMENTS] = [live("gateway", { metadata: { managedFields }, spec })];
    const recorded = deployment({
      spec: { template: { spec: { containers: [{ name: "app", image: "a" }] } } },
    });
    const at = (index: number) => traceIn(`spec.template.spec.containers[${index}].image`, recorded);
    expect(await at(0)).toMatchObject({ what: "kubectl set", who: "kubectl-set" });
    expect(await at(1)).toMatchObject({ what: "kubectl set", who: "kubectl-set" });
    const injected = deployment({ spec: { template: { spec: { containers: [] } } } });
    expect(await traceIn("spec.template.spec.containers[0].image", injected)).toMatchObject({
      who: "injector",
    });
  });

  it("finds what is gone, and what was made anew", async () => {
    lists[DEPLOYMENTS] = [];
    expect(await traceIn("")).toEqual({ what: "deleted", who: null, when: null });
    const managedFields = [changedBy("helm", { "f:spec": {} }, { time: CHANGED })];
    lists[DEPLOYMENTS] = [
      live("gateway", { metadata: { uid: "another", creationTimestamp: CHANGED, managedFields } }),
    ];
    expect(await traceIn("spec.replicas")).toEqual({
      what: "made anew under the same name",
      who: "helm",
      when: new Date(CHANGED).toISOString(),
    });
  });

  it("finds what has the stack's labels and is recorded nowhere, with who made it", async () => {
    const foreign = { metadata: { labels: { ...LABELS, "trials.stack": "other" } } };
    const fields = { "f:spec": { "f:replicas": {} } };
    const managedFields = [
      changedBy("kubectl-create", fields),
      changedBy("hpa", fields, { time: "2026-11-21T00:00:00Z" }),
    ];
    lists[DEPLOYMENTS] = [
      live("gateway"),
      live("stranger", { metadata: { managedFields, creationTimestamp: CHANGED } }),
      live("foreign", foreign),
      live("plain", { metadata: { labels: undefined } }),
      live("owned", {
        metadata: { ownerReferences: [{ kind: "Rollout", name: "x", uid: "1", apiVersion: "v1" }] },
      }),
      live("going", { metadata: { deletionTimestamp: CHANGED } }),
    ];
    expect((await read([deployment()])).unmanaged).toEqual([
      {
        resource: `kubernetes:deployment/${NAMESPACE}/stranger`,
        name: "stranger",
        type: "kubernetes:apps/v1:Deployment",
        component: "gateway",
        trace: {
          what: "made outside of the program",
          who: "kubectl-create",
          when: new Date(CHANGED).toISOString(),
        },
      },
    ]);
  });

  it("takes an object that says nothing of its making as it is, and leaves schema runs of its own alone", async () => {
    const jobs = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;
    const job = resource({
      type: "kubernetes:batch/v1:Job",
      apiVersion: "batch/v1",
      kind: "Job",
      name: "seed",
      namespace: NAMESPACE,
    });
    const silent = { managedFields: undefined, creationTimestamp: undefined };
    const run = { labels: { ...LABELS, "trials.role": "schema-run" } };
    const unlabelled = { labels: { "trials.project": "trials", "trials.stack": "cloud" } };
    lists[jobs] = [live("run", { metadata: run }), live("other", { metadata: { ...silent, ...unlabelled } })];
    const { unmanaged, traces } = await read([job]);
    expect(unmanaged.map(({ name, component, trace }) => [name, component, trace.who, trace.when])).toEqual([
      ["other", "", null, null],
    ]);
    expect(traces.get(job.urn)?.("")).toMatchObject({ what: "deleted" });
  });

  it("reads by name what is in no namespace, and takes a kind that the cluster no longer has as gone", async () => {
    const namespace = resource({
      type: "kubernetes:core/v1:Namespace",
      apiVersion: "v1",
      kind: "Namespace",
      name: NAMESPACE,
    });
    const managedFields = [changedBy("kubectl-label", { "f:metadata": { "f:labels": { "f:team": {} } } })];
    lists["/api/v1/namespaces"] = [live(NAMESPACE, { metadata: { managedFields, namespace: undefined } })];
    const gone = [
      { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor", namespace: NAMESPACE },
      { apiVersion: "v1", kind: "Widget", namespace: NAMESPACE },
      { apiVersion: "v1", kind: "Namespace" },
    ].map((one, index) =>
      resource({ ...one, type: `kubernetes:${one.apiVersion}:${one.kind}`, name: `gone-${index}` }),
    );
    const { traces, unmanaged } = await read([namespace, ...gone]);
    expect(unmanaged).toEqual([]);
    expect(traces.get(namespace.urn)?.("metadata.labels.team")).toMatchObject({ what: "kubectl label" });
    expect(gone.map(({ urn }) => traces.get(urn)?.("").what)).toEqual(["deleted", "deleted", "deleted"]);
  });

  it("reads objects of kinds that the client does not know", async () => {
    const route = resource({
      type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      name: "services",
      namespace: NAMESPACE,
    });
    const managedFields = [changedBy("kubectl-patch", { "f:spec": { "f:rules": {} } })];
    lists[`/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/httproutes`] = [
      live("services", { metadata: { managedFields } }),
      live("second"),
    ];
    const { traces, unmanaged } = await read([route]);
    expect(traces.get(route.urn)?.("spec.rules[2].backendRefs[0].weight")).toEqual({
      what: "kubectl patch",
      who: "kubectl-patch",
      when: new Date(CHANGED).toISOString(),
    });
    expect(unmanaged.map(({ name, trace }) => [name, trace.when])).toEqual([
      ["second", new Date(MADE).toISOString()],
    ]);
  });

  it("reaches the cluster as kubectl would where the program does not say how", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trials-drift-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "config");
    writeFileSync(file, kubeconfig.replace('"current-context": "wrong"', '"current-context": "right"'));
    vi.stubEnv("KUBECONFIG", file);
    onTestFinished(() => void vi.unstubAllEnvs());
    const told = deployment();
    const untold = { ...told, urn: "urn:untold", provider: {}, outputs: {} };
    lists[DEPLOYMENTS] = [live("gateway", { metadata: { uid: "another" } })];
    const { traces } = await read([told, untold]);
    expect(traces.get(told.urn)?.("spec.replicas")?.what).toBe("made anew under the same name");
    expect(traces.get(untold.urn)?.("spec.replicas")).toMatchObject({ who: "pulumi-kubernetes-0a1b" });
  });

  it("has nothing to say of what is no single object", async () => {
    const release = resource({
      type: "kubernetes:helm.sh/v3:Release",
      apiVersion: "",
      kind: "",
      name: "chart",
    });
    const { traces, unmanaged } = await kubernetesReader().read([release], stack, undefined);
    expect([traces.size, unmanaged]).toEqual([0, []]);
    const nameless = { ...deployment(), inputs: { apiVersion: "apps/v1", kind: "Deployment" }, outputs: {} };
    expect(kubernetesReader().reads(nameless)).toBe(false);
  });

  it("says so where the cluster does not let it read", async () => {
    status = 403;
    await expect(read([deployment()])).rejects.toMatchObject({
      code: "platform-unreachable",
      message: expect.stringContaining("Kubernetes cannot be read"),
    });
  });
});
