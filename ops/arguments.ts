import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import { messageOf, UserError } from "./errors.ts";
import type { Verb, VerbArguments } from "./verb.ts";

/** A word that is further off than this is another word, not a slip. */
const FURTHEST_SLIP = 3;

/** The candidate that was probably meant; of two as near the one that begins alike, for few slip at once. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const beginsAlike = (candidate: string) => Number(candidate[0] === word[0]);
  const nearest = closest(
    word,
    candidates.toSorted((a, b) => beginsAlike(b) - beginsAlike(a)),
  );
  return distance(word, nearest) <= Math.min(FURTHEST_SLIP, word.length - 1) ? nearest : undefined;
}

/** What a command line says. */
type WrittenArguments = Omit<VerbArguments, "checkout">;

/** Reads a command line as the verb declares it. @throws UserError `usage` */
export function parseVerbArguments(verb: Verb, argv: readonly string[]): WrittenArguments {
  const help = `./infra ${verb.name} --help shows what it takes`;
  const options = { ...verb.flags, help: { type: "boolean", short: "h" } } as const;
  try {
    const args = argv.map((word) => withBareValue(word, verb));
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values["help"] !== true) checkPositionals(verb, positionals, help);
    return { positionals, flags: values };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unknownFlag(error, Object.keys(options)) ?? new UserError("usage", messageOf(error), { help });
  }
}

/** `--flag` of a flag that may stand alone becomes `--flag=VALUE`; given a value, it takes one after `=` only. */
function withBareValue(word: string, { flags }: Verb): string {
  const bare = word.startsWith("--") ? flags[word.slice(2)]?.bare : undefined;
  return bare === undefined ? word : `${word}=${bare}`;
}

function checkPositionals(verb: Verb, positionals: readonly string[], help: string): void {
  const words = verb.usage.split(" ").filter((word) => word !== "");
  const wanted = words.filter((word) => /^[A-Z]+$/.test(word)).length;
  if (positionals.length < wanted) throw new UserError("usage", `${verb.name} needs ${verb.usage}`, { help });
  const takesMore = /[…|]/.test(verb.usage);
  const [first] = positionals.slice(words.length);
  if (first !== undefined && !takesMore)
    throw new UserError("usage", `${verb.name} does not take "${first}"`, { help });
}

function unknownFlag(error: unknown, known: readonly string[]): UserError | undefined {
  const name = /^Unknown option '--?([^']+)'/.exec(messageOf(error))?.[1];
  if (name === undefined) return undefined;
  const nearest = findNearest(name, known);
  return new UserError("usage", `there is no flag ${name.length === 1 ? "-" : "--"}${name}`, {
    help: nearest === undefined ? "--help lists them" : `did you mean --${nearest}?`,
  });
}
