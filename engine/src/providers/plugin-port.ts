/** `dotnet run` wraps its progress marks around the port. */
const PROGRESS_MARKS = ["\u001b]9;4;3;\u001b\\", "\u001b]9;4;0;\u001b\\"];

const MAX_PORT = 65_535;

/** The first line of a plugin without what is no part of its text. */
export function portText(line: string): string {
  return PROGRESS_MARKS.reduce((rest, mark) => rest.replaceAll(mark, ""), line).trim();
}

/** The port that a plugin names in its first line; undefined where that is something else. */
export function parsePort(line: string): number | undefined {
  const text = portText(line);
  const port = Number(text);
  return /^\d{1,9}$/.test(text) && port > 0 && port <= MAX_PORT ? port : undefined;
}
