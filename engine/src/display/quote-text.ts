const named: { readonly [character: string]: string } = {
  "\\": "\\\\",
  '"': '\\"',
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return named[character] ?? `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/** A name that is safe to show: what cannot be printed is escaped. Spaces of every width can. */
export function printable(text: string): string {
  // Most names are of ASCII alone, for which the classes of characters need not be looked up.
  if (!/[^ -~]/.test(text)) return text;
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]/gu, escapeCharacter);
}

/** A text in double quotes; what cannot be printed is escaped, so that a value never changes the terminal. */
export function quoteText(text: string): string {
  return `"${text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeCharacter)}"`;
}
