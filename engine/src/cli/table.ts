/** One row; `details` are whole lines below it. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly details?: readonly string[];
}

/** Text in columns, two spaces apart, each line with the margin before it. */
export function renderTable(headers: readonly string[], rows: readonly TableRow[], margin = ""): string {
  const all = [{ cells: headers }, ...rows];
  const widths = headers.map((_, column) => Math.max(...all.map(({ cells }) => width(cells[column] ?? ""))));
  return all.map((row) => renderRow(row, widths, margin)).join("");
}

function renderRow({ cells, details = [] }: TableRow, widths: readonly number[], margin: string): string {
  const padded = cells.map((cell, column) =>
    column === cells.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - width(cell)),
  );
  return [padded.join("  "), ...details].map((line) => `${margin}${line}\n`).join("");
}

function width(text: string): number {
  return [...text].length;
}
