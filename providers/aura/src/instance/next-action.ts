import type { LiveInstance } from "../api/aura-objects.ts";
import type { InstanceInputs } from "./inputs.ts";

/** The next call that brings an instance closer to what is wanted. */
export type Action =
  | { readonly kind: "wait" }
  | { readonly kind: "resume" }
  | { readonly kind: "pause" }
  | { readonly kind: "patch"; readonly changes: { readonly [key: string]: string | number } }
  | { readonly kind: "blocked"; readonly reason: string };

export type Wanted = Pick<InstanceInputs, "name" | "memory" | "desiredState"> &
  Partial<Pick<InstanceInputs, "secondariesCount" | "cdcEnrichmentMode">>;

/** Statuses that Aura leaves by itself. */
const PASSING = [
  "creating",
  "updating",
  "pausing",
  "resuming",
  "restoring",
  "overwriting",
  "loading",
  "suspending",
  "destroying",
];

const BLOCKED: { readonly [status: string]: string } = {
  "loading failed":
    "its data could not be loaded: set `restoreFrom` to another data snapshot, or replace the instance (`--replace URN`)",
  suspended:
    "Aura has suspended it: look for the reason (billing, inactivity) in the Aura console and resume it there",
};

export function isPassing(status: string): boolean {
  return PASSING.includes(status);
}

/** Decides by what is live alone, so that it goes on from wherever an earlier run ended. Undefined when all is as wanted. */
export function nextAction(live: LiveInstance, wanted: Wanted): Action | undefined {
  if (isPassing(live.status)) return { kind: "wait" };
  const reason = BLOCKED[live.status];
  if (reason !== undefined) return { kind: "blocked", reason: `is \`${live.status}\`; ${reason}` };
  const changes = nextPatch(live, wanted);
  const isPaused = live.status === "paused";
  if (changes !== undefined) return isPaused ? { kind: "resume" } : { kind: "patch", changes };
  if (isPaused && wanted.desiredState === "running") return { kind: "resume" };
  return !isPaused && wanted.desiredState === "paused" ? { kind: "pause" } : undefined;
}

/** Aura takes name and memory together, each other property in a call of its own. */
function nextPatch(live: LiveInstance, wanted: Wanted) {
  const { name, memory, secondariesCount, cdcEnrichmentMode } = wanted;
  const first = {
    ...(name === live.name ? {} : { name }),
    ...(memory === live.memory ? {} : { memory }),
  };
  if (Object.keys(first).length > 0) return first;
  if (secondariesCount !== undefined && secondariesCount !== (live.secondaries_count ?? 0)) {
    return { secondaries_count: secondariesCount };
  }
  if (cdcEnrichmentMode !== undefined && cdcEnrichmentMode !== (live.cdc_enrichment_mode ?? "OFF")) {
    return { cdc_enrichment_mode: cdcEnrichmentMode };
  }
  return undefined;
}
