import { ProviderError } from "../../errors.ts";
import { textAt } from "../plain-values.ts";
import type { KubeObject } from "./object.ts";

/** Group, version and kind; the core group is "". */
export interface ApiKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The groups that Kubernetes itself serves; everything else is defined by CustomResourceDefinitions. */
const BUILT_IN_GROUPS = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "auditregistration.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "settings.k8s.io",
  "storage.k8s.io",
]);

const NAMESPACED = new Set(
  `Binding ConfigMap ControllerRevision CronJob CSIStorageCapacity DaemonSet Deployment Endpoints EndpointSlice Event
   HorizontalPodAutoscaler Ingress Job Lease LimitRange NetworkPolicy PersistentVolumeClaim Pod PodDisruptionBudget
   PodTemplate ReplicaSet ReplicationController ResourceQuota Role RoleBinding Secret Service ServiceAccount
   StatefulSet`.split(/\s+/),
);

const CLUSTER_WIDE = new Set(
  `APIService CertificateSigningRequest ClusterRole ClusterRoleBinding CSIDriver CSINode CustomResourceDefinition
   FlowSchema IngressClass MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass
   PriorityLevelConfiguration RuntimeClass StorageClass ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
   ValidatingWebhookConfiguration VolumeAttachment ClusterTrustBundle DeviceClass MutatingAdmissionPolicy
   MutatingAdmissionPolicyBinding ServiceCIDR IPAddress ResourceSlice`.split(/\s+/),
);

/** Reads `kubernetes:apps/v1:Deployment`. */
export function kindOfType(type: string): ApiKind {
  const [, module = "", name = ""] = type.split(":");
  const slash = module.lastIndexOf("/");
  if (slash < 0 || name === "") {
    throw new ProviderError(`${type} is not a type of Kubernetes object`, { status: "ok" });
  }
  const group = module.slice(0, slash);
  return { group: group === "core" ? "" : group, version: module.slice(slash + 1), kind: name };
}

/** What the object says it is. */
export function kindOfObject(object: KubeObject): ApiKind {
  const apiVersion = textAt(object, "apiVersion");
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return {
    group: group === "core" ? "" : group,
    version: apiVersion.slice(slash + 1),
    kind: textAt(object, "kind"),
  };
}

export function apiVersionOf({ group, version }: ApiKind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** True for kinds of Kubernetes itself, false for those of custom resources. */
export function isBuiltIn({ group }: ApiKind): boolean {
  return BUILT_IN_GROUPS.has(group);
}

/** Whether objects of a built-in kind live in namespaces; undefined where only the server knows. */
export function findScope(kind: ApiKind): "namespace" | "cluster" | undefined {
  if (!isBuiltIn(kind)) return undefined;
  const name = kind.kind.replace(/(Patch|List)$/, "");
  if (NAMESPACED.has(name)) return "namespace";
  return CLUSTER_WIDE.has(name) ? "cluster" : undefined;
}

export function isSecret(object: KubeObject): boolean {
  const { group, version, kind } = kindOfObject(object);
  return group === "" && version === "v1" && kind === "Secret";
}

export function isConfigMap(object: KubeObject): boolean {
  const { group, version, kind } = kindOfObject(object);
  return group === "" && version === "v1" && kind === "ConfigMap";
}

export function isCustomDefinition(object: KubeObject): boolean {
  const { group, kind } = kindOfObject(object);
  return group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition";
}

/** True for `DeploymentPatch` and its like: they own some fields of an object that somebody else made. */
export function isPatchType(type: string, kind: string): boolean {
  return kind !== "" && type.endsWith(`:${kind}Patch`);
}

/** True for the list types of built-in kinds, which exist for YAML files only. */
export function isListType(type: string): boolean {
  return isBuiltIn(kindOfType(type)) && type.endsWith("List");
}

/** @throws ProviderError for types of the package that this adapter does not serve. */
export function requireServed(type: string): void {
  const { group } = kindOfType(type);
  if (group !== "helm.sh") return;
  throw new ProviderError(
    `${type} is not served by this engine (it serves every kind of Kubernetes object, but no Helm releases); install the official kubernetes plugin`,
    { status: "ok", unimplemented: true },
  );
}
