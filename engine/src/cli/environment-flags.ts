import type { CommandArguments, CommandProcess, Flag } from "./command.ts";

/** `PULUMI_OPTION_*` stand in for flags that the command line does not have; lists take both. */
export function withEnvironmentFlags(
  args: CommandArguments,
  flags: { readonly [name: string]: Flag },
  env: CommandProcess["env"],
): CommandArguments {
  const found: { [name: string]: CommandArguments["flags"][string] } = { ...args.flags };
  for (const [name, flag] of Object.entries(flags)) {
    const text = env[variableOf(name)];
    if (text === undefined || name === "help") continue;
    const given = args.flags[name];
    if (flag.multiple) found[name] = [...fieldsOf(text), ...(typeof given === "object" ? given : [])];
    else if (given === undefined) found[name] = flag.value === undefined ? switchOf(text) : text;
  }
  return { ...args, flags: found };
}

function variableOf(flag: string): string {
  return `PULUMI_OPTION_${flag.replaceAll("-", "_").toUpperCase()}`;
}

/** What is neither true nor false counts for nothing. */
function switchOf(text: string): boolean | undefined {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  return undefined;
}

/** One line of comma-separated values, in quotes where they hold commas; a text that is none is one value. */
function fieldsOf(text: string): readonly string[] {
  if (text === "") return [];
  const [line = ""] = text.split(/\r?\n/, 1);
  const isRecord = /^(?:"(?:[^"]|"")*"|[^",]*)(?:,(?:"(?:[^"]|"")*"|[^",]*))*$/.test(line);
  if (!isRecord) return [text];
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}
