import { containersOf, type PodContainer, type PodSpec, podSpecsOf } from "../pod-spec.ts";
import { listAt, mapAt, textAt, valueAt } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

const VOLUME_KINDS = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const SECCOMP_PROFILES = ["RuntimeDefault", "Localhost"];

/** The controls are those of https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted. */
export const podSecurityRestricted: ResourceRule = {
  name: "pod-security-restricted",
  judges: "resource",
  description:
    "Pods meet the Pod Security Standard `restricted`: not root, no escalation, no capabilities, seccomp, nothing of the host.",
  remedy: "Give the pod and its containers the securityContext that the message asks for.",
  level: "mandatory",
  severity: "critical",
  check: (resource) =>
    podSpecsOf(resource).flatMap((pod) => [
      ...problemsOfPod(pod),
      ...containersOf(pod).flatMap((container) => problemsOfContainer(container, pod)),
    ]),
};

function problemsOfPod({ path, spec }: PodSpec): string[] {
  const namespaces = ["hostNetwork", "hostPID", "hostIPC"].filter((field) => spec[field] === true);
  const sysctls = listAt(spec, "securityContext", "sysctls").length > 0;
  return [
    ...namespaces.map((field) => `${path}.${field} shares a namespace of the host`),
    ...(sysctls ? [`${path}.securityContext.sysctls sets kernel parameters`] : []),
    ...listAt(spec, "volumes").flatMap((volume, index) => {
      const kind = Object.keys(mapAt(volume)).find((key) => key !== "name");
      if (kind === undefined || VOLUME_KINDS.includes(kind)) return [];
      return [`${path}.volumes[${index}] is a ${kind}, allowed are ${VOLUME_KINDS.join(", ")}`];
    }),
  ];
}

function problemsOfContainer(item: PodContainer, { spec }: PodSpec): string[] {
  const { path, container } = item;
  const own = mapAt(container, "securityContext");
  const shared = mapAt(spec, "securityContext");
  const at = `${path}.securityContext`;
  const dropped = listAt(own, "capabilities", "drop");
  const added = listAt(own, "capabilities", "add").filter((name) => name !== "NET_BIND_SERVICE");
  const seccomp = textAt(own, "seccompProfile", "type") ?? textAt(shared, "seccompProfile", "type");
  const problems: readonly (readonly [isWrong: boolean, problem: string])[] = [
    [(own["runAsNonRoot"] ?? shared["runAsNonRoot"]) !== true, `${at}.runAsNonRoot is not true`],
    [(own["runAsUser"] ?? shared["runAsUser"]) === 0, `${at}.runAsUser is root`],
    [own["allowPrivilegeEscalation"] !== false, `${at}.allowPrivilegeEscalation is not false`],
    [own["privileged"] === true, `${at}.privileged is true`],
    [!dropped.includes("ALL"), `${at}.capabilities.drop is without ALL`],
    [added.length > 0, `${at}.capabilities.add has ${added.join(", ")}`],
    [!SECCOMP_PROFILES.includes(seccomp ?? ""), `${at}.seccompProfile.type is not RuntimeDefault`],
    [!["Default", undefined].includes(textAt(own, "procMount")), `${at}.procMount is not Default`],
    [valueAt(own, "windowsOptions", "hostProcess") === true, `${at}.windowsOptions.hostProcess is true`],
    [hasHostPort(container), `${path}.ports has a hostPort`],
  ];
  return problems.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
}

function hasHostPort(container: unknown): boolean {
  return listAt(container, "ports").some((port) => Boolean(valueAt(port, "hostPort")));
}
