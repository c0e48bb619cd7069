import type { EngineEvent } from "../events.ts";
import { nameOfUrn, shortType } from "./resource-text.ts";

/** Reads are no news of a resource: they pass by as messages about the stack, and what comes with them not at all. */
export function hideReads(event: EngineEvent): EngineEvent | undefined {
  if (!("step" in event)) return event;
  const { op, type, urn } = event.step;
  if (op === "discard" || op === "read-replacement") return undefined;
  if (op !== "read") return event;
  const message = `read ${shortType(type)} ${nameOfUrn(urn)}`;
  const diagnostic = {
    severity: "info",
    message,
    urn: "",
    prefix: "",
    streamId: 0,
    ephemeral: true,
  } as const;
  return { kind: "diagnostic", diagnostic };
}
