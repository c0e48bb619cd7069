import { computed } from "../../engine/src/protocol/property-value.ts";
import { container, deployment, kubernetesObject, namespace, networkPolicy, podSpec } from "./examples.ts";
import type { Case } from "./judge.ts";

const at = "spec.template.spec";
const context = (changes: object) => ({
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, ...changes },
});

/** Rules on what runs. */
export const workloadCases: readonly Case[] = [
  {
    rule: "image-by-digest",
    passes: [deployment("image-1"), container("image-2"), container("image-3", { image: computed })],
    fails: {
      "a tag in a pod": [
        deployment("image-4", podSpec({}, { image: "backend:1.2" })),
        `${at}.containers[0].image is "backend:1.2", which is no digest`,
      ],
      "a tag in a container that runs first": [
        deployment(
          "image-5",
          podSpec({ initContainers: [{ ...Object(podSpec()["containers"])[0], image: "x" }] }),
        ),
        `${at}.initContainers[0].image is "x", which is no digest`,
      ],
      "a tag on Docker": [
        container("image-6", { image: "mongo:8" }),
        'image is "mongo:8", which is no digest',
      ],
    },
  },
  {
    rule: "pod-security-restricted",
    passes: [
      deployment("pod-1"),
      kubernetesObject("core/v1:Pod", "pod-2", { spec: podSpec() }),
      kubernetesObject("batch/v1:CronJob", "pod-3", {
        spec: {
          jobTemplate: {
            spec: {
              template: { metadata: kubernetesObject("", "").inputs?.["metadata"] ?? {}, spec: podSpec() },
            },
          },
        },
      }),
    ],
    fails: {
      "a root user": [
        deployment("pod-4", podSpec({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } })),
        `${at}.containers[0].securityContext.runAsNonRoot is not true`,
      ],
      "user 0": [
        deployment("pod-5", podSpec({}, context({ runAsUser: 0 }))),
        `${at}.containers[0].securityContext.runAsUser is root`,
      ],
      "privilege escalation": [
        deployment("pod-6", podSpec({}, context({ allowPrivilegeEscalation: true }))),
        `${at}.containers[0].securityContext.allowPrivilegeEscalation is not false`,
      ],
      "a privileged container": [
        deployment("pod-7", podSpec({}, context({ privileged: true }))),
        `${at}.containers[0].securityContext.privileged is true`,
      ],
      "capabilities that are kept, and one more": [
        deployment("pod-8", podSpec({}, context({ capabilities: { add: ["NET_ADMIN"] } }))),
        `${at}.containers[0].securityContext.capabilities.drop is without ALL; ${at}.containers[0].securityContext.capabilities.add has NET_ADMIN`,
      ],
      "no seccomp profile": [
        deployment("pod-9", podSpec({ securityContext: { runAsNonRoot: true } })),
        `${at}.containers[0].securityContext.seccompProfile.type is not RuntimeDefault`,
      ],
      "the host's network": [
        deployment("pod-10", podSpec({ hostNetwork: true })),
        `${at}.hostNetwork shares a namespace of the host`,
      ],
      "a folder of the host": [
        deployment("pod-11", podSpec({ volumes: [{ name: "host", hostPath: { path: "/" } }] })),
        `${at}.volumes[0] is a hostPath, allowed are configMap, csi, downwardAPI, emptyDir, ephemeral, persistentVolumeClaim, projected, secret`,
      ],
      "a port of the host": [
        deployment("pod-12", podSpec({}, { ports: [{ containerPort: 80, hostPort: 80 }] })),
        `${at}.containers[0].ports has a hostPort`,
      ],
      "an unmasked /proc, a host process and kernel parameters": [
        deployment(
          "pod-13",
          podSpec(
            {
              securityContext: {
                runAsNonRoot: true,
                seccompProfile: { type: "Localhost" },
                sysctls: [{ name: "kernel.msgmax", value: "1" }],
              },
            },
            context({ procMount: "Unmasked", windowsOptions: { hostProcess: true } }),
          ),
        ),
        `${at}.securityContext.sysctls sets kernel parameters; ${at}.containers[0].securityContext.procMount is not Default; ${at}.containers[0].securityContext.windowsOptions.hostProcess is true`,
      ],
      "a privileged container in the cluster of a job that makes one": [
        kubernetesObject("ray.io/v1:RayJob", "pod-15", {
          spec: {
            rayClusterSpec: {
              headGroupSpec: {
                template: {
                  metadata: kubernetesObject("", "").inputs?.["metadata"] ?? {},
                  spec: podSpec({}, context({ privileged: true })),
                },
              },
            },
          },
        }),
        "spec.rayClusterSpec.headGroupSpec.template.spec.containers[0].securityContext.privileged is true",
      ],
      "a root user in a custom resource that makes pods": [
        kubernetesObject("ray.io/v1:RayCluster", "pod-14", {
          spec: {
            workerGroupSpecs: [
              {
                template: {
                  metadata: kubernetesObject("", "").inputs?.["metadata"] ?? {},
                  spec: podSpec({}, context({ runAsNonRoot: false })),
                },
              },
            ],
          },
        }),
        "spec.workerGroupSpecs[0].template.spec.containers[0].securityContext.runAsNonRoot is not true",
      ],
    },
  },
  {
    rule: "namespace-enforces-restricted",
    passes: [namespace("namespace-1")],
    fails: {
      "a weaker standard": [
        namespace("namespace-2", { "pod-security.kubernetes.io/enforce": "baseline" }),
        "label pod-security.kubernetes.io/enforce is baseline, not restricted",
      ],
      "no standard": [
        kubernetesObject("core/v1:Namespace", "namespace-3"),
        "label pod-security.kubernetes.io/enforce is missing, not restricted; label pod-security.kubernetes.io/audit is missing, not restricted; label pod-security.kubernetes.io/warn is missing, not restricted; label pod-security.kubernetes.io/enforce-version is missing",
      ],
    },
  },
  {
    rule: "docker-container-restricted",
    passes: [container("docker-1")],
    fails: {
      root: [container("docker-2", { user: "0:0" }), "user is root or left to the image"],
      "privileges and capabilities": [
        container("docker-3", {
          privileged: true,
          capabilities: { adds: ["SYS_ADMIN"] },
          securityOpts: [],
        }),
        "privileged is true; capabilities.drops is without ALL; capabilities.adds has capabilities; securityOpts is without no-new-privileges:true",
      ],
      "the host": [
        container("docker-4", {
          networkMode: "host",
          volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/s" }],
          mounts: [{ type: "bind", source: "/etc", target: "/etc" }],
        }),
        "networkMode is the host's; mounts /var/run/docker.sock of the host; mounts /etc of the host",
      ],
    },
  },
  {
    rule: "service-account-token",
    passes: [kubernetesObject("core/v1:ServiceAccount", "token-1", { automountServiceAccountToken: false })],
    fails: {
      "an account that mounts it": [
        kubernetesObject("core/v1:ServiceAccount", "token-2"),
        "automountServiceAccountToken is not false",
      ],
      "a pod that mounts it": [
        deployment("token-3", podSpec({ automountServiceAccountToken: true })),
        `${at}.automountServiceAccountToken is not false`,
      ],
    },
  },
  {
    rule: "no-wildcard-network-policy",
    passes: [
      networkPolicy("network-1", [
        { from: [{ podSelector: { matchLabels: { app: "x" } } }], ports: [{ port: 80 }] },
        {
          from: [{ namespaceSelector: {}, podSelector: { matchLabels: { a: "b" } } }],
          ports: [{ port: 80 }],
        },
        { from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }], ports: [{ port: 80 }] },
      ]),
      networkPolicy("network-2", []),
    ],
    fails: {
      "a rule for everybody": [
        networkPolicy("network-3", [{}]),
        "spec.ingress[0] has no from: everybody; spec.ingress[0] names no ports",
      ],
      "all namespaces": [
        networkPolicy("network-4", [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }]),
        "spec.ingress[0] .from[0] is everybody",
      ],
      "all addresses": [
        networkPolicy("network-5", [{ from: [{ ipBlock: { cidr: "::/0" } }], ports: [{ port: 80 }] }]),
        "spec.ingress[0] .from[0] is everybody",
      ],
    },
  },
];
