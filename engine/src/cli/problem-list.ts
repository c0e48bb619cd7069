/** Several problems as the official CLI lists them; a single one as it is. */
export function problemList(problems: readonly string[]): string {
  const [first = "", ...others] = problems;
  if (others.length === 0) return first;
  const list = problems.map((problem, index) => `\n    ${index + 1}) ${problem}`).join("");
  return `${problems.length} errors occurred:${list}`;
}
