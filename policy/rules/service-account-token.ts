import { kindOf, podSpecsOf } from "../pod-spec.ts";
import { listAt, textAt } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

/** Our services ask the cluster's API nothing; a token they do not have cannot be stolen. */
export const serviceAccountToken: ResourceRule = {
  name: "service-account-token",
  judges: "resource",
  description: "Service accounts and pods do not mount a token of the cluster's API.",
  remedy: "Set automountServiceAccountToken: false on both; exempt by name what does ask the API.",
  level: "mandatory",
  severity: "medium",
  settings: {
    exempt: {
      description: "Names of objects whose pods need the API of the cluster, such as an operator's.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
  },
  check(resource, settings) {
    const name = textAt(resource.properties, "metadata", "name") ?? resource.name;
    if (listAt(settings, "exempt").includes(name)) return [];
    const field = "automountServiceAccountToken";
    const isAccount = kindOf(resource) === "ServiceAccount";
    return [
      ...(isAccount && resource.properties[field] !== false ? [`${field} is not false`] : []),
      ...podSpecsOf(resource)
        .filter(({ spec }) => spec[field] !== false)
        .map(({ path }) => `${path}.${field} is not false`),
    ];
  },
};
