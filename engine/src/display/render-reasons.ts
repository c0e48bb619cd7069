import type { StepMetadata } from "../events.ts";
import { explainReplacements, type ReasonLink } from "../plan/replacement-reasons.ts";
import type { Paint } from "./paint.ts";
import { nameOfUrn, shortType, typeOfUrn } from "./resource-text.ts";

/** The key of replacements that a person asked for. */
const ASKED_FOR = "id";

function renderLink({ urn, keys }: ReasonLink): string {
  if (keys.length === 1 && keys[0] === ASKED_FOR) return `${nameOfUrn(urn)} is to be replaced`;
  return `${nameOfUrn(urn)} changes ${keys.length === 0 ? "something" : keys.join(", ")}`;
}

/** The section that traces each replacement back to what started it; "" where nothing is replaced. */
export function renderReasons(steps: readonly StepMetadata[], paint: Paint): string {
  const lines = explainReplacements(steps).map(({ urn, chain }) => {
    const name = `${shortType(typeOfUrn(urn))} ${paint("bold", nameOfUrn(urn))}`;
    return `    ${name}: replaced because ${chain.map(renderLink).join(" → ")}\n`;
  });
  return lines.length === 0 ? "" : `${paint("bold", "Replacements:")}\n${lines.join("")}\n`;
}
