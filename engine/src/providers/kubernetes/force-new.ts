import { isConfigMap, isSecret, kindOfObject } from "./api-kind.ts";
import type { KubeObject } from "./object.ts";

/** Keys of an object's path; `*` stands for every element of a list. */
export type FieldPath = readonly string[];

const POD_FIELDS =
  `affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC
  hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority
  priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount
  serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes`.split(/\s+/);

const CONTAINER_FIELDS =
  `args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources
  securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts
  workingDir`.split(/\s+/);

const VOLUME_SOURCES = `awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker
  gcePersistentDisk glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos
  vsphereVolume`.split(/\s+/);

const spec = (...names: readonly string[]): FieldPath[] => names.map((name) => ["spec", name]);

const STATEFUL_SET = spec(
  "podManagementPolicy",
  "revisionHistoryLimit",
  "selector",
  "serviceName",
  "volumeClaimTemplates",
);
const JOB = spec("completions", "parallelism", "selector", "template");
const POD: readonly FieldPath[] = [
  ...spec(...POD_FIELDS),
  ...["containers", "initContainers"].flatMap((list) =>
    CONTAINER_FIELDS.map((name) => ["spec", list, "*", name]),
  ),
];

/** Fields that the server never changes, by `group/version` (or version) and kind. */
const IMMUTABLE: { readonly [kind: string]: readonly FieldPath[] } = {
  "apps/v1beta1 StatefulSet": STATEFUL_SET,
  "apps/v1beta2 StatefulSet": STATEFUL_SET,
  "apps/v1 StatefulSet": STATEFUL_SET,
  "apps/v1beta2 DaemonSet": spec("selector"),
  "apps/v1 DaemonSet": spec("selector"),
  "apps/v1beta2 Deployment": spec("selector"),
  "apps/v1 Deployment": spec("selector"),
  "policy/v1beta1 PodDisruptionBudget": [["spec"]],
  "rbac.authorization.k8s.io/v1alpha1 ClusterRoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/v1alpha1 RoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/v1beta1 RoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/v1 RoleBinding": [["roleRef"]],
  "storage.k8s.io/v1 StorageClass": [["parameters"], ["provisioner"]],
  "batch/v1beta1 Job": JOB,
  "batch/v1 Job": JOB,
  "batch/v2alpha1 Job": JOB,
  "v1 PersistentVolume": spec(...VOLUME_SOURCES),
  "v1 PersistentVolumeClaim": spec("accessModes", "selector", "storageClassName", "volumeName"),
  "v1 Pod": POD,
  "v1 ResourceQuota": spec("scopes"),
  "v1 Secret": [["type"]],
  "v1 Service": spec("clusterIP"),
};

export const IDENTITY: readonly FieldPath[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
];

/** The fields whose change makes a new object. Config is replaced, not changed, so that pods keep what they started with. */
export function forceNewFields(
  object: KubeObject,
  mutable: { readonly configMapMutable: boolean; readonly secretMutable: boolean },
): readonly FieldPath[] {
  const isImmutable = object["immutable"] === true;
  if (isSecret(object) && (!mutable.secretMutable || isImmutable)) {
    return [...IDENTITY, ["type"], ["stringData"], ["data"]];
  }
  if (isConfigMap(object) && (!mutable.configMapMutable || isImmutable)) {
    return [...IDENTITY, ["binaryData"], ["data"]];
  }
  const { group, version, kind } = kindOfObject(object);
  const key = `${group === "" ? version : `${group}/${version}`} ${kind}`;
  return [...IDENTITY, ...(IMMUTABLE[key] ?? [])];
}
