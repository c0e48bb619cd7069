import type { EngineEvent, StepMetadata } from "../src/events.ts";
import type { Observed } from "./operate.ts";
import { CANARY } from "./secrets.ts";
import { demand } from "./violation.ts";

/** The events of an operation: prelude first, each step begun before it ends and ended once, summary, cancel last. */
export function checkEvents(observed: Observed): void {
  const { events, ended } = observed;
  for (const event of events) refuseSecrets(event);
  checkPairs(observed);
  if (ended.kind !== "done") return;
  const kinds = events.map(({ kind }) => kind);
  demand(kinds[0] === "prelude", "events", () => `the first event is ${kinds[0]}`);
  demand(kinds.at(-1) === "cancel", "events", () => `the last event is ${kinds.at(-1)}`);
  demand(kinds.at(-2) === "summary", "events", () => `the last event but one is ${kinds.at(-2)}`);
  demand(
    kinds.filter((kind) => kind === "summary").length === 1,
    "events",
    () => "there is more than one summary",
  );
  const failed = events.some(({ kind }) => kind === "resource-failed");
  demand(!failed || !observed.succeeded, "events", () => "a step failed and the operation succeeded");
}

function refuseSecrets(event: EngineEvent): void {
  if (event.kind !== "diagnostic" && event.kind !== "stdout") return;
  const text = event.kind === "stdout" ? event.message : event.diagnostic.message;
  demand(!text.includes(CANARY), "secret-in-clear", () => `a message shows a secret: ${text}`);
}

function checkPairs({ events, ended, preview, troubled, request }: Observed): void {
  const open = new Map<string, number>();
  // A refresh tells the end of a step by what it found.
  const keyOf = ({ op, urn }: StepMetadata): string =>
    request.operation.kind === "refresh" ? urn : `${op} ${urn}`;
  const add = (step: StepMetadata, by: number): number => {
    const count = (open.get(keyOf(step)) ?? 0) + by;
    open.set(keyOf(step), count);
    return count;
  };
  for (const event of events) {
    if (event.kind === "resource-pre") add(event.step, 1);
    else if (
      event.kind === "resource-failed" ||
      (event.kind === "resource-outputs" && isCustom(event.step))
    ) {
      demand(add(event.step, -1) >= 0, "events", () => `${keyOf(event.step)} ends without having begun`);
    }
  }
  if (ended.kind !== "done" || troubled || preview) return;
  for (const event of events) {
    if (event.kind !== "resource-pre" || !isCustom(event.step)) continue;
    demand(open.get(keyOf(event.step)) === 0, "events", () => `${keyOf(event.step)} begins and does not end`);
  }
}

/** The end of a component's step is told when its outputs are known. */
function isCustom({ old, new: next }: StepMetadata): boolean {
  return (next ?? old)?.custom === true;
}
