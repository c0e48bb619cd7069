function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const substitute = (previous[j] ?? 0) + (left === right ? 0 : 1);
      row.push(Math.min(substitute, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The known word that was probably meant: at most three letters away, or one that begins alike. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .sort((a, b) => a.away - b.away);
  if (best !== undefined && best.away <= Math.min(3, Math.ceil(word.length / 2))) return best.candidate;
  return known.find((candidate) => word.length >= 3 && candidate.startsWith(word));
}
