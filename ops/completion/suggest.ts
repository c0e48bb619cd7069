import type { Verb } from "../verb.ts";

/** What can stand at a place of a command line, by the name that usage lines give it. */
export interface Candidates {
  /** `STACK`, `SUITE`, `RELEASE` … with the words before it. */
  placeholder(name: string, words: readonly string[]): Promise<readonly string[]>;
  readonly verbs: readonly string[];
  loadVerb(name: string): Promise<Verb | undefined>;
}

/** Flags whose values are known, with the name of the place that they stand for. */
const FLAG_VALUES: { readonly [flag: string]: string } = { engine: "ENGINE", to: "RELEASE" };

/** What may follow: `words` is the line after `./infra`, the last of them being typed. */
export async function suggest(words: readonly string[], candidates: Candidates): Promise<string[]> {
  const partial = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const found = await listCandidates(before, partial, candidates);
  return found.filter((word) => word.startsWith(partial));
}

async function listCandidates(
  before: readonly string[],
  partial: string,
  candidates: Candidates,
): Promise<readonly string[]> {
  const [name, ...rest] = before;
  if (name === undefined) return [...candidates.verbs, "--help"];
  const verb = await candidates.loadVerb(name);
  if (verb === undefined) return [];
  const flag = verb.flags[flagOf(rest.at(-1))];
  if (flag?.type === "string") {
    return candidates.placeholder(FLAG_VALUES[flagOf(rest.at(-1))] ?? "VALUE", rest);
  }
  if (partial.startsWith("-")) return [...Object.keys(verb.flags), "help"].map((known) => `--${known}`);
  const place = placeOf(verb, rest);
  return place === undefined ? [] : candidates.placeholder(place, rest);
}

function flagOf(word = ""): string {
  return word.startsWith("--") ? word.slice(2) : "";
}

/** The name that the usage line gives the positional that is being typed; the last one for all that follow a `…`. */
function placeOf(verb: Verb, before: readonly string[]): string | undefined {
  const places = verb.usage.split(" ").filter((place) => place !== "");
  const isValue = (index: number) => verb.flags[flagOf(before[index - 1])]?.type === "string";
  const given = before.filter((word, index) => !word.startsWith("-") && !isValue(index)).length;
  const last = places.at(-1);
  const place = places[given] ?? (last?.includes("…") ? last : undefined);
  return place?.replaceAll(/[^A-Z]/g, "");
}
