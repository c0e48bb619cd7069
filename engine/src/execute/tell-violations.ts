import type { EngineEvent } from "../events.ts";
import type { PolicyRemediation, PolicyViolation } from "../policy/policy-pack.ts";

/** A remediation that could not be made is no more than a warning. */
export function refusedRemediation(
  { policy, pack, packVersion, diagnostic }: PolicyRemediation,
  urn: string,
): PolicyViolation {
  return { policy, pack, packVersion, message: diagnostic, enforcementLevel: "advisory", severity: "", urn };
}

/** False where a mandatory policy is violated. What was to be remediated, and is violated still, is mandatory. */
export function tellViolations(
  tell: (event: EngineEvent) => void,
  violations: readonly PolicyViolation[],
  blamed: (violation: PolicyViolation) => string,
): boolean {
  let isAdmitted = true;
  for (const violation of violations) {
    const enforcementLevel =
      violation.enforcementLevel === "remediate" ? "mandatory" : violation.enforcementLevel;
    if (enforcementLevel === "mandatory") isAdmitted = false;
    tell({ kind: "policy-violation", violation: { ...violation, enforcementLevel, urn: blamed(violation) } });
  }
  return isAdmitted;
}

/** The answer of a policy pack; its failure says what it was asked to do. */
export async function named<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`failed to ${what}: ${reason}`, { cause });
  }
}
