import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderReview } from "../../../docs/render-review.ts";
import { root } from "../../../ops/paths.ts";
import type { Change } from "../../../ops/review/change.ts";
import { findDangers, rules } from "../../../ops/review/rules.ts";
import type { Values } from "../../../ops/review/values.ts";
import { changeOf } from "./changes.ts";

type Case = readonly [what: string, change: Change, found: string | undefined];

const container = "docker:index/container:Container";
const cluster = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const schedule = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const deployment = "kubernetes:apps/v1:Deployment";
const user = "mongodbatlas:index/databaseUser:DatabaseUser";
const pinned = `backend@sha256:${"0".repeat(64)}`;

const update = (type: string, old: Values, state: Values) =>
  changeOf({ op: "update", type, old, new: state });
const pods = (image: string) => ({ spec: { template: { spec: { containers: [{ image }] } } } });
const route = (weight: number) => ({
  spec: {
    rules: [
      // As where clients stay with their backend: a rule of its own comes and goes with the weight.
      ...(weight > 0 ? [{ matches: [{ headers: [] }], backendRefs: [{ name: "python", weight: 1 }] }] : []),
      {
        backendRefs: [
          { name: "node", weight: 100 - weight },
          { name: "python", weight },
        ],
      },
    ],
  },
});
const network = (from: Values, ports: readonly number[] = [80]) => ({
  spec: { policyTypes: ["Ingress"], ingress: [{ from: [from], ports: ports.map((port) => ({ port })) }] },
});

/** Rule -> changes that it finds something in, and changes that it lets pass. */
const CASES: { readonly [rule: string]: readonly Case[] } = {
  "stateful-replaced": [
    [
      "a volume",
      changeOf({
        op: "replace",
        type: "docker:index/volume:Volume",
        replaceKeys: ["name"],
        old: {},
        new: {},
      }),
      "replaced (name): the files of the volume is not in the new one",
    ],
    ["a container", changeOf({ op: "replace", type: container, old: {}, new: {} }), undefined],
    ["an update", update(cluster, {}, {}), undefined],
  ],
  "stateful-deleted": [
    [
      "a cluster",
      changeOf({ op: "delete", type: cluster, old: {} }),
      "deleted: the documents of the cluster is gone",
    ],
    [
      "a volume that stays",
      changeOf({ op: "delete", type: "docker:index/volume:Volume", old: {}, retainOnDelete: true }),
      "no longer managed: the files of the volume stays, and nobody looks after it",
    ],
    ["a config map", changeOf({ op: "delete", type: "kubernetes:core/v1:ConfigMap", old: {} }), undefined],
    [
      "a claim whose content the program makes again",
      changeOf({
        op: "delete",
        type: "kubernetes:core/v1:PersistentVolumeClaim",
        old: { metadata: { annotations: { "trials.content": "reproducible" } } },
      }),
      undefined,
    ],
  ],
  "secret-replaced": [
    [
      "a password",
      changeOf({ op: "replace", type: "random:index/randomPassword:RandomPassword", old: {}, new: {} }),
      "another value is drawn",
    ],
    [
      "a new password",
      changeOf({ op: "create", type: "random:index/randomPassword:RandomPassword", new: {} }),
      undefined,
    ],
  ],
  "schema-changed": [
    [
      "a search index",
      changeOf({ op: "replace", type: "mongodbatlas:index/searchIndex:SearchIndex", old: {}, new: {} }),
      "search index replaced: searches fail or find less until it is built",
    ],
    [
      "a schema version",
      changeOf({
        op: "update",
        type: "x:y:Z",
        old: { schemaVersion: 1 },
        new: { schemaVersion: 2 },
        differences: ["schemaVersion"],
      }),
      "schema 1 → 2",
    ],
    [
      "another search index",
      changeOf({ op: "create", type: "mongodbatlas:index/searchIndex:SearchIndex", new: {} }),
      undefined,
    ],
  ],
  "stateful-restarted": [
    [
      "a store",
      changeOf({ op: "replace", type: container, old: { volumes: [{ volumeName: "data" }] }, new: {} }),
      "restarted on its data volume: away meanwhile",
    ],
    ["a backend", changeOf({ op: "replace", type: container, old: { volumes: [] }, new: {} }), undefined],
    [
      "a job",
      changeOf({
        op: "replace",
        type: container,
        old: { mustRun: false, volumes: [{ volumeName: "data" }] },
        new: {},
      }),
      undefined,
    ],
  ],
  deleted: [
    ["a service", changeOf({ op: "delete", type: "kubernetes:core/v1:Service", old: {} }), "deleted"],
    ["a cluster, which another rule tells", changeOf({ op: "delete", type: cluster, old: {} }), undefined],
  ],
  "protection-removed": [
    [
      "protection",
      changeOf({ op: "same", type: cluster, old: {}, new: {}, protect: [true, false] }),
      "protection removed",
    ],
    [
      "what was protected",
      changeOf({ op: "delete", type: cluster, old: {}, protect: [true, true] }),
      "protected, and to be deleted",
    ],
    [
      "protection added",
      changeOf({ op: "same", type: cluster, old: {}, new: {}, protect: [false, true] }),
      undefined,
    ],
    [
      "what stays protected",
      changeOf({ op: "update", type: cluster, old: {}, new: {}, protect: [true, true] }),
      undefined,
    ],
  ],
  "safeguard-off": [
    [
      "backups",
      update(cluster, { backupEnabled: true }, { backupEnabled: false }),
      "switched off: backupEnabled",
    ],
    [
      "backups that are not mentioned any more",
      update(cluster, { backupEnabled: true }, {}),
      "switched off: backupEnabled",
    ],
    [
      "auditing",
      update("mongodbatlas:index/auditing:Auditing", { enabled: true }, { enabled: false }),
      "switched off: enabled",
    ],
    ["a schedule", changeOf({ op: "delete", type: schedule, old: {} }), "CloudBackupSchedule is gone"],
    ["backups on", update(cluster, { backupEnabled: false }, { backupEnabled: true }), undefined],
  ],
  "encryption-weakened": [
    [
      "at rest",
      update(cluster, { encryptionAtRestProvider: "AWS" }, {}),
      "encryptionAtRestProvider: AWS → none",
    ],
    [
      "in transit",
      update(cluster, { minimumEnabledTlsProtocol: "TLS1_2" }, { minimumEnabledTlsProtocol: "TLS1_1" }),
      "minimumEnabledTlsProtocol: TLS1_2 → TLS1_1",
    ],
    [
      "stronger",
      update(cluster, { minimumEnabledTlsProtocol: "TLS1_2" }, { minimumEnabledTlsProtocol: "TLS1_3" }),
      undefined,
    ],
  ],
  "retention-shortened": [
    [
      "days",
      update(schedule, { restoreWindowDays: 7 }, { restoreWindowDays: 2 }),
      "restoreWindowDays: 7 → 2",
    ],
    ["longer", update(schedule, { restoreWindowDays: 7 }, { restoreWindowDays: 9 }), undefined],
  ],
  "secret-in-clear": [
    ["a password", update("x:y:Z", { password: "[secret]" }, { password: "abc" }), "password is in clear"],
    ["a secret still", update("x:y:Z", { password: "[secret]" }, { password: "[secret]" }), undefined],
    [
      "a secret of another shape",
      update("x:y:Z", { data: "[secret]" }, { data: { key: "[secret]" } }),
      undefined,
    ],
    ["what went away", update("x:y:Z", { password: "[secret]" }, {}), undefined],
  ],
  "public-access": [
    [
      "a port",
      update(container, { ports: [{ ip: "127.0.0.1" }] }, { ports: [{ ip: "0.0.0.0" }] }),
      "open to 0.0.0.0",
    ],
    [
      "a service",
      update(
        "kubernetes:core/v1:Service",
        { spec: { type: "ClusterIP" } },
        { spec: { type: "LoadBalancer" } },
      ),
      "open to the network by a LoadBalancer",
    ],
    [
      "an access list",
      changeOf({
        op: "create",
        type: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
        new: { cidrBlock: "0.0.0.0/0" },
      }),
      "open to 0.0.0.0/0",
    ],
    [
      "loopback",
      changeOf({ op: "create", type: container, new: { ports: [{ ip: "127.0.0.1" }] } }),
      undefined,
    ],
    ["what was open", update(container, { ports: [{ ip: "::" }] }, { ports: [{ ip: "::" }] }), undefined],
    [
      "an office",
      changeOf({
        op: "create",
        type: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
        new: { cidrBlock: "203.0.113.0/24" },
      }),
      undefined,
    ],
  ],
  "network-loosened": [
    ["one that goes", changeOf({ op: "delete", type: policy, old: {} }), "the network policy is gone"],
    [
      "another peer",
      update(
        policy,
        network({ ipBlock: { cidr: "10.0.0.0/8" } }),
        network({ ipBlock: { cidr: "0.0.0.0/0" } }),
      ),
      "lets through: ingress 0.0.0.0/0 80",
    ],
    ["another port", update(policy, network({}), network({}, [80, 22])), "lets through: ingress anyone 22"],
    [
      "less covered",
      update(policy, network({}), { spec: { policyTypes: [] } }),
      "no longer restricts Ingress",
    ],
    ["fewer ports", update(policy, network({}, [80, 22]), network({})), undefined],
    ["a new one", changeOf({ op: "create", type: policy, new: network({}) }), undefined],
    ["something else", update("x:y:Z", {}, {}), undefined],
  ],
  "privileges-raised": [
    ["a pod", update(deployment, { privileged: false }, { privileged: true }), "gains privileged: true"],
    [
      "a job of Ray",
      update("kubernetes:ray.io/v1:RayJob", { hostNetwork: false }, { hostNetwork: true }),
      "gains hostNetwork: true",
    ],
    [
      "a capability",
      update(container, { capabilities: { adds: [] } }, { capabilities: { adds: ["SYS_ADMIN"] } }),
      "gains capability SYS_ADMIN",
    ],
    [
      "a user",
      update(user, { roles: [{ roleName: "read" }] }, { roles: [{ roleName: "root" }] }),
      "gains root",
    ],
    ["a new user", changeOf({ op: "create", type: user, new: { roles: [{ roleName: "read" }] } }), undefined],
    ["fewer rights", update(deployment, { privileged: true }, { privileged: false }), undefined],
    ["other types", update("x:y:Z", {}, { privileged: true }), undefined],
  ],
  "weight-jump": [
    [
      "routes",
      update("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", route(0), route(100)),
      "weight 0 → 100: steps of at most 25 can be watched",
    ],
    [
      "the stack",
      changeOf({
        op: "update",
        type: "pulumi:pulumi:Stack",
        outputs: [{ pythonWeight: 100 }, { pythonWeight: 10 }],
      }),
      "weight 100 → 10: steps of at most 25 can be watched",
    ],
    ["a step", update("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", route(0), route(25)), undefined],
    [
      "a stack without weights",
      changeOf({ op: "update", type: "pulumi:pulumi:Stack", outputs: [{}, {}] }),
      undefined,
    ],
    ["a new route", changeOf({ op: "create", type: "x:y:HTTPRoute", new: route(50) }), undefined],
  ],
  "image-without-digest": [
    ["a tag", update(deployment, pods(pinned), pods("backend:latest")), "no digest: backend:latest"],
    ["a digest", update(deployment, pods("backend:latest"), pods(pinned)), undefined],
    [
      "an image that is being built",
      changeOf({ op: "create", type: container, new: { image: "[unknown]" } }),
      undefined,
    ],
    ["other types", update("docker:index/remoteImage:RemoteImage", {}, { image: "x" }), undefined],
  ],
  "image-changed": [
    [
      "a built image",
      update("docker:index/remoteImage:RemoteImage", { name: "a:1" }, { name: "a:2" }),
      "another image: a:1 → a:2",
    ],
    ["a pod's", update(deployment, pods("a"), pods("b")), "another image: b"],
    ["the same", update(deployment, pods("a"), pods("a")), undefined],
    ["a new pod", changeOf({ op: "create", type: deployment, new: pods("a") }), undefined],
    ["other types", update("x:y:Z", pods("a"), pods("b")), undefined],
  ],
  "capacity-shrunk": [
    [
      "a tier",
      update(
        cluster,
        { electableSpecs: { instanceSize: "M50" } },
        { electableSpecs: { instanceSize: "M30" } },
      ),
      "instanceSize: M50 → M30",
    ],
    ["pods", update(deployment, { spec: { replicas: 3 } }, { spec: { replicas: 1 } }), "replicas: 3 → 1"],
    [
      "more",
      update(cluster, { electableSpecs: { diskSizeGb: 40 } }, { electableSpecs: { diskSizeGb: 80 } }),
      undefined,
    ],
    [
      "what is not known yet",
      update(cluster, { electableSpecs: { nodeCount: 3 } }, { electableSpecs: { nodeCount: "[unknown]" } }),
      undefined,
    ],
  ],
};

describe.each(rules.map((rule) => ({ rule, cases: CASES[rule.id] ?? [] })))("$rule.id", ({ rule, cases }) => {
  it("has changes that it finds something in, and some that it lets pass", () => {
    expect(cases.some(([, , found]) => found !== undefined)).toBe(true);
    expect(cases.some(([, , found]) => found === undefined)).toBe(true);
  });

  it.each(cases)("%s", (_, change, found) => {
    expect(rule.find(change)).toBe(found);
  });
});

describe("findDangers", () => {
  it("tells dangers before what a person should look at, in the order of the rules", () => {
    const found = findDangers([
      changeOf({ op: "delete", type: "kubernetes:core/v1:Service", old: {}, name: "b" }),
      changeOf({ op: "delete", type: "kubernetes:core/v1:Service", old: {}, name: "a" }),
      changeOf({ op: "delete", type: cluster, old: {}, name: "c", protect: [true, true] }),
    ]);
    expect(found.map(({ rule, name }) => [rule, name])).toEqual([
      ["stateful-deleted", "c"],
      ["protection-removed", "c"],
      ["deleted", "a"],
      ["deleted", "b"],
    ]);
  });
});

describe("docs/review.md", () => {
  it("has the rules as they are: npm run render", () => {
    const text = readFileSync(join(root, "docs/review.md"), "utf8");
    expect(text).toBe(renderReview(text));
  });
});
