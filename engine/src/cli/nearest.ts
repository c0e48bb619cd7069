import { editDistance } from "../edit-distance.ts";

/** The known word that was probably meant: at most three letters away, or one that begins alike. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, away: editDistance(word, candidate) }))
    .sort((a, b) => a.away - b.away);
  if (best !== undefined && best.away <= Math.min(3, Math.ceil(word.length / 2))) return best.candidate;
  return known.find((candidate) => word.length >= 3 && candidate.startsWith(word));
}
