import { text as readStream } from "node:stream/consumers";
import { UserError } from "../../errors.ts";
import {
  type ConfigValue,
  coerceText,
  configText,
  parseConfigKey,
  parseInt64,
} from "../../project/config-value.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { looksLikeSecret } from "../looks-like-secret.ts";
import { listFlag, switchFlag, textFlag } from "../operation-options.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { secretPrompt } from "../secret-prompt.ts";
import { type ConfigSession, openConfigSession } from "../stack-session.ts";
import { configKey, pathFlag } from "./config-key.ts";

export const configSetCommand: Command = {
  words: ["config", "set"],
  summary: "Set a value of a stack's configuration",
  positionals: "KEY [VALUE]",
  flags: {
    ...pathFlag,
    secret: { summary: "Encrypt the value" },
    plaintext: { summary: "Store the value in clear" },
    type: { value: "string|int|bool|float", summary: "Store the value as this type" },
    raw: { summary: "Keep the line's end of a value from the standard input" },
  },
  examples: [
    "pulumi config set logLevel debug",
    "pulumi config set --secret adminPassword < password.txt",
    "pulumi config set --path services.api.cpu 2",
  ],
  async run(args, process) {
    const session = await openConfigSession(args, process);
    refuseContradiction(args);
    const text = await readValue(args, process);
    refuseBareSecret(text, args, session.project.name);
    await setValue(text, args, session);
    await session.settings.save();
    return 0;
  },
};

async function setValue(text: string, args: CommandArguments, session: ConfigSession): Promise<void> {
  try {
    const { key, path } = configKey(requiredArgument(args), args, session.project.name);
    const value = switchFlag(args, "secret")
      ? await encrypt(text, session)
      : typedValue(text, textFlag(args, "type"), path.length > 0);
    session.settings.set(key, path, value);
  } catch (error) {
    // A number is read late where there is no path: by then the value is as good as set.
    const codes = switchFlag(args, "path") ? ["bad-config-path", "bad-number"] : [];
    const isPath = error instanceof UserError && codes.includes(error.code);
    throw isPath ? error.during("could not set config") : error;
  }
}

function refuseContradiction(args: CommandArguments): void {
  const given = ["secret", "plaintext", "type"].filter((flag) => args.flags[flag]);
  if (given.length < 2) return;
  throw new UserError("bad-usage", `only one of --${given.join(" and --")} may be given`);
}

function refuseBareSecret(text: string, args: CommandArguments, project: string): void {
  if (switchFlag(args, "secret") || switchFlag(args, "plaintext")) return;
  const given = requiredArgument(args);
  if (!looksLikeSecret(given.slice(given.indexOf(":") + 1), text)) return;
  const key = given.includes(":") ? given : `${project}:${given}`;
  throw new UserError(
    "bare-secret",
    `config value for '${key}' looks like a secret; ` +
      "rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext",
  );
}

async function encrypt(text: string, session: ConfigSession): Promise<ConfigValue> {
  return { secure: await (await session.secrets()).encrypt(text) };
}

/** The argument, else the standard input, else a person's answer. */
async function readValue(args: CommandArguments, process: CommandProcess): Promise<string> {
  const [, given] = args.positionals;
  if (given !== undefined) return given;
  const ask = secretPrompt(args, process);
  if (ask !== undefined) return (await ask(["value"]))[0] ?? "";
  if ("isTTY" in process.stdin && process.stdin.isTTY === true) {
    throw new UserError("bad-usage", "config value must be specified in non-interactive mode");
  }
  const text = await readStream(process.stdin);
  return switchFlag(args, "raw") ? text : text.replace(/\r?\n$/, "");
}

function typedValue(text: string, type: string | undefined, inContainer: boolean): ConfigValue {
  switch (type) {
    case undefined:
      return inContainer ? coerceText(text) : text;
    case "string":
      return text;
    case "bool":
      // The official CLI takes what is no boolean for `false`.
      return /^(1|t|T|TRUE|true|True)$/.test(text);
    case "int": {
      const number = parseInt64(text);
      if (number !== undefined) return number;
      throw badNumber("Atoi", text, /^[+-]?\d+$/.test(text));
    }
    case "float": {
      const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
      if (isNumber && Number.isFinite(Number(text))) return Number(text);
      throw badNumber("ParseFloat", text, isNumber);
    }
    default:
      throw new UserError("bad-usage", `invalid type "${type}"; must be one of string, int, bool, or float`);
  }
}

/** In the words of Go, which the official CLI leaves as they are. */
function badNumber(reader: string, text: string, isTooLarge: boolean): UserError {
  const problem = isTooLarge ? "value out of range" : "invalid syntax";
  return new UserError("bad-number", `strconv.${reader}: parsing ${JSON.stringify(text)}: ${problem}`);
}

export const configSetAllCommand: Command = {
  words: ["config", "set-all"],
  summary: "Set several values of a stack's configuration",
  flags: {
    ...pathFlag,
    plaintext: { value: "KEY=VALUE", multiple: true, summary: "A value to store in clear" },
    secret: { value: "KEY=VALUE", multiple: true, summary: "A value to encrypt" },
    json: { value: "JSON", summary: "Values in the form that `pulumi config --json` prints" },
  },
  examples: ["pulumi config set-all --plaintext a=1 --secret b=2"],
  async run(args, process) {
    const session = await openConfigSession(args, process);
    const json = textFlag(args, "json");
    const [plain, secret] = [listFlag(args, "plaintext"), listFlag(args, "secret")];
    if (json !== undefined && (plain.length > 0 || secret.length > 0 || switchFlag(args, "path"))) {
      throw new UserError(
        "bad-usage",
        "the --json option cannot be used with the --plaintext, --secret or --path options",
      );
    }
    for (const pair of plain) await setPair(pair, args, { session, secret: false });
    for (const pair of secret) await setPair(pair, args, { session, secret: true });
    if (json !== undefined) await setJson(json, session);
    await session.settings.save();
    return 0;
  },
};

async function setPair(
  pair: string,
  args: CommandArguments,
  { session, secret }: { readonly session: ConfigSession; readonly secret: boolean },
): Promise<void> {
  const [name, text] = splitPair(pair);
  const { key, path } = configKey(name, args, session.project.name);
  session.settings.set(
    key,
    path,
    secret ? await encrypt(text, session) : typedValue(text, undefined, path.length > 0),
  );
}

/** A key in quotes may hold `=`. */
function splitPair(pair: string): readonly [key: string, value: string] {
  const quote = /^["']/.exec(pair)?.[0] ?? "";
  const at = pair.indexOf(`${quote}=`, quote.length);
  if (at < 0) {
    throw new UserError("bad-usage", "config value must be in the form [key]=[value]");
  }
  return [pair.slice(quote.length, at), pair.slice(at + quote.length + 1)];
}

interface GivenValue {
  readonly value?: unknown;
  readonly objectValue?: ConfigValue;
  readonly secret?: unknown;
}

/** Values as `config --json` prints them; a secret map or list is encrypted leaf by leaf. */
async function setJson(json: string, session: ConfigSession): Promise<void> {
  for (const [name, given] of Object.entries(parseValues(json))) {
    if (typeof given?.value !== "string") {
      throw new UserError("bad-usage", `value for --json object key "${name}" is nil`);
    }
    const plain = given.objectValue ?? given.value;
    const value = given.secret === true ? await encryptLeaves(plain, session) : plain;
    session.settings.set(jsonKey(name, session.project.name), [], value);
  }
}

function jsonKey(name: string, project: string): string {
  try {
    return parseConfigKey(name, project);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `invalid --json object key ${JSON.stringify(name)}: ${error.message}`;
    throw new UserError(error.code, message, { cause: error });
  }
}

function parseValues(json: string): { readonly [name: string]: GivenValue | null } {
  try {
    return (JSON.parse(json) ?? {}) as { readonly [name: string]: GivenValue | null };
  } catch {
    // The text may hold secrets, which the parser's message would repeat.
    throw new UserError("bad-usage", "could not parse --json argument: it is not JSON");
  }
}

async function encryptLeaves(value: ConfigValue, session: ConfigSession): Promise<ConfigValue> {
  if (Array.isArray(value))
    return Promise.all(value.map((item: ConfigValue) => encryptLeaves(item, session)));
  if (typeof value !== "object" || value === null) return encrypt(configText(value), session);
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await encryptLeaves(item, session)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
