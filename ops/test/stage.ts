import type { Output } from "../verb.ts";

type Stream = "stdout" | "stderr";

interface Part {
  readonly held: { readonly stream: Stream; readonly text: string }[];
  isOver: boolean;
}

/** What a suite prints to. */
export interface StagePart {
  readonly output: Output;
  /** Says at once what a reader should know of it while what it prints is held. */
  announce(line: string): void;
  /** The suite prints nothing more. */
  end(): void;
}

/**
 * Keeps together what suites print that run side by side: the one that began first is shown as it prints, what the
 * others print is held until all that began before them have ended.
 */
export class Stage {
  private readonly output: Output;
  private readonly parts: Part[] = [];

  constructor(output: Output) {
    this.output = output;
  }

  begin(): StagePart {
    const part: Part = { held: [], isOver: false };
    this.parts.push(part);
    const to = (stream: Stream) => ({
      write: (text: string) => this.write(part, stream, text),
      isTTY: this.output[stream].isTTY === true,
    });
    return {
      output: { stdout: to("stdout"), stderr: to("stderr"), signal: this.output.signal },
      announce: (line) => {
        if (this.parts[0] !== part) this.output.stderr.write(`· ${line}\n`);
      },
      end: () => {
        part.isOver = true;
        this.moveOn();
      },
    };
  }

  private write(part: Part, stream: Stream, text: string): void {
    if (this.parts[0] === part) this.output[stream].write(text);
    else part.held.push({ stream, text });
  }

  private moveOn(): void {
    while (this.parts[0]?.isOver) {
      this.parts.shift();
      for (const { stream, text } of this.parts[0]?.held.splice(0) ?? []) this.output[stream].write(text);
    }
  }
}
