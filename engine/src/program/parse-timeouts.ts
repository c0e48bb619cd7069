import { UserError } from "../errors.ts";
import type { TimeoutRequest } from "../protocol/monitor.ts";
import type { CustomTimeouts } from "../state/resource.ts";

const UNIT_SECONDS: { readonly [unit: string]: number } = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const TERM = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

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
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new UserError("timeout-invalid", `unable to parse customTimeout Value ${text}`, {
    help: "Write a number and a unit, for example 30s, 5m or 1h30m.",
  });
}

function parseDuration(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (digits === "0") return 0;
  let seconds = 0;
  let end = 0;
  while (end < digits.length) {
    TERM.lastIndex = end;
    const [term, amount = "", unit = ""] = TERM.exec(digits) ?? [];
    if (term === undefined) return undefined;
    seconds += Number(amount) * (UNIT_SECONDS[unit] ?? 0);
    end += term.length;
  }
  if (end === 0) return undefined;
  return sign === "-" ? -seconds : seconds;
}
