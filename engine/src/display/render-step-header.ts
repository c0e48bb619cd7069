import type { StepMetadata, StepOp } from "../events.ts";
import { parseProviderReference, urnName } from "../plan/urn.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { opMark } from "./op-text.ts";
import { opStyle } from "./paint.ts";
import { printable } from "./quote-text.ts";
import { deeper, margin, type Place } from "./render-value.ts";

/** What a step does to which resource: its type, and below it id, URN and provider. */
export function renderHeader(step: StepMetadata, place: Place, urns: boolean): string {
  const { old, op, urn } = step;
  const title = `${margin(place)}${opMark(op)}${urns ? urn : step.type}: (${op}${retainMark(step)})${lock(step)}`;
  const id = old?.id ?? "";
  const details = [
    ...(id === "" ? [] : [`[id=${id}]`]),
    ...(urns ? [] : [`[urn=${printable(urn)}]`]),
    ...providerLine(step),
  ];
  const inner = margin(deeper(place));
  return `${place.paint(opStyle(op), title)}\n${details.map((line) => `${inner}${line}\n`).join("")}`;
}

const leavingOps: ReadonlySet<StepOp> = new Set<StepOp>([
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
]);

/** What is retained stays where it is although nobody manages it any more. */
export function retainMark({ old, op }: StepMetadata): string {
  return old?.retainOnDelete === true && leavingOps.has(op) ? "[retain]" : "";
}

function lock({ old, new: next }: StepMetadata): string {
  const [before, after] = [old?.protect ?? false, next?.protect ?? false];
  if (next !== undefined && !after && before) return " 🔓";
  return before || after ? " 🔒" : "";
}

/** Default providers without a version are not worth a line. */
function providerLine({ provider, old, new: next }: StepMetadata): readonly string[] {
  if (provider === "") return [];
  if (old !== undefined && next !== undefined && old.provider !== next.provider) {
    const { urn, id } = parseProviderReference(next.provider);
    return [`[provider: ${old.provider} => ${id === UNKNOWN_VALUE ? `${urn}::[unknown]` : next.provider}]`];
  }
  return urnName(parseProviderReference(provider).urn) === "default" ? [] : [`[provider=${provider}]`];
}
