import type { PropertyMap } from "../../src/protocol/property-value.ts";

export interface DriftObject {
  readonly object: PropertyMap;
  /** Path on the server; NAMESPACE stands for the test's. */
  readonly path: string;
}

/** Waiting would only cost time: the question is what a refresh sees. */
const metadata = (extra: PropertyMap = {}) => ({
  name: "thing",
  labels: { "app.kubernetes.io/name": "thing" },
  annotations: { "pulumi.com/skipAwait": "true", "example.org/note": "a" },
  ...extra,
});

const container: PropertyMap = {
  name: "app",
  image: "example.org/app:1",
  imagePullPolicy: "IfNotPresent",
  env: [{ name: "LEVEL", value: "info" }],
  ports: [{ containerPort: 8080, protocol: "TCP" }],
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
  readinessProbe: { httpGet: { path: "/ready", port: 8080 }, periodSeconds: 5, failureThreshold: 3 },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};

const group = "apis/gateway.networking.k8s.io/v1";

export const driftObjects: readonly DriftObject[] = [
  {
    path: "apis/apps/v1/namespaces/NAMESPACE/deployments/thing",
    object: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 5,
        minReadySeconds: 1,
        progressDeadlineSeconds: 300,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: { app: "thing" } },
        template: {
          metadata: { labels: { app: "thing" }, annotations: { "example.org/hash": "abc" } },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 30,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [container],
          },
        },
      },
    },
  },
  {
    path: "api/v1/namespaces/NAMESPACE/services/thing",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(),
      spec: {
        type: "ClusterIP",
        selector: { app: "thing" },
        ports: [{ name: "http", port: 80, targetPort: 8080 }],
      },
    },
  },
  {
    path: "api/v1/namespaces/NAMESPACE/configmaps/thing",
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(),
      data: { LEVEL: "info", "settings.json": '{"a": 1}' },
    },
  },
  {
    path: "api/v1/namespaces/NAMESPACE/secrets/thing",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(),
      data: { password: Buffer.from("secret").toString("base64") },
    },
  },
  {
    path: "apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies/thing",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: metadata(),
      spec: {
        podSelector: { matchLabels: { app: "thing" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: "gateway" } } }],
            ports: [{ port: 8080, protocol: "TCP" }],
          },
        ],
      },
    },
  },
  {
    path: "apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets/thing",
    object: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(),
      spec: { minAvailable: 1, selector: { matchLabels: { app: "thing" } } },
    },
  },
  {
    path: "apis/autoscaling/v2/namespaces/NAMESPACE/horizontalpodautoscalers/thing",
    object: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: metadata(),
      spec: {
        minReplicas: 2,
        maxReplicas: 4,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "thing" },
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
          },
        ],
      },
    },
  },
  {
    path: `${group}/namespaces/NAMESPACE/httproutes/thing`,
    object: {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: metadata(),
      spec: {
        parentRefs: [{ name: "edge" }],
        hostnames: ["trials.example"],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/api" } }],
            backendRefs: [
              { name: "node", port: 80, weight: 95 },
              { name: "python", port: 80, weight: 5 },
            ],
          },
        ],
      },
    },
  },
];
