import type { EngineEvent, StepOp } from "../src/events.ts";
import { allDependencies } from "../src/plan/dependencies.ts";
import { isDefaultProvider } from "../src/plan/urn.ts";
import { containsUnknowns } from "../src/protocol/property-value.ts";
import type { Observed } from "./operate.ts";
import { demand } from "./violation.ts";

/**
 * What a preview announced must be what the update then does: the same ops for each URN. Only a resource that takes
 * a value which nobody could know before may turn out to change less than announced, and with it what depends on it.
 */
export function checkPreview(preview: Observed, update: Observed, isDrifted: boolean): void {
  if (update.troubled || preview.events.some(isOnlyWarned)) return;
  if (isDrifted && !update.succeeded) return;
  const vague = vagueUrns(preview.events);
  // A preview refuses what may have to be replaced and is protected; the update may find that it need not be.
  if (!preview.succeeded && update.succeeded && vague.size > 0) return;
  demand(preview.succeeded === update.succeeded, "preview-predicts", () =>
    preview.succeeded
      ? "the preview succeeds and the update fails"
      : "the preview fails and the update succeeds",
  );
  if (!preview.succeeded) return;
  const announced = opsByUrn(preview.events);
  const done = opsByUrn(update.events);
  for (const urn of new Set([...announced.keys(), ...done.keys()])) {
    const said = announced.get(urn) ?? [];
    const did = done.get(urn) ?? [];
    const isSame = said.join() === did.join();
    demand(
      isSame || (vague.has(urn) && weight(did) <= weight(said)),
      "preview-predicts",
      () =>
        `${urn}: the preview says ${said.join(", ") || "nothing"}, the update does ${did.join(", ") || "nothing"}`,
    );
  }
}

/** The official CLI, too, only warns in a preview of what the update refuses: to replace what still says `import`. */
function isOnlyWarned(event: EngineEvent): boolean {
  return event.kind === "diagnostic" && event.diagnostic.message.startsWith("previously-imported resources");
}

function opsByUrn(events: readonly EngineEvent[]): ReadonlyMap<string, readonly StepOp[]> {
  const found = new Map<string, StepOp[]>();
  for (const event of events) {
    if (event.kind !== "resource-pre" || isDefaultProvider(event.step.urn)) continue;
    const ops = found.get(event.step.urn) ?? [];
    ops.push(event.step.op);
    found.set(event.step.urn, ops.sort());
  }
  return found;
}

/** How much the ops of one URN change: a replacement more than an update, that more than nothing. */
function weight(ops: readonly StepOp[]): number {
  if (ops.includes("create-replacement")) return 2;
  return ops.includes("update") ? 1 : 0;
}

/** Resources with an input that was not known in the preview, and all that depends on them. */
function vagueUrns(events: readonly EngineEvent[]): ReadonlySet<string> {
  const vague = new Set<string>();
  for (const event of events) {
    if (event.kind !== "resource-pre") continue;
    const state = event.step.new ?? event.step.old;
    if (state === undefined) continue;
    const depends = allDependencies(state).some((urn) => vague.has(urn));
    if (!depends && !containsUnknowns(state.inputs)) continue;
    // The old copy of a replaced resource goes by its former name.
    vague.add(state.urn).add(event.step.old?.urn ?? state.urn);
  }
  return vague;
}
