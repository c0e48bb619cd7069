import { UserError } from "../errors.ts";

/**
 * Splits a text into words as a POSIX shell does: quotes and backslashes keep spaces together.
 * @throws UserError `project-invalid` for a quote that is not closed
 */
export function splitShellWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/gs)) {
    words.push(unquote(word));
  }
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|["'\\]/gs, (match, double, single, escaped) => {
    if (double !== undefined) return String(double).replaceAll(/\\(["\\$`])/g, "$1");
    if (single !== undefined) return String(single);
    if (escaped !== undefined) return String(escaped);
    throw new UserError("project-invalid", `unclosed ${match} in the runtime option 'nodeargs': ${word}`);
  });
}
