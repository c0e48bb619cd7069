import { compareUtf8 } from "../state/go-json.ts";
import type { Paint } from "./paint.ts";

/** The configuration that an operation runs with, as its first event tells it: secrets are hidden there. */
export function renderConfig(config: { readonly [key: string]: string }, paint: Paint): string {
  const entries = Object.entries(config).sort(([a], [b]) => compareUtf8(a, b));
  return `${paint("dim", "Configuration:")}\n${entries.map(([key, value]) => `    ${key}: ${value}\n`).join("")}`;
}
