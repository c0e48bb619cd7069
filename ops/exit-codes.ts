import type { Verb } from "./verb.ts";

/** What every command's exit code tells. */
export const COMMON_EXIT_CODES: { readonly [code: number]: string } = {
  0: "done",
  1: "failed",
  2: "wrong usage",
  130: "interrupted",
};

/** The exit codes of a verb, its own meanings before the common ones, in the order of the numbers. */
export function exitCodesOf(verb: Pick<Verb, "exitCodes">): [code: number, meaning: string][] {
  return Object.entries({ ...COMMON_EXIT_CODES, ...verb.exitCodes })
    .map(([code, meaning]): [number, string] => [Number(code), meaning])
    .sort(([a], [b]) => a - b);
}
