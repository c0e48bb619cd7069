import type { HealthVerdict, ServiceHealth } from "../../contracts/release.ts";

/** The verdict over services: one that is down makes it unhealthy, one that cannot be asked makes it unknown. */
export function judgeHealth(services: { readonly [name: string]: ServiceHealth }): HealthVerdict {
  const states = Object.values(services).map(({ state }) => state);
  const verdict = states.includes("down")
    ? "unhealthy"
    : states.includes("unknown") || states.length === 0
      ? "unknown"
      : "healthy";
  return { verdict, services };
}
