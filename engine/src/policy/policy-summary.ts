import type { PolicyPackInfo } from "./policy-pack.ts";

/** Names of policies by how they judged. */
export interface PolicySummary {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Which policies of a kind passed: all that are on, have something to say, and did not fail. */
export function policySummary(
  info: PolicyPackInfo,
  kind: "resource" | "stack",
  found: { readonly failed: readonly string[]; readonly notApplicable: readonly string[] },
): PolicySummary {
  const failed = [...new Set(found.failed)].sort();
  const passed = info.policies
    .filter((policy) => policy.kind === kind || policy.kind === "unknown")
    .filter(({ enforcementLevel }) => enforcementLevel !== "disabled")
    .map(({ name }) => name)
    .filter((name) => !failed.includes(name) && !found.notApplicable.includes(name));
  return { passed: [...new Set(passed)].sort(), failed };
}
