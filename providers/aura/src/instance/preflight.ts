import type { Offer } from "../api/aura-objects.ts";
import { hasUnknown, type Properties } from "../protocol/property-values.ts";
import type { Problem } from "../protocol/resource-handler.ts";

/** Property here and key of an offer, from what is decided first to what is decided last. */
const STEPS = [
  ["type", "type"],
  ["version", "version"],
  ["cloudProvider", "cloud_provider"],
  ["region", "region"],
  ["memory", "memory"],
] as const;

/** Properties that decide whether a tenant may have the instance. */
export const PREFLIGHT_PROPERTIES: readonly string[] = ["tenantId", ...STEPS.map(([property]) => property)];

/** The first property that the tenant's offers do not allow, with what they allow. */
export function checkOffers(inputs: Properties, offers: readonly Offer[]): Problem[] {
  let left = offers;
  const chosen: string[] = [];
  for (const [property, key] of STEPS) {
    const wanted = inputs[property];
    if (hasUnknown(wanted) || wanted === undefined) continue;
    const matching = left.filter((offer) => offer[key] === wanted);
    if (matching.length === 0) {
      const allowed = [...new Set(left.map((offer) => offer[key]))].join(", ");
      const context = chosen.length === 0 ? "" : ` with ${chosen.join(", ")}`;
      return [
        {
          property,
          reason: `the tenant is not offered ${String(wanted)}${context}; offered: ${allowed || "nothing"}`,
        },
      ];
    }
    left = matching;
    chosen.push(String(wanted));
  }
  return [];
}
