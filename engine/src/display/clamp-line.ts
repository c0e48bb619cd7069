/** How much a terminal shows, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What begins a sequence that colours. */
const COLOURS = `${String.fromCharCode(27)}[`;
const END_OF_COLOURS = `${COLOURS}0m`;
/** Such a sequence, or one character. */
const PIECE = new RegExp(`${COLOURS.replace("[", "\\[")}[0-9;]*m|.`, "gsu");
/** Characters that take two columns. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u;

/** As much of a line as fits into a terminal's width without its last column; colours take no room. */
export function clampLine(line: string, columns: number): string {
  let left = columns - 1;
  let kept = "";
  for (const [piece] of line.matchAll(PIECE)) {
    if (!piece.startsWith(COLOURS)) left -= WIDE.test(piece) ? 2 : 1;
    if (left < 0) return kept.includes(COLOURS) ? `${kept}${END_OF_COLOURS}` : kept;
    kept += piece;
  }
  return kept;
}
