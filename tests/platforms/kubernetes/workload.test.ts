import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { backendNode } from "../../../src/catalogue/backend-node.ts";
import { cacheOf } from "../../../src/catalogue/cache.ts";
import { graphStore } from "../../../src/catalogue/graph-store.ts";
import type { ServiceDefinition } from "../../../src/catalogue/service-definition.ts";
import { ContainerService, type ContainerServiceArgs } from "../../../src/components/container-service.ts";
import type { KubernetesPlatformArgs } from "../../../src/platforms/kubernetes/kubernetes-platform.ts";
import { mebibytes, millicores, seconds } from "../../../src/quantities.ts";
import { childrenOf, recordRegistrations, settled } from "../../registrations.ts";
import { kubernetesPlatform } from "./fixture.ts";

const scale = { minReplicas: 2, maxReplicas: 6, targetCpu: 70, cpu: millicores(250) };
const cache = cacheOf("backend-node");

interface Changes {
  readonly service?: Partial<ContainerServiceArgs>;
  readonly definition?: ServiceDefinition;
  readonly platform?: Partial<KubernetesPlatformArgs>;
}

async function make({ service, definition = backendNode, platform: changes }: Changes = {}) {
  const recording = await recordRegistrations("cloud");
  const platform = kubernetesPlatform({}, changes);
  const made = new ContainerService("api", {
    platform,
    definition,
    environment: { LOG_LEVEL: "info" },
    secrets: { CACHE_URL: "redis://cache" },
    ...service,
  });
  const outputs = await settled(made.outputs);
  const find = (type: string, name = "api-workload") =>
    recording.find(`kubernetes:${type}`, name).inputs as { metadata: Metadata; spec: Tree } & Tree;
  const podOf = () => (find("apps/v1:Deployment").spec["template"] as { spec: Tree }).spec;
  const containerOf = () => (podOf()["containers"] as Tree[])[0] ?? {};
  return { recording, outputs, find, podOf, containerOf };
}

type Tree = { readonly [key: string]: unknown };
interface Metadata {
  readonly name?: string;
  readonly annotations?: Tree;
}

describe("a service on Kubernetes", () => {
  it("is a Deployment behind a Service, with an identity, a configuration and a secret of its own", async () => {
    const { recording, outputs } = await make();
    expect(childrenOf(recording).filter((child) => child.includes(" api-"))).toEqual([
      "ConfigMap api-workload-config",
      "Deployment api-workload",
      "NetworkPolicy api-workload-from-api-server",
      "Secret api-workload-secret",
      "Service api-workload-service",
      "ServiceAccount api-workload-account",
    ]);
    expect(outputs).toEqual({
      name: "backend-node",
      imageId: `registry.example/trials/backend-node@sha256:${"a".repeat(64)}`,
      ports: {},
    });
  });

  it("keeps to the restricted standard: no root, nothing writable but scratch space, no token", async () => {
    const { podOf, containerOf, find } = await make();
    expect(podOf()).toMatchObject({
      serviceAccountName: "backend-node",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10_001,
        runAsGroup: 10_001,
        fsGroup: 10_001,
        seccompProfile: { type: "RuntimeDefault" },
      },
      volumes: [{ name: "scratch-0", emptyDir: { sizeLimit: "64Mi" } }],
    });
    expect(containerOf()).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      volumeMounts: [{ name: "scratch-0", mountPath: "/tmp" }],
    });
    expect(find("core/v1:ServiceAccount", "api-workload-account")["automountServiceAccountToken"]).toBe(
      false,
    );
  });

  it("asks for readiness with the databases, and for life without them", async () => {
    const { containerOf } = await make();
    expect(containerOf()).toMatchObject({
      startupProbe: {
        httpGet: { path: "/health/ready", port: 8080 },
        periodSeconds: 5,
        failureThreshold: 36,
      },
      readinessProbe: { httpGet: { path: "/health/ready", port: 8080 }, periodSeconds: 5 },
      livenessProbe: { httpGet: { path: "/health/live", port: 8080 }, periodSeconds: 10 },
      ports: [
        { name: "http", containerPort: 8080, protocol: "TCP" },
        { name: "metrics", containerPort: 8404, protocol: "TCP" },
      ],
    });
  });

  it("runs the health check of a service that does not speak HTTP", async () => {
    const { containerOf } = await make({
      definition: cache,
      service: { source: { kind: "build", service: "cache" } },
    });
    expect(containerOf()["livenessProbe"]).toMatchObject({
      exec: { command: ["/usr/local/bin/healthcheck"] },
    });
  });

  it("goes gracefully, is replaced without a gap and is spread over zones and machines", async () => {
    const { podOf, containerOf, find } = await make();
    expect(podOf()["terminationGracePeriodSeconds"]).toBe(20);
    expect(containerOf()["lifecycle"]).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(find("apps/v1:Deployment").spec).toMatchObject({
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 240,
      selector: {
        matchLabels: {
          "app.kubernetes.io/name": "backend-node",
          "app.kubernetes.io/instance": "trials-cloud",
        },
      },
    });
    expect((podOf()["topologySpreadConstraints"] as Tree[]).map((spread) => spread["topologyKey"])).toEqual([
      "topology.kubernetes.io/zone",
      "kubernetes.io/hostname",
    ]);
  });

  it("takes its environment from objects that never change, under names of their own", async () => {
    const { find, containerOf } = await make();
    for (const name of ["api-workload-config", "api-workload-secret"]) {
      const inputs = find(name.endsWith("secret") ? "core/v1:Secret" : "core/v1:ConfigMap", name);
      expect(inputs["immutable"]).toBe(true);
      expect(inputs.metadata.name).toBeUndefined();
    }
    expect(containerOf()["envFrom"]).toEqual([
      { configMapRef: { name: "api-workload-config-0a1b2c3d" } },
      { secretRef: { name: "api-workload-secret-0a1b2c3d" } },
    ]);
  });

  it("leaves the number of its pods to the autoscaler, and keeps one away at most", async () => {
    const { find, containerOf } = await make({ service: { scale, memory: mebibytes(512) } });
    expect(find("apps/v1:Deployment").spec).not.toHaveProperty("replicas");
    expect(containerOf()["resources"]).toEqual({
      requests: { cpu: "250m", memory: "512Mi" },
      limits: { memory: "512Mi" },
    });
    expect(find("autoscaling/v2:HorizontalPodAutoscaler", "api-workload-scaling").spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "backend-node" },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [{ resource: { name: "cpu", target: { averageUtilization: 70 } } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    expect(find("policy/v1:PodDisruptionBudget", "api-workload-disruption").spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
  });

  it("runs one pod where nothing says how many", async () => {
    const { find, recording } = await make();
    expect(find("apps/v1:Deployment").spec["replicas"]).toBe(1);
    expect(childrenOf(recording).join()).not.toContain("Autoscaler");
  });

  it("lets the gateway in where it is public, ahead of others when a machine is full", async () => {
    const { find, podOf } = await make({ service: { isPublic: true } });
    expect(find("networking.k8s.io/v1:NetworkPolicy", "api-workload-from-gateway").spec).toEqual({
      podSelector: {
        matchLabels: {
          "app.kubernetes.io/name": "backend-node",
          "app.kubernetes.io/instance": "trials-cloud",
        },
      },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } } },
          ],
          ports: [{ protocol: "TCP", port: 8080 }],
        },
      ],
    });
    expect(podOf()["priorityClassName"]).toBe("trials-cloud-public");
  });

  it("opens exactly the connections that it says it needs, at both ends", async () => {
    const { find, recording } = await make({
      service: {
        reaches: [
          { kind: "service", definition: cache },
          {
            kind: "outside",
            name: "documents",
            ranges: ["10.60.0.0/20"],
            ports: [
              { first: 27_015, last: 27_017 },
              { first: 443, last: 443 },
            ],
          },
        ],
      },
    });
    const pods = (role: string) => ({
      matchLabels: { "app.kubernetes.io/name": role, "app.kubernetes.io/instance": "trials-cloud" },
    });
    const policy = (name: string) => find("networking.k8s.io/v1:NetworkPolicy", name).spec;
    expect(childrenOf(recording).filter((child) => child.startsWith("NetworkPolicy api"))).toHaveLength(4);
    expect(policy("api-workload-from-api-server")).toEqual({
      podSelector: pods("backend-node"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ protocol: "TCP", port: 8404 }] }],
    });
    expect(policy("api-workload-to-backend-node-cache")).toEqual({
      podSelector: pods("backend-node"),
      policyTypes: ["Egress"],
      egress: [
        { to: [{ podSelector: pods("backend-node-cache") }], ports: [{ protocol: "TCP", port: 6379 }] },
      ],
    });
    expect(policy("api-workload-into-backend-node-cache")).toEqual({
      podSelector: pods("backend-node-cache"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: pods("backend-node") }], ports: [{ protocol: "TCP", port: 6379 }] }],
    });
    expect(policy("api-workload-to-documents")["egress"]).toEqual([
      {
        to: [{ ipBlock: { cidr: "10.60.0.0/20" } }],
        ports: [
          { protocol: "TCP", port: 27_015, endPort: 27_017 },
          { protocol: "TCP", port: 443 },
        ],
      },
    ]);
  });

  it("takes some secrets from a store outside", async () => {
    const store = {
      name: "vault",
      refresh: seconds(3600),
      services: {
        "backend-node": { ERRORS_DSN: { key: "trials/errors", property: "dsn" }, TOKEN: { key: "token" } },
      },
    };
    const { find, containerOf } = await make({ platform: { store } });
    expect(find("external-secrets.io/v1:ExternalSecret", "api-workload-external").spec).toEqual({
      refreshInterval: "3600s",
      secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
      target: { name: "backend-node-external", creationPolicy: "Owner" },
      data: [
        { secretKey: "ERRORS_DSN", remoteRef: { key: "trials/errors", property: "dsn" } },
        { secretKey: "TOKEN", remoteRef: { key: "token" } },
      ],
    });
    expect(containerOf()["envFrom"]).toContainEqual({ secretRef: { name: "backend-node-external" } });
  });

  it("has its metrics collected where it has any", async () => {
    const monitoring = { interval: seconds(30), namespace: "monitoring" };
    const measured = { ...backendNode, metrics: { port: "http", path: "/metrics" } };
    const { find } = await make({ definition: measured, platform: { monitoring } });
    expect(find("monitoring.coreos.com/v1:ServiceMonitor", "api-workload-monitor").spec).toMatchObject({
      endpoints: [{ port: "http", path: "/metrics", interval: "30s" }],
    });
    expect(find("networking.k8s.io/v1:NetworkPolicy", "api-workload-from-monitoring").spec).toMatchObject({
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }] },
      ],
    });
    const { metrics: _, ...silent } = backendNode;
    const without = await make({ definition: silent, platform: { monitoring } });
    expect(childrenOf(without.recording).join()).not.toContain("ServiceMonitor");
  });

  it("is refused when it keeps data, and says where data belongs", async () => {
    const source = { kind: "build", service: "cache" } as const;
    await expect(make({ definition: graphStore, service: { source } })).rejects.toThrow(
      "service graph-store keeps data in /data; on Kubernetes data belongs in a managed database",
    );
  });
});

describe("an image on Kubernetes", () => {
  it("is refused when only a tag names it", async () => {
    await expect(make({ service: { source: { kind: "official", name: "mongo:8.0" } } })).rejects.toThrow(
      "the image mongo:8.0 is named by a tag, which may move; name it by digest",
    );
  });

  it("is taken as it is when named by digest", async () => {
    const name = `mongo@sha256:${"b".repeat(64)}`;
    expect((await make({ service: { source: { kind: "official", name } } })).outputs.imageId).toBe(name);
  });

  it("is asked for where the settings have no digest of it", async () => {
    const source = { kind: "build", service: "gateway" } as const;
    await expect(make({ service: { source } })).rejects.toThrow(
      "there is no digest for the image gateway; set it: pulumi config set",
    );
  });

  it("is built here and pushed, and runs by the digest that the registry gave", async () => {
    const { recording, outputs } = await make({
      platform: {
        images: {
          kind: "build",
          registry: "registry.example/trials",
          login: { username: "ci", password: pulumi.secret("push") },
          base: "debian:trixie-slim",
          buildSettings: "scratch",
          sources: "services",
          store: ".images",
        },
      },
    });
    const { inputs } = recording.find("docker:index/image:Image", "api-image");
    expect(inputs["imageName"]).toMatch(/^registry\.example\/trials\/backend-node:[0-9a-f]{16}$/);
    expect(inputs["build"]).toMatchObject({
      context: expect.stringMatching(/^\.images\/backend-node\/[0-9a-f]{16}$/),
      args: { BASE: "debian:trixie-slim", BUILD_SETTINGS: "scratch" },
    });
    expect(inputs["registry"]).toEqual({ server: "registry.example", username: "ci", password: "push" });
    expect(outputs.imageId).toBe(`registry.example/api-image@sha256:${"0".repeat(64)}`);
  });
});
