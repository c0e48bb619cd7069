import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of go.mod, go.sum and tools.go, which pin the programs together. */
export const modules = join(import.meta.dirname, "modules");

/** The oldest Go that builds the modules, as go.mod says. */
export const goVersion = pinned(/^go (\S+)$/m);

/** With its `v`. */
export const kubernetesVersion = pinned(/\bk8s\.io\/kubernetes (v\S+)/);

/** What is built, by the name of its program. */
export const programs: { readonly [name: string]: string } = {
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  etcd: "./etcd",
  kwok: "sigs.k8s.io/kwok/cmd/kwok",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  helm: "helm.sh/helm/v3/cmd/helm",
};

/** A module that custom kinds are read from; none of its code is built. */
export interface DefinitionModule {
  readonly module: string;
  readonly version: string;
  /** Checksum, as a go.sum has it. */
  readonly sum: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** Custom kinds of what a cluster like ours has installed. */
export const definitionModules: readonly DefinitionModule[] = [
  {
    module: "sigs.k8s.io/gateway-api",
    version: "v1.6.3",
    sum: "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
    folder: "config/crd/standard",
    files: [
      "gateway.networking.k8s.io_gatewayclasses.yaml",
      "gateway.networking.k8s.io_gateways.yaml",
      "gateway.networking.k8s.io_httproutes.yaml",
      "gateway.networking.k8s.io_grpcroutes.yaml",
      "gateway.networking.k8s.io_referencegrants.yaml",
      "gateway.networking.k8s.io_backendtlspolicies.yaml",
    ],
  },
  {
    module: "github.com/cert-manager/cert-manager",
    version: "v1.21.2",
    sum: "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
    folder: "deploy/crds",
    files: [
      "cert-manager.io_certificates.yaml",
      "cert-manager.io_issuers.yaml",
      "cert-manager.io_clusterissuers.yaml",
    ],
  },
  {
    module: "github.com/external-secrets/external-secrets",
    version: "v1.3.2",
    sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
    folder: "config/crds/bases",
    files: [
      "external-secrets.io_externalsecrets.yaml",
      "external-secrets.io_secretstores.yaml",
      "external-secrets.io_clustersecretstores.yaml",
    ],
  },
  {
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    folder: "example/prometheus-operator-crd",
    files: [
      "monitoring.coreos.com_servicemonitors.yaml",
      "monitoring.coreos.com_podmonitors.yaml",
      "monitoring.coreos.com_prometheusrules.yaml",
    ],
  },
  {
    module: "github.com/ray-project/kuberay/ray-operator",
    version: "v1.5.0",
    sum: "h1:KCjCQ7PSsvs9Ke+90CZbbs498nuaIJ/JkXk4vd54EVg=",
    folder: "config/crd/bases",
    files: ["ray.io_rayclusters.yaml", "ray.io_rayjobs.yaml", "ray.io_rayservices.yaml"],
  },
];

/** Names what a build is made of: other versions are another folder of the cache. */
export function versionsHash(): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "tools.go", "etcd/main.go"])
    hash.update(readFileSync(join(modules, name)));
  return hash
    .update(JSON.stringify([programs, definitionModules]))
    .digest("hex")
    .slice(0, 16);
}

function pinned(pattern: RegExp): string {
  return pattern.exec(readFileSync(join(modules, "go.mod"), "utf8"))?.[1] ?? "";
}
