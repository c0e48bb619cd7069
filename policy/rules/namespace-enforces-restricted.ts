import { kindOf } from "../pod-spec.ts";
import { textAt } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

const LABEL = "pod-security.kubernetes.io";

/** The cluster refuses, too, what this pack would have refused. */
export const namespaceEnforcesRestricted: ResourceRule = {
  name: "namespace-enforces-restricted",
  judges: "resource",
  description: "Namespaces enforce the Pod Security Standard `restricted`, and audit and warn by it.",
  remedy: `Label the namespace ${LABEL}/enforce, audit and warn: restricted, and ${LABEL}/enforce-version.`,
  level: "mandatory",
  severity: "high",
  check(resource) {
    if (kindOf(resource) !== "Namespace") return [];
    const labelOf = (mode: string) => textAt(resource.properties, "metadata", "labels", `${LABEL}/${mode}`);
    const wrong = ["enforce", "audit", "warn"].filter((mode) => labelOf(mode) !== "restricted");
    return [
      ...wrong.map((mode) => `label ${LABEL}/${mode} is ${labelOf(mode) ?? "missing"}, not restricted`),
      ...(labelOf("enforce-version") === undefined ? [`label ${LABEL}/enforce-version is missing`] : []),
    ];
  },
};
