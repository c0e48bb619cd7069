import type { EngineEvent, StepMetadata } from "../events.ts";
import { parseUrn } from "../plan/urn.ts";
import type { Display, DisplayOptions } from "./display.ts";

const NANOSECONDS = 1e9;

/** One line of JSON at the end: how it went, and what was done to which resource. Nothing else is shown. */
export function createSummaryJsonDisplay({
  showSames,
  write,
}: Pick<DisplayOptions, "showSames" | "write">): Display {
  const resources: object[] = [];
  return {
    listener(event) {
      if (event.kind === "resource-pre" && isTold(event.step, showSames)) resources.push(entryOf(event.step));
      if (event.kind === "summary") write(`${JSON.stringify(summaryOf(event, resources))}\n`);
    },
    close: () => undefined,
  };
}

function isTold({ internal, op }: StepMetadata, showSames: boolean): boolean {
  return !internal && (op !== "same" || showSames);
}

function entryOf({ urn, op, new: next, old }: StepMetadata): object {
  const { type = "", name = "" } = parseUrn(urn) ?? {};
  const { parent = "" } = next ?? old ?? {};
  return { urn, type, name, op, ...(parent === "" ? {} : { parent }) };
}

type Summary = Extract<EngineEvent, { kind: "summary" }>;

function summaryOf(
  { result, durationSeconds, resourceChanges }: Summary,
  resources: readonly object[],
): object {
  const changes = Object.entries(resourceChanges).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    result,
    duration: Math.round(durationSeconds * NANOSECONDS),
    ...(changes.length === 0 ? {} : { summary: Object.fromEntries(changes) }),
    ...(resources.length === 0 ? {} : { resources }),
  };
}
