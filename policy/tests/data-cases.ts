import { computed, type PropertyMap, Secret } from "../../engine/src/protocol/property-value.ts";
import {
  accessList,
  cluster,
  container,
  deployment,
  flexCluster,
  kubernetesObject,
  podSpec,
  volume,
} from "./examples.ts";
import type { Case } from "./judge.ts";

const at = "spec.template.spec";
const claim = (name: string, annotations: PropertyMap) =>
  kubernetesObject("core/v1:PersistentVolumeClaim", name, {
    metadata: { labels: Object(kubernetesObject("", "").inputs?.["metadata"]).labels, annotations },
  });

/** Rules on data, secrets and labels. */
export const dataCases: readonly Case[] = [
  {
    rule: "no-public-database",
    passes: [
      accessList("public-1", { cidrBlock: "203.0.113.0/24" }),
      accessList("public-2", { ipAddress: "203.0.113.7" }),
      container("public-3", { ports: [{ internal: 8080, external: 80, ip: "0.0.0.0" }] }),
      kubernetesObject("core/v1:Service", "public-4", { spec: { ports: [{ port: 27017 }] } }),
      kubernetesObject("core/v1:Service", "public-5", {
        spec: { type: "LoadBalancer", ports: [{ port: 443 }] },
      }),
    ],
    fails: {
      "every address": [
        accessList("public-6", { cidrBlock: "0.0.0.0/0" }),
        "cidrBlock 0.0.0.0/0 lets the internet in",
      ],
      "every address of version 6": [
        accessList("public-7", { cidrBlock: "::/0" }),
        "cidrBlock ::/0 lets the internet in",
      ],
      "half of the addresses": [
        accessList("public-8", { cidrBlock: "128.0.0.0/1" }),
        "cidrBlock 128.0.0.0/1 lets the internet in",
      ],
      "a port published on every address": [
        container("public-9", { ports: [{ internal: 7687, external: 7687 }] }),
        "ports[0] publishes 7687 on every address",
      ],
      "a load balancer": [
        kubernetesObject("core/v1:Service", "public-10", {
          spec: { type: "LoadBalancer", ports: [{ port: 80, targetPort: 27017 }] },
        }),
        "spec.ports[0] of a Service of type LoadBalancer opens a database",
      ],
      "a node port by name": [
        kubernetesObject("core/v1:Service", "public-11", {
          spec: { type: "NodePort", ports: [{ port: 1, name: "bolt" }] },
        }),
        "spec.ports[0] of a Service of type NodePort opens a database",
      ],
    },
  },
  {
    rule: "stateful-resources-protected",
    passes: [
      cluster("protected-1"),
      volume("protected-2"),
      { type: "aura:index:Instance", name: "protected-3", options: { protect: true } },
      claim("protected-8", { "trials.content": "reproducible" }),
    ],
    fails: {
      "a cluster": [cluster("protected-4", {}, { protect: false }), "holds data and is not protected"],
      "a project": [
        { type: "mongodbatlas:index/project:Project", name: "protected-5" },
        "holds data and is not protected",
      ],
      "an instance of Aura": [
        { type: "aura:index:Instance", name: "protected-6" },
        "holds data and is not protected",
      ],
      "a volume claim": [
        kubernetesObject("core/v1:PersistentVolumeClaim", "protected-7"),
        "holds data and is not protected",
      ],
      "a volume claim with something else in it": [
        claim("protected-9", { "trials.content": "documents" }),
        "holds data and is not protected",
      ],
    },
  },
  {
    rule: "termination-protection",
    passes: [cluster("termination-1"), cluster("termination-2", { terminationProtectionEnabled: computed })],
    fails: {
      "a cluster that Atlas would delete": [
        cluster("termination-3", { terminationProtectionEnabled: false }),
        "terminationProtectionEnabled is not true",
      ],
    },
  },
  {
    rule: "backups-enabled",
    passes: [cluster("backup-1")],
    fails: {
      "no backups": [cluster("backup-2", { backupEnabled: false }), "backupEnabled is not true"],
      "no point in time": [cluster("backup-3", { pitEnabled: false }), "pitEnabled is not true"],
      "backups that go with their cluster": [
        cluster("backup-4", { retainBackupsEnabled: false }),
        "retainBackupsEnabled is not true",
      ],
      "a flex cluster": [flexCluster("backup-5"), "a flex cluster has no point-in-time restore"],
    },
  },
  {
    rule: "no-secrets-in-properties",
    passes: [
      kubernetesObject("core/v1:Secret", "secret-1", {
        stringData: { MONGODB_URL: new Secret("mongodb://app:canary@db.example/trials") },
      }),
      kubernetesObject("core/v1:ConfigMap", "secret-2", {
        data: {
          NEO4J_URL: "neo4j+s://abc.databases.neo4j.io",
          PASSWORD_LENGTH: "12",
          SECRET_NAME: "backend",
        },
      }),
      container("secret-3", { envs: new Secret(["MONGODB_URL=mongodb://app:canary@db/trials"]) }),
    ],
    fails: {
      "a password in a config map, by name": [
        kubernetesObject("core/v1:ConfigMap", "secret-4", { data: { ADMIN_PASSWORD: "canary" } }),
        "data.ADMIN_PASSWORD is named like a secret",
      ],
      "a connection string in a config map": [
        kubernetesObject("core/v1:ConfigMap", "secret-5", { data: { URL: "mongodb://a:canary@db/x" } }),
        "data.URL holds a connection string with a password",
      ],
      "a plain variable": [
        deployment("secret-6", podSpec({}, { env: [{ name: "API_KEY", value: "canary" }] })),
        `${at}.containers[0].env has API_KEY as a plain value`,
      ],
      "a command": [
        deployment("secret-7", podSpec({}, { args: ["--uri=bolt://neo4j:canary@graph:7687"] })),
        `${at}.containers[0].args[0] holds a connection string with a password`,
      ],
      "a command on Docker": [
        container("secret-8", { command: ["serve", "redis://:canary@cache"] }),
        "command[1] holds a connection string with a password",
      ],
      "a build argument": [
        {
          type: "docker:index/remoteImage:RemoteImage",
          name: "secret-9",
          inputs: { build: { buildArgs: { NPM_TOKEN: "canary" } } },
        },
        "build.buildArgs.NPM_TOKEN is named like a secret",
      ],
      "a tag": [
        cluster("secret-10", { tags: { owner: `AKIA${"A".repeat(16)}` } }),
        "tags.owner holds an access key of AWS",
      ],
      "an annotation of a secret": [
        kubernetesObject("core/v1:Secret", "secret-11", {
          metadata: {
            labels: Object(kubernetesObject("", "").inputs?.["metadata"]).labels,
            annotations: { was: "postgres://u:canary@h/d" },
          },
        }),
        "annotations.was holds a connection string with a password",
      ],
    },
  },
  {
    rule: "required-labels",
    passes: [deployment("labels-1"), container("labels-2"), volume("labels-3")],
    fails: {
      "an object in a cluster": [
        {
          type: "kubernetes:core/v1:ConfigMap",
          name: "labels-4",
          inputs: { metadata: { labels: { "app.kubernetes.io/name": "x" } } },
        },
        "metadata.labels is without app.kubernetes.io/instance, app.kubernetes.io/part-of, app.kubernetes.io/managed-by",
      ],
      "pods of a template": [
        kubernetesObject("apps/v1:Deployment", "labels-5", { spec: { template: { spec: podSpec() } } }),
        "spec.template.metadata.labels is without app.kubernetes.io/name, app.kubernetes.io/instance, app.kubernetes.io/part-of, app.kubernetes.io/managed-by",
      ],
      "a network on Docker": [
        { type: "docker:index/network:Network", name: "labels-6", inputs: { labels: [] } },
        "labels is without trials.project, trials.stack, trials.role",
      ],
    },
  },
];
