/** A line is passed on in pieces of this size when a program writes none of its own for so long. */
const LONGEST_LINE = 1024 * 1024;

/** Cuts a stream of text into lines, each with the newline that ended it. */
export class LineSplitter {
  private rest = "";
  private readonly onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  write(text: string): void {
    const lines = (this.rest + text).split(/(?<=\n)/);
    const last = lines.pop() ?? "";
    const complete = last.endsWith("\n") || last.length > LONGEST_LINE;
    this.rest = complete ? "" : last;
    for (const line of complete ? [...lines, last] : lines) this.onLine(line);
  }

  /** Passes on an unfinished last line. */
  end(): void {
    if (this.rest !== "") this.onLine(this.rest);
    this.rest = "";
  }
}
