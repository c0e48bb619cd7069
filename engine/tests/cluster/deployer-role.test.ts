import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { at, call, configMap, createStack, type Json, kubeconfig, must, objects } from "./cluster.ts";

const root = join(import.meta.dirname, "../../..");
const NAMESPACE = "trials-cloud-services";
const EVERYTHING = ["create", "get", "list", "watch", "patch", "update", "delete"];

const documents = parseAllDocuments(
  readFileSync(join(root, "deploy/kubernetes/deployer-role.yaml"), "utf8"),
).map((document) => document.toJS() as Json);

let token: string;

beforeAll(async () => {
  for (const document of documents) await must("POST", collectionOf(document), document);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const account = "/api/v1/namespaces/trials-deployer/serviceaccounts/deployer/token";
  token = String(at(await must("POST", account, request), "status", "token"));
  return async () => {
    for (const document of [...documents].reverse()) {
      await call("DELETE", `${collectionOf(document)}/${String(at(document, "metadata", "name"))}`);
    }
  };
});

function collectionOf(document: Json): string {
  const version = String(document["apiVersion"]);
  const namespace = at(document, "metadata", "namespace");
  const place = namespace === undefined ? "" : `/namespaces/${String(namespace)}`;
  return `/${version.includes("/") ? "apis" : "api"}/${version}${place}/${String(document["kind"]).toLowerCase()}s`;
}

interface Access {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

async function may(access: Access): Promise<boolean> {
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: access },
  };
  const answer = await call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, token);
  return at(answer.body, "status", "allowed") === true;
}

/** Kinds that the program makes, read from its sources, as `group/resource`. */
function kindsOfProgram(): string[] {
  const folder = join(root, "src/platforms/kubernetes");
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const groups: { [module: string]: string } = {
    core: "",
    networking: "networking.k8s.io",
    scheduling: "scheduling.k8s.io",
  };
  const typed = [...text.matchAll(/new kubernetes\.(\w+)\.v\w+\.(\w+)\(/g)].map(
    ([, module = "", kind = ""]) => `${groups[module] ?? module}/${pluralOf(kind)}`,
  );
  const custom = [...text.matchAll(/apiVersion: "([\w.-]+)\/v\w+",\s+kind: "(\w+)"/g)].map(
    ([, group = "", kind = ""]) => `${group}/${pluralOf(kind)}`,
  );
  const routes = ["gateways", "httproutes"].map((resource) => `gateway.networking.k8s.io/${resource}`);
  return [...new Set([...typed, ...custom, ...routes])].sort();
}

function pluralOf(kind: string): string {
  return kind.toLowerCase().replace(/y$/, "ie").replace(/ss$/, "sse").concat("s");
}

const WITHOUT_NAMESPACE: { readonly [resource: string]: string } = {
  namespaces: NAMESPACE,
  priorityclasses: "trials-cloud-public",
};

describe("the deployer", () => {
  it("may do with every kind of the program what an update does", async () => {
    const kinds = kindsOfProgram();
    expect(kinds.length).toBeGreaterThan(14);
    const refused: string[] = [];
    for (const kind of kinds) {
      const [group = "", resource = ""] = kind.split("/");
      const name = WITHOUT_NAMESPACE[resource];
      const where = name === undefined ? { namespace: NAMESPACE } : { name };
      for (const verb of EVERYTHING) {
        if (!(await may({ verb, group, resource, ...where }))) refused.push(`${verb} ${kind}`);
      }
    }
    expect(refused).toEqual([]);
  });

  it("may do nothing else", async () => {
    const beyond: readonly Access[] = [
      ...EVERYTHING.map((verb) => ({ verb, resource: "secrets", namespace: "kube-system" })),
      ...EVERYTHING.map((verb) => ({ verb, resource: "secrets", namespace: "default" })),
      { verb: "list", resource: "secrets" },
      ...EVERYTHING.map((verb) => ({ verb, resource: "nodes" })),
      { verb: "get", resource: "namespaces", name: "kube-system" },
      { verb: "delete", resource: "namespaces", name: "kube-system" },
      { verb: "list", resource: "namespaces" },
      {
        verb: "delete",
        group: "scheduling.k8s.io",
        resource: "priorityclasses",
        name: "system-node-critical",
      },
      { verb: "create", resource: "pods", namespace: NAMESPACE },
      { verb: "create", resource: "pods/exec", namespace: NAMESPACE },
      { verb: "create", resource: "serviceaccounts/token", namespace: NAMESPACE },
      { verb: "create", group: "apps", resource: "daemonsets", namespace: NAMESPACE },
      { verb: "create", group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
      ...["roles", "rolebindings"].map((resource) => ({
        verb: "create",
        group: "rbac.authorization.k8s.io",
        resource,
        namespace: NAMESPACE,
      })),
      ...["create", "bind", "escalate"].flatMap((verb) =>
        ["clusterroles", "clusterrolebindings"].map((resource) => ({
          verb,
          group: "rbac.authorization.k8s.io",
          resource,
        })),
      ),
      { verb: "create", group: "ray.io", resource: "rayclusters", namespace: NAMESPACE },
      { verb: "create", resource: "persistentvolumes" },
      { verb: "impersonate", resource: "users" },
    ];
    const allowed: Access[] = [];
    for (const access of beyond) if (await may(access)) allowed.push(access);
    expect(allowed).toEqual([]);
  });

  it("has in a foreign namespace no more than every service account has, and the names it owns", async () => {
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectRulesReview",
      spec: { namespace: "kube-system" },
    };
    const { body: review } = await call(
      "POST",
      "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
      body,
      token,
    );
    const rules = at(review, "status", "resourceRules") as Json[];
    const resources = rules.flatMap((rule) => rule["resources"] as string[]);
    expect([...new Set(resources)].sort()).toEqual([
      "namespaces",
      "priorityclasses",
      "selfsubjectaccessreviews",
      "selfsubjectreviews",
      "selfsubjectrulesreviews",
    ]);
  });

  it("takes the namespace over that the administrator made, works in it, and is refused outside", async () => {
    const ofDeployer = JSON.stringify(kubeconfigOf(token));
    const { stack } = await createStack(
      { upsertExistingObjects: "true", namespace: NAMESPACE },
      { kubeconfig: ofDeployer },
    );
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAMESPACE, labels: { owner: "trials" } },
    };
    const up = await stack.up(objects([namespace, configMap("settings", { a: "1" })]));
    expect(up.told).toEqual([]);
    const foreign = {
      ...configMap("settings", { a: "1" }),
      metadata: { name: "foreign", namespace: "default" },
    };
    const refused = await stack.up(objects([namespace, configMap("settings", { a: "1" }), foreign]));
    expect(refused.told.join()).toContain(
      'cannot patch resource "configmaps" in API group "" in the namespace "default"',
    );
  });
});

function kubeconfigOf(bearer: string): Json {
  const [cluster] = at(parseAllDocuments(kubeconfig)[0]?.toJS(), "clusters") as Json[];
  const name = cluster?.["name"];
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    users: [{ name: "deployer", user: { token: bearer } }],
    contexts: [{ name: "deployer", context: { cluster: name, user: "deployer" } }],
    "current-context": "deployer",
  };
}
