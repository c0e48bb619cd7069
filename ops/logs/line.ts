import { stripVTControlCharacters } from "node:util";
import { UserError } from "../errors.ts";

/** A line that a service wrote. */
export interface LogLine {
  readonly service: string;
  /** When the platform took it, RFC 3339. */
  readonly time: string;
  readonly text: string;
}

/** Gives the whole lines of a stream that comes in pieces. */
export function lineSplitter(onLine: (line: string) => void): {
  push(piece: string): void;
  end(): void;
} {
  let rest = "";
  return {
    push(piece) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}

/** Reads `TIME TEXT`, as both platforms write it when they are asked for times. */
export function parseLogLine(service: string, line: string): LogLine {
  const end = line.indexOf(" ");
  const [time, text] = end < 0 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
  return { service, time, text: text.replace(/\r$/, "") };
}

/** Lines of several services in the order in which they were written. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  return [...lines].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

export interface LineStyle {
  readonly json: boolean;
  /** Width of the prefix that names the service; 0: no prefix. */
  readonly prefix: number;
  readonly color: boolean;
}

const COLORS = [36, 33, 32, 35, 34, 31];

/** A line for people, or a JSON object. Control characters of the services never reach a terminal. */
export function renderLogLine(line: LogLine, style: LineStyle): string {
  if (style.json) return JSON.stringify(line);
  const text = printable(line.text);
  if (style.prefix === 0) return text;
  const prefix = `${line.service.padEnd(style.prefix)} |`;
  return style.color ? `\u001b[${colorOf(line.service)}m${prefix}\u001b[0m ${text}` : `${prefix} ${text}`;
}

function printable(text: string): string {
  return [...stripVTControlCharacters(text)].filter((char) => char >= " " || char === "\t").join("");
}

function colorOf(service: string): number {
  const sum = [...service].reduce((total, char) => total + (char.codePointAt(0) ?? 0), 0);
  return COLORS[sum % COLORS.length] ?? 36;
}

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `30s`, `10m`, `2h`, `1d`. @throws UserError `usage` */
export function parseSince(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw new UserError("usage", `--since takes a length of time; it is "${text}"`, {
      help: "give for example --since 10m (s, m, h or d)",
    });
  return Number(count) * (UNITS[unit] ?? 1);
}

/** The count of `--tail`. @throws UserError `usage` */
export function parseTail(text: string): number {
  if (!/^\d{1,7}$/.test(text))
    throw new UserError("usage", `--tail takes a number of lines; it is "${text}"`, {
      help: "give for example --tail 100",
    });
  return Number(text);
}
