const TELLING_NAME = /passwd|pass|password|pwd|secret|token/i;
/** Longer values are judged by their beginning. */
const JUDGED_LENGTH = 16;
const SURE_BITS = 80;
const LIKELY_BITS = 40;
const LIKELY_BITS_A_LETTER = 3;
/** A word is one of a few thousand, however long it is. */
const WORD_BITS = 12;

/**
 * True where a name speaks of a secret and the value is as hard to guess as one. The bounds are the official CLI's; it
 * knows words from a dictionary, here they are what can be pronounced.
 */
export function looksLikeSecret(name: string, value: string): boolean {
  if (!TELLING_NAME.test(name)) return false;
  const judged = value.slice(0, JUDGED_LENGTH);
  const bits = guessingBits(judged);
  return bits >= SURE_BITS || (bits >= LIKELY_BITS && bits / judged.length >= LIKELY_BITS_A_LETTER);
}

function guessingBits(text: string): number {
  const bitsOfLetter = Math.log2(alphabetOf(text));
  const parts = text.match(/\p{L}+|\P{L}/gu) ?? [];
  return parts.reduce((sum, part) => {
    const guessed = part.length * bitsOfLetter;
    return sum + (isWord(part) ? Math.min(guessed, WORD_BITS) : guessed);
  }, 0);
}

/** How many letters there are to choose from, going by those in use. */
function alphabetOf(text: string): number {
  const sizes = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 33],
  ] as const;
  return sizes.reduce((sum, [letters, size]) => sum + (letters.test(text) ? size : 0), 0);
}

/** Written as words are, with vowels and without long runs of consonants. */
function isWord(part: string): boolean {
  return (
    /^(\p{L}?\p{Ll}{2,}|\p{Lu}{3,})$/u.test(part) && /[aeiouy]/i.test(part) && !/[^aeiouy]{5}/i.test(part)
  );
}
