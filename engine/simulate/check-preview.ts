import type { EngineEvent, StepMetadata, StepOp } from "../src/events.ts";
import { allDependencies } from "../src/plan/dependencies.ts";
import { isDefaultProvider } from "../src/plan/urn.ts";
import { containsUnknowns } from "../src/protocol/property-value.ts";
import type { ResourceState } from "../src/state/resource.ts";
import type { Observed } from "./operate.ts";
import { demand } from "./violation.ts";

/**
 * What a preview announced must be what the update then does: the same ops for each URN. Only a resource that takes
 * a value which nobody could know before may turn out to change less than announced, and with it what depends on it.
 * What no longer needs a resource that is replaced is deleted with it where that one registers first, and else is not.
 */
export function checkPreview(preview: Observed, update: Observed, isDrifted: boolean): void {
  if (update.troubled || preview.events.some(isOnlyWarned)) return;
  if (isDrifted && !update.succeeded) return;
  const vague = vagueUrns(preview.events);
  // A preview refuses what may have to be replaced and is protected; the update may find that it need not be.
  if (!preview.succeeded && update.succeeded && vague.size > 0) return;
  if (preview.succeeded && isRefusedByOrder(update, preview)) return;
  if (update.succeeded && isRefusedByOrder(preview, update)) return;
  demand(preview.succeeded === update.succeeded, "preview-predicts", () =>
    preview.succeeded
      ? "the preview succeeds and the update fails"
      : "the preview fails and the update succeeds",
  );
  if (!preview.succeeded) return;
  const free = freeUrns(update.events);
  const announced = opsByUrn(preview.events);
  const done = opsByUrn(update.events);
  for (const urn of new Set([...announced.keys(), ...done.keys()])) {
    const said = announced.get(urn) ?? [];
    const did = done.get(urn) ?? [];
    const isSame = said.join() === did.join();
    demand(
      isSame ||
        (vague.has(urn) && weight(did) <= weight(said)) ||
        (free.has(urn) && Math.max(weight(did), weight(said)) === REPLACED),
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

/** A protected resource that needs no more what is replaced is in its way only where it registers after that. */
function isRefusedByOrder(refused: Observed, done: Observed): boolean {
  if (refused.succeeded) return false;
  const texts = [...freeUrns(done.events)].map((urn) => `unable to replace resource ${JSON.stringify(urn)}`);
  return refused.events.some(
    (event) => event.kind === "diagnostic" && texts.some((text) => event.diagnostic.message.includes(text)),
  );
}

function opsByUrn(events: readonly EngineEvent[]): ReadonlyMap<string, readonly StepOp[]> {
  const found = new Map<string, StepOp[]>();
  for (const event of events) {
    if (event.kind !== "resource-pre" || isDefaultProvider(event.step.urn)) continue;
    const ops = found.get(event.step.urn) ?? [];
    ops.push(opOf(event.step));
    found.set(event.step.urn, ops.sort());
  }
  return found;
}

/** A copy that is left goes as a dependent of what is replaced, or at the end: what registers first decides. */
function opOf({ op, old }: StepMetadata): StepOp {
  return op === "delete" && old?.delete === true ? "delete-replaced" : op;
}

const REPLACED = 2;

/** How much the ops of one URN change: a replacement more than an update, that more than nothing. */
function weight(ops: readonly StepOp[]): number {
  if (ops.includes("create-replacement")) return REPLACED;
  return ops.includes("update") ? 1 : 0;
}

const GOING: ReadonlySet<StepOp> = new Set(["replace", "delete", "delete-replaced"]);

/** Resources that need something no more that is replaced, or deleted with what is, and all that depends on them. */
function freeUrns(events: readonly EngineEvent[]): ReadonlySet<string> {
  const going = new Set(stepsOf(events).flatMap(({ op, urn }) => (GOING.has(op) ? [urn] : [])));
  return withDependents(events, (step) => {
    if (step.old === undefined || step.new === undefined) return false;
    const present = new Set(allDependencies(step.new));
    return allDependencies(step.old).some((urn) => going.has(urn) && !present.has(urn));
  });
}

/** Resources with an input that was not known in the preview, and all that depends on them. */
function vagueUrns(events: readonly EngineEvent[]): ReadonlySet<string> {
  return withDependents(events, (_step, state) => containsUnknowns(state.inputs));
}

function withDependents(
  events: readonly EngineEvent[],
  isMeant: (step: StepMetadata, state: ResourceState) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const step of stepsOf(events)) {
    const state = step.new ?? step.old;
    if (state === undefined) continue;
    const depends = allDependencies(state).some((urn) => found.has(urn));
    if (!depends && !isMeant(step, state)) continue;
    // The old copy of a replaced resource goes by its former name.
    found.add(state.urn).add(step.old?.urn ?? state.urn);
  }
  return found;
}

function stepsOf(events: readonly EngineEvent[]): readonly StepMetadata[] {
  return events.flatMap((event) => (event.kind === "resource-pre" ? [event.step] : []));
}
