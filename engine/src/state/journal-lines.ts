/** The lines of a journal: each a record that says how long it is and what it adds up to. */
import { crc32 } from "node:zlib";

/** Frames one record; its JSON has no line breaks. */
export function frameRecord(json: string): Buffer {
  const content = Buffer.from(json);
  return Buffer.concat([Buffer.from(`${sumOf(content)} ${content.length} `), content, LINE_END]);
}

function sumOf(content: Uint8Array): string {
  return crc32(content).toString(16).padStart(8, "0");
}

export type JournalLine =
  | { readonly kind: "sound"; readonly json: string; readonly end: number }
  /** Whole, and not what was written. */
  | { readonly kind: "damaged" }
  /** The last, which has no end: it was being written when the writer died. */
  | { readonly kind: "torn" };

const LINE_FEED = 0x0a;
const LINE_END = Buffer.of(LINE_FEED);
const FRAME = /^([0-9a-f]{8}) (\d{1,10}) /;

/** Takes a journal apart. `end` is where the line ends in the file. */
export function readLines(content: Buffer): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  for (let start = 0; start < content.length; ) {
    const feed = content.indexOf(LINE_FEED, start);
    if (feed < 0) {
      lines.push({ kind: "torn" });
      break;
    }
    lines.push(readLine(content.subarray(start, feed), feed + 1));
    start = feed + 1;
  }
  return lines;
}

function readLine(line: Buffer, end: number): JournalLine {
  const frame = FRAME.exec(line.subarray(0, 20).toString("latin1"));
  if (frame === null) return { kind: "damaged" };
  const content = line.subarray(frame[0].length);
  const isWhole = String(content.length) === frame[2] && sumOf(content) === frame[1];
  if (!isWhole) return { kind: "damaged" };
  return { kind: "sound", json: content.toString(), end };
}
