import type { HealthVerdict } from "../../contracts/release.ts";

/** The verdict for people: which services are not well, and why. */
export function renderHealth({ verdict, services }: HealthVerdict): string {
  const ill = Object.entries(services).filter(([, { state }]) => state !== "up");
  const count = Object.keys(services).length;
  if (verdict === "healthy") return `healthy (${count} services)`;
  if (ill.length === 0) return verdict;
  return `${verdict}: ${ill.map(([name, { state, reason }]) => `${name} ${state} (${reason})`).join("; ")}`;
}
