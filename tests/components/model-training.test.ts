import { describe, expect, it } from "vitest";
import { Credentials } from "../../src/components/credentials.ts";
import { cloudPredictions } from "../../src/environments/cloud-predictions.ts";
import { cloudSettingsSchema } from "../../src/settings/cloud-settings.ts";
import { cloudConfig } from "../cloud-config.ts";
import { kubernetesPlatform } from "../platforms/kubernetes/fixture.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

const IMAGE = `registry.example/planet-ray@sha256:${"b".repeat(64)}`;
const ADAPTER = { "pulumi.com/replaceUnready": "true" };

interface Tree {
  readonly [key: string]: Tree;
}

/** The prediction service of a cloud stack whose model is trained as the settings say. */
async function make(training: object, adapted: { readonly digest?: string } = {}) {
  const recording = await recordRegistrations("cloud");
  const settings = cloudSettingsSchema.parse({ ...cloudConfig, planetTraining: training });
  const digests = { planet: `sha256:${(adapted.digest ?? "a").repeat(64)}` };
  const platform = kubernetesPlatform(
    {},
    { images: { kind: "pinned", registry: "registry.example/trials", digests } },
  );
  const credentials = new Credentials("credentials", { administratorEmail: settings.administratorEmail });
  const predictions = cloudPredictions({ platform, credentials, settings });
  await settled(predictions.service.outputs);
  const find = (type: string, name: string) => recording.find(`kubernetes:${type}`, name).inputs as Tree;
  const job = () => find("ray.io/v1:RayJob", "training-ray-job");
  return { recording, find, job };
}

const versionOf = (job: Tree) => String(job["metadata"]?.["name"]);

describe("the prediction model", () => {
  it("is trained by each pod for itself unless a setting says otherwise", async () => {
    const { recording } = await make({ kind: "pod" });
    expect(childrenOf(recording).filter((child) => child.includes(" training-"))).toEqual([]);
  });
});

describe("the prediction model trained by Ray", () => {
  it("is a job with a volume, an identity and policies of its own", async () => {
    const { recording } = await make({ kind: "ray" });
    expect(childrenOf(recording).filter((child) => child.includes(" training-"))).toEqual([
      "NetworkPolicy training-ray-head",
      "NetworkPolicy training-ray-nodes",
      "NetworkPolicy training-ray-submitter",
      "NetworkPolicy training-ray-workers",
      "PersistentVolumeClaim training-ray-volume",
      "RayJob training-ray-job",
      "ServiceAccount training-ray-account",
    ]);
  });

  it("ends, clears up after itself and is given up after its deadline and attempts", async () => {
    const { job } = await make({ kind: "ray", deadline: 900 });
    expect(job()["spec"]).toMatchObject({
      entrypoint: "python3 -m planet train",
      submissionMode: "K8sJobMode",
      backoffLimit: 2,
      activeDeadlineSeconds: 900,
      shutdownAfterJobFinishes: true,
      ttlSecondsAfterFinished: 300,
      suspend: false,
    });
    expect(job()["metadata"]?.["annotations"]).toEqual({
      ...ADAPTER,
      "pulumi.com/waitFor": JSON.stringify([
        "jsonpath={.status.jobDeploymentStatus}=Complete",
        "jsonpath={.status.jobStatus}=SUCCEEDED",
      ]),
    });
  });

  it("runs hardened pods without a token, of planet's image unless another is set", async () => {
    const planets = await make({ kind: "ray" });
    const [head] = podsOf(planets.job());
    expect(head?.["containers"]?.["0"]?.["image"]).toBe(
      `registry.example/trials/planet@sha256:${"a".repeat(64)}`,
    );
    const { job } = await make({ kind: "ray", image: IMAGE, cpu: 1500, memory: 3072 });
    expect(podsOf(job())).toHaveLength(3);
    for (const pod of podsOf(job())) {
      expect(pod).toMatchObject({
        serviceAccountName: "planet-training",
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10_001,
          fsGroup: 10_001,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            image: IMAGE,
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      });
    }
    const resources = podsOf(job()).map((pod) => pod["containers"]?.["0"]?.["resources"]?.["requests"]);
    expect(resources).toEqual([
      { cpu: "1500m", memory: "3Gi" },
      { cpu: "1500m", memory: "3Gi" },
      { cpu: "100m", memory: "512Mi" },
    ]);
  });

  it("has as many workers as set, and leaves their number to nobody who would need a token", async () => {
    const { job } = await make({ kind: "ray", workers: { min: 2, max: 5 }, version: "2.59.0" });
    const cluster = job()["spec"]?.["rayClusterSpec"];
    expect(cluster).toMatchObject({ rayVersion: "2.59.0", enableInTreeAutoscaling: false });
    expect(cluster?.["workerGroupSpecs"]).toMatchObject([{ replicas: 2, minReplicas: 2, maxReplicas: 5 }]);
  });

  it("is written by the head alone to a directory of its version, which the service only reads", async () => {
    const { job, find } = await make({ kind: "ray", volume: { storageClass: "shared", size: 2048 } });
    const claim = find("core/v1:PersistentVolumeClaim", "training-ray-volume");
    expect(claim["spec"]).toEqual({
      accessModes: ["ReadWriteMany"],
      storageClassName: "shared",
      resources: { requests: { storage: "2Gi" } },
    });
    const mounts = podsOf(job()).map((pod) => JSON.stringify(pod).includes("training-ray-volume"));
    expect(mounts).toEqual([true, false, false]);

    const folder = `/models/${versionOf(job()).replace("planet-training-", "")}`;
    const [head] = podsOf(job());
    expect(head?.["containers"]?.["0"]?.["env"]).toContainEqual({ name: "MODEL_FOLDER", value: folder });
    const { data } = find("core/v1:ConfigMap", "planet-service-workload-config");
    expect(data).toMatchObject({ MODEL_FOLDER: folder });
    const pod = find("apps/v1:Deployment", "planet-service-workload")["spec"]?.["template"]?.["spec"];
    expect(pod?.["initContainers"]).toBeUndefined();
    expect(pod?.["volumes"]).toContainEqual({
      name: "prepared",
      persistentVolumeClaim: { claimName: "training-ray-volume-0a1b2c3d", readOnly: true },
    });
    expect(pod?.["containers"]?.["0"]?.["volumeMounts"]).toContainEqual({
      name: "prepared",
      mountPath: "/models",
      readOnly: true,
    });
  });

  it("is the same job for the same inputs and another for an image or a setting that differs", async () => {
    const first = versionOf((await make({ kind: "ray" })).job());
    expect(first).toMatch(/^planet-training-[0-9a-f]{12}$/);
    expect(versionOf((await make({ kind: "ray" })).job())).toBe(first);
    const others = [
      await make({ kind: "ray" }, { digest: "c" }),
      await make({ kind: "ray", image: IMAGE }),
      await make({ kind: "ray", memory: 4096 }),
    ].map(({ job }) => versionOf(job()));
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it("lets its nodes reach each other, whoever submits reach the head, the operator ask it, and nothing else", async () => {
    const { find, job } = await make({ kind: "ray", operatorNamespace: "operators" });
    const policy = (name: string) =>
      find("networking.k8s.io/v1:NetworkPolicy", `training-ray-${name}`)["spec"];
    const [gcs, dashboard] = [6379, 8265].map((port) => [{ protocol: "TCP", port }]);
    const parts = (...values: string[]) => ({
      matchLabels: {
        "app.kubernetes.io/name": "planet-training",
        "app.kubernetes.io/instance": "trials-cloud",
      },
      matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values }],
    });
    const ports = [
      ...[6380, 6381, 6382, 6383, 52_365].map((port) => ({ protocol: "TCP", port })),
      { protocol: "TCP", port: 10_002, endPort: 10_101 },
    ];
    const nodes = [{ podSelector: parts("head", "worker") }];
    expect(policy("nodes")).toEqual({
      podSelector: parts("head", "worker"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: nodes, ports }],
      egress: [{ to: nodes, ports }],
    });
    const operator = { matchLabels: { "kubernetes.io/metadata.name": "operators" } };
    expect(policy("head")).toEqual({
      podSelector: parts("head"),
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: parts("worker") }], ports: gcs },
        { from: [{ podSelector: parts("submitter") }], ports: dashboard },
        { from: [{ namespaceSelector: operator }], ports: dashboard },
      ],
    });
    for (const [name, part, open] of [
      ["workers", "worker", gcs],
      ["submitter", "submitter", dashboard],
    ] as const) {
      expect(policy(name)).toEqual({
        podSelector: parts(part),
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: parts("head") }], ports: open }],
      });
    }
    // Ray is told to keep to them.
    const { headGroupSpec, workerGroupSpecs } = job()["spec"]?.["rayClusterSpec"] ?? {};
    for (const group of [headGroupSpec, workerGroupSpecs?.["0"]]) {
      expect(group?.["rayStartParams"]).toMatchObject({
        "node-manager-port": "6380",
        "object-manager-port": "6381",
        "runtime-env-agent-port": "6382",
        "dashboard-agent-grpc-port": "6383",
        "dashboard-agent-listen-port": "52365",
        "min-worker-port": "10002",
        "max-worker-port": "10101",
      });
    }
    expect(headGroupSpec?.["rayStartParams"]).toMatchObject({ port: "6379", "dashboard-port": "8265" });
  });
});

/** Pod specifications of head, worker and submitter. */
function podsOf(job: Tree): Tree[] {
  const { rayClusterSpec, submitterPodTemplate } = job["spec"] ?? {};
  return [
    rayClusterSpec?.["headGroupSpec"]?.["template"],
    rayClusterSpec?.["workerGroupSpecs"]?.["0"]?.["template"],
    submitterPodTemplate,
  ].flatMap((template) => template?.["spec"] ?? []);
}
