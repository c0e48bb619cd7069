import {
  KubernetesPlatform,
  type KubernetesPlatformArgs,
} from "../../../src/platforms/kubernetes/kubernetes-platform.ts";
import { mebibytes, millicores, seconds } from "../../../src/quantities.ts";

const digest = `sha256:${"a".repeat(64)}`;

/** A platform on a made-up cluster, whose registry has every image of the catalogue. */
export function kubernetesPlatform(
  gateway: Partial<KubernetesPlatformArgs["gateway"]> = {},
  changes: Partial<KubernetesPlatformArgs> = {},
): KubernetesPlatform {
  return new KubernetesPlatform("kubernetes", {
    scope: { project: "trials", stack: "cloud" },
    kubeconfig: "/kubeconfig",
    context: "production",
    apiServer: ["10.0.0.0/8"],
    patience: seconds(600),
    quota: { cpu: millicores(8000), memory: mebibytes(16_384), pods: 50 },
    images: {
      kind: "pinned",
      registry: "registry.example/trials",
      digests: Object.fromEntries(
        [
          "backend-node",
          "backend-python",
          "cache",
          "knowledge-graph",
          "migration",
          "notebooks",
          "parity",
          "planet",
          "schema",
          "seed",
        ].map((name) => [name, digest]),
      ),
    },
    gateway: {
      host: "api.trials.example",
      className: "eg",
      controllerNamespace: "envoy-gateway-system",
      tls: { kind: "cert-manager", issuer: "letsencrypt" },
      ...gateway,
    },
    ...changes,
  });
}
