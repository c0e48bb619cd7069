import type { EngineEvent } from "../events.ts";
import type { PolicyPack, PolicyRemediation, PolicyViolation } from "../policy/policy-pack.ts";

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

/**
 * Asks all packs at once, and hands over what they answer in their order.
 * @throws Error where one failed: of the first that did, when the others' answers are told.
 */
export async function askPacks<T>(
  packs: readonly PolicyPack[],
  ask: (pack: PolicyPack) => Promise<T>,
  tell: (answer: T, pack: PolicyPack) => void,
): Promise<void> {
  const asked = packs.map(async (pack) => ({ pack, answer: await ask(pack) }));
  for (const one of await Promise.allSettled(asked)) {
    if (one.status === "fulfilled") tell(one.value.answer, one.value.pack);
  }
  await Promise.all(asked);
}
