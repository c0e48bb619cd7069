import { parseArgs } from "node:util";
import { UserError } from "../errors.ts";
import type { CommandArguments, Flag } from "./command.ts";
import { nearestOf } from "./nearest.ts";

type Flags = { readonly [name: string]: Flag };
type FlagValue = string | boolean | readonly string[];

function usageError(message: string, help?: string): UserError {
  const options = help === undefined ? {} : { help };
  return new UserError("bad-usage", message, options);
}

/** Whether a flag's value may be the argument after it. */
function takesNext(flag: Flag | undefined): boolean {
  return flag?.value !== undefined && flag.bare === undefined;
}

function toOptions(flags: Flags) {
  const entries = Object.entries(flags).map(([name, flag]) => {
    const type = takesNext(flag) ? ("string" as const) : ("boolean" as const);
    return [name, { type, ...(flag.short === undefined ? {} : { short: flag.short }) }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Reads what follows a command's words. Strict: a flag nobody knows is an error that names the nearest known one.
 * `unsupported` holds flags of the official CLI that are refused, with the reason.
 * @throws UserError `bad-usage`, exit code 2.
 */
export function parseArguments(
  args: readonly string[],
  flags: Flags,
  unsupported: { readonly [flag: string]: string } = {},
): CommandArguments {
  const { tokens } = parseArgs({
    args: spellOutSwitches(args, flags),
    options: toOptions(flags),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values: { [name: string]: FlagValue } = {};
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) throw unknownFlag(token, flags, unsupported);
    const value = flagValue(token, flag);
    const before = values[token.name];
    values[token.name] = flag.multiple ? [...(Array.isArray(before) ? before : []), String(value)] : value;
  }
  return { positionals, flags: values };
}

/** `-y=false` as `--yes=false`: the parser takes it for several short flags. */
function spellOutSwitches(args: readonly string[], flags: Flags): string[] {
  const byShort = new Map(Object.entries(flags).map(([name, flag]) => [flag.short, { name, flag }]));
  const end = args.indexOf("--");
  return args.map((arg, index) => {
    const [, short, value] = /^-([A-Za-z])=(.*)$/s.exec(arg) ?? [];
    const found = short === undefined ? undefined : byShort.get(short);
    const isOperand = (end !== -1 && index > end) || isValueOf(args[index - 1], flags, byShort);
    return found === undefined || takesNext(found.flag) || isOperand ? arg : `--${found.name}=${value}`;
  });
}

function isValueOf(
  before: string | undefined,
  flags: Flags,
  byShort: ReadonlyMap<string | undefined, { readonly flag: Flag }>,
): boolean {
  if (before?.startsWith("--")) return takesNext(flags[before.slice(2)]);
  return before !== undefined && /^-[A-Za-z]$/.test(before) && takesNext(byShort.get(before.slice(1))?.flag);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function unknownFlag(
  token: OptionToken,
  flags: Flags,
  unsupported: { readonly [flag: string]: string },
): UserError {
  const reason = Object.hasOwn(unsupported, token.name) ? unsupported[token.name] : undefined;
  if (reason !== undefined) return usageError(`--${token.name} is not supported: ${reason}`);
  if (!token.rawName.startsWith("--")) {
    return usageError(`unknown shorthand flag: '${token.name}' in ${token.rawName}`);
  }
  const nearest = nearestOf(token.name, Object.keys(flags));
  const help = nearest === undefined ? undefined : `did you mean --${nearest}?`;
  return usageError(`unknown flag: --${token.name}`, help);
}

function flagValue(token: OptionToken, flag: Flag): string | boolean {
  if (flag.bare !== undefined) return token.value ?? flag.bare;
  if (flag.value !== undefined) {
    if (token.value === undefined) throw usageError(`flag needs an argument: ${token.rawName}`);
    return token.rawName.startsWith("--") ? token.value : token.value.replace(/^=/, "");
  }
  if (token.value === undefined) return true;
  if (/^(true|t|1)$/i.test(token.value)) return true;
  if (/^(false|f|0)$/i.test(token.value)) return false;
  throw usageError(`invalid argument "${token.value}" for "${token.rawName}": it is either true or false`);
}
