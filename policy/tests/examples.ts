import type { PropertyMap, PropertyValue } from "../../engine/src/protocol/property-value.ts";
import type { Example } from "./judge.ts";

export const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const IMAGE = `registry.example/trials/backend@${DIGEST}`;

const labels = {
  "app.kubernetes.io/name": "backend",
  "app.kubernetes.io/instance": "trials-cloud",
  "app.kubernetes.io/part-of": "trials",
  "app.kubernetes.io/managed-by": "pulumi",
};
const metadata = { name: "backend", labels };

/** Each function makes something that keeps to every rule; what is passed changes one part of it. */
export const podSpec = (changes: PropertyMap = {}, container: PropertyMap = {}): PropertyMap => ({
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  volumes: [{ name: "scratch", emptyDir: {} }],
  containers: [
    {
      name: "backend",
      image: IMAGE,
      env: [
        { name: "LOG_LEVEL", value: "info" },
        { name: "MONGODB_PASSWORD", valueFrom: { secretKeyRef: { name: "backend", key: "password" } } },
      ],
      ports: [{ containerPort: 8080 }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      ...container,
    },
  ],
  ...changes,
});

export const deployment = (name: string, spec = podSpec()): Example => ({
  type: "kubernetes:apps/v1:Deployment",
  name,
  inputs: { kind: "Deployment", metadata, spec: { replicas: 2, template: { metadata: { labels }, spec } } },
});

export const kubernetesObject = (type: string, name: string, changes: PropertyMap = {}): Example => ({
  type: `kubernetes:${type}`,
  name,
  inputs: { metadata, ...changes },
});

export const namespace = (name: string, standard: PropertyMap = {}): Example => ({
  type: "kubernetes:core/v1:Namespace",
  name,
  inputs: {
    metadata: {
      labels: {
        ...labels,
        ...Object.fromEntries(
          ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
        ),
        "pod-security.kubernetes.io/enforce-version": "latest",
        ...standard,
      },
    },
  },
});

export const networkPolicy = (name: string, ingress: readonly PropertyValue[]): Example =>
  kubernetesObject("networking.k8s.io/v1:NetworkPolicy", name, {
    spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [...ingress] },
  });

const dockerLabels = ["project", "stack", "role"].map((label) => ({ label: `trials.${label}`, value: "x" }));

export const container = (name: string, changes: PropertyMap = {}): Example => ({
  type: "docker:index/container:Container",
  name,
  inputs: {
    image: DIGEST,
    user: "10001:10001",
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    labels: dockerLabels,
    ports: [{ internal: 27017, external: 27017, ip: "127.0.0.1" }],
    ...changes,
  },
});

export const volume = (name: string, options: Example["options"] = {}): Example => ({
  type: "docker:index/volume:Volume",
  name,
  inputs: { labels: dockerLabels },
  options,
});

export const cluster = (name: string, changes: PropertyMap = {}, options = { protect: true }): Example => ({
  type: "mongodbatlas:index/advancedCluster:AdvancedCluster",
  name,
  inputs: {
    name,
    terminationProtectionEnabled: true,
    backupEnabled: true,
    retainBackupsEnabled: true,
    pitEnabled: true,
    replicationSpecs: [
      {
        regionConfigs: [
          {
            providerName: "AWS",
            regionName: "US_EAST_1",
            electableSpecs: { instanceSize: "M30", nodeCount: 3, diskSizeGb: 40 },
          },
        ],
      },
    ],
    ...changes,
  },
  options,
});

export const schedule = (clusterName: PropertyValue, changes: PropertyMap = {}): Example => ({
  type: "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
  name: typeof clusterName === "string" ? `schedule-of-${clusterName}` : "schedule",
  inputs: {
    clusterName,
    policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 14 },
    ...changes,
  },
  options: { protect: true },
});

export const flexCluster = (name: string): Example => ({
  type: "mongodbatlas:index/flexCluster:FlexCluster",
  name,
  inputs: { name, terminationProtectionEnabled: true },
  options: { protect: true },
});

export const accessList = (name: string, inputs: PropertyMap): Example => ({
  type: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
  name,
  inputs,
});
