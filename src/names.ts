/** The physical name of a thing: project, stack and role, for example `trials-dev-backend-node`. */
export function physicalName(scope: { project: string; stack: string }, role: string): string {
  return `${scope.project}-${scope.stack}-${role}`;
}

/** Labels that say whose object this is, for people and for drift review. */
export function ownershipLabels(
  scope: { project: string; stack: string },
  role: string,
): { readonly [label: string]: string } {
  return {
    "trials.project": scope.project,
    "trials.stack": scope.stack,
    "trials.role": role,
  };
}
