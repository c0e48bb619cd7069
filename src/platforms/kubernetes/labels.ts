import { ownershipLabels } from "../../names.ts";
import type { Scope } from "../platform.ts";

/** Kubernetes's own recommended labels and ours. */
export function labelsOf(scope: Scope, role: string): { readonly [label: string]: string } {
  return {
    ...ownershipLabels(scope, role),
    ...selectorOf(scope, role),
    "app.kubernetes.io/part-of": scope.project,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** What selects the pods of a role: never changes, for a Deployment's selector cannot. */
export function selectorOf(scope: Scope, role: string): { readonly [label: string]: string } {
  return {
    "app.kubernetes.io/name": role,
    "app.kubernetes.io/instance": `${scope.project}-${scope.stack}`,
  };
}
