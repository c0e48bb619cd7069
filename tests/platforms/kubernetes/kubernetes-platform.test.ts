import { beforeAll, describe, expect, it } from "vitest";
import { childrenOf, type Recording, recordRegistrations, settled } from "../../registrations.ts";
import { kubernetesPlatform } from "./fixture.ts";

const DOTTED = {
  "trials.project": "trials",
  "trials.stack": "cloud",
  "trials.role": "environment",
};

describe("the Kubernetes platform", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordRegistrations("cloud");
    await settled(kubernetesPlatform().namespace);
  });
  const inputsOf = (type: string, name: string) =>
    recording.find(`kubernetes:${type}`, name).inputs as { [key: string]: { [key: string]: unknown } };

  it("is a namespace with limits, closed, on the cluster of the settings", () => {
    expect(childrenOf(recording)).toEqual([
      "LimitRange kubernetes-limits",
      "Namespace kubernetes-namespace",
      "NetworkPolicy kubernetes-deny",
      "NetworkPolicy kubernetes-dns",
      "PriorityClass kubernetes-priority",
      "ResourceQuota kubernetes-quota",
      "kubernetes kubernetes-provider",
    ]);
    const provider = recording.find("pulumi:providers:kubernetes", "kubernetes-provider").inputs;
    expect(provider).toMatchObject({ kubeconfig: "/kubeconfig", context: "production" });
  });

  it("has the API server refuse pods that are not hardened", () => {
    const { metadata } = inputsOf("core/v1:Namespace", "kubernetes-namespace");
    expect(metadata).toEqual({
      name: "trials-cloud-services",
      labels: {
        ...DOTTED,
        "app.kubernetes.io/name": "environment",
        "app.kubernetes.io/instance": "trials-cloud",
        "app.kubernetes.io/part-of": "trials",
        "app.kubernetes.io/managed-by": "pulumi",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
      },
    });
  });

  it("lets nothing in or out but questions to the cluster's DNS", () => {
    expect(inputsOf("networking.k8s.io/v1:NetworkPolicy", "kubernetes-deny")["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    expect(inputsOf("networking.k8s.io/v1:NetworkPolicy", "kubernetes-dns")["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
  });

  it("bounds what the namespace may use, and opens no way in past the gateway", () => {
    expect(inputsOf("core/v1:ResourceQuota", "kubernetes-quota")["spec"]).toEqual({
      hard: {
        "requests.cpu": "8",
        "limits.memory": "16Gi",
        pods: "50",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
      },
    });
    expect(inputsOf("core/v1:LimitRange", "kubernetes-limits")["spec"]).toEqual({
      limits: [
        {
          type: "Container",
          default: { memory: "256Mi" },
          defaultRequest: { cpu: "100m", memory: "128Mi" },
        },
      ],
    });
  });
});
