import { UserError } from "../errors.ts";
import { parseGoDuration } from "../go-duration.ts";
import type { TimeoutRequest } from "../protocol/monitor.ts";
import type { CustomTimeouts } from "../state/resource.ts";

/**
 * Turns the `customTimeouts` option, written as Go durations (`5m`, `1h30m`), into seconds.
 * @throws UserError `timeout-invalid`
 */
export function parseTimeouts(request: TimeoutRequest): CustomTimeouts {
  const phases = ["create", "update", "delete", "read"] as const;
  const said = phases.filter((phase) => request[phase] !== "");
  return Object.fromEntries(said.map((phase) => [phase, parseSeconds(request[phase])]));
}

function parseSeconds(text: string): number {
  const seconds = parseGoDuration(text);
  if (seconds !== undefined) return seconds;
  throw new UserError("timeout-invalid", `unable to parse customTimeout Value ${text}`, {
    help: "Write a number and a unit, for example 30s, 5m or 1h30m.",
  });
}
