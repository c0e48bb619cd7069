import { describe, expect, it } from "vitest";
import {
  inOrder,
  lineSplitter,
  parseLogLine,
  parseSince,
  parseTail,
  renderLogLine,
} from "../../../ops/logs/line.ts";
import { checkServices, chooseLogs } from "../../../ops/logs.ts";

describe("lines", () => {
  it("are whole, however they come in pieces", () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (const piece of ["fir", "st\nsec", "ond\n\nlast"]) splitter.push(piece);
    splitter.end();
    splitter.end();
    expect(lines).toEqual(["first", "second", "", "last"]);
  });

  it("have a time and a text", () => {
    expect(parseLogLine("a", "2026-01-01T00:00:00Z one two\r")).toEqual({
      service: "a",
      time: "2026-01-01T00:00:00Z",
      text: "one two",
    });
    expect(parseLogLine("a", "2026-01-01T00:00:00Z")).toMatchObject({ text: "" });
  });

  it("of several services come in the order in which they were written", () => {
    const line = (service: string, time: string) => ({ service, time, text: "" });
    const sorted = inOrder([line("b", "3"), line("a", "1"), line("b", "2"), line("c", "2")]);
    expect(sorted.map(({ service, time }) => service + time)).toEqual(["a1", "b2", "c2", "b3"]);
  });
});

describe("a printed line", () => {
  const line = { service: "gateway", time: "t", text: "up \u001b[31mred\u001b[0m\u0007\tend" };

  it("is the text alone where one service is asked for, without what would steer a terminal", () => {
    expect(renderLogLine(line, { json: false, prefix: 0, color: true })).toBe("up red\tend");
  });

  it("names the service among several, in colour on a terminal only", () => {
    expect(renderLogLine(line, { json: false, prefix: 9, color: false })).toBe("gateway   | up red\tend");
    const colored = renderLogLine(line, { json: false, prefix: 9, color: true });
    expect(colored.replaceAll("\u001b", "ESC")).toMatch(/^ESC\[3\dmgateway {3}\|ESC\[0m up red\tend$/);
  });

  it("is an object for machines", () => {
    expect(JSON.parse(renderLogLine(line, { json: true, prefix: 0, color: false }))).toEqual(line);
  });
});

describe("what is asked for", () => {
  it("is of the stack that is named first, else of dev", () => {
    expect(chooseLogs(["test", "gateway"], ["dev", "test"])).toEqual({
      stack: "test",
      services: ["gateway"],
    });
    expect(chooseLogs(["gateway", "test"], ["dev", "test"])).toEqual({
      stack: "dev",
      services: ["gateway", "test"],
    });
    expect(chooseLogs([], ["dev"])).toEqual({ stack: "dev", services: [] });
  });

  it("is every service where none is named, and none that is not there", () => {
    const wanted = (services: string[]) => ({ stack: "dev", services });
    expect(checkServices(wanted([]), ["a", "b"])).toEqual(["a", "b"]);
    expect(checkServices(wanted(["b"]), ["a", "b"])).toEqual(["b"]);
    expect(() => checkServices(wanted(["c"]), ["a", "b"])).toThrow("dev has no service called c");
    expect(() => checkServices(wanted([]), [])).toThrow("nothing of dev runs here");
  });

  it("is a length of time and a number of lines", () => {
    expect(["30s", "10m", "2h", "1d"].map(parseSince)).toEqual([30, 600, 7200, 86_400]);
    expect(parseTail("20")).toBe(20);
    for (const text of ["", "10", "m", "-1m", "1w"]) expect(() => parseSince(text)).toThrow("--since takes");
    for (const text of ["", "all", "-1", "1.5"]) expect(() => parseTail(text)).toThrow("--tail takes");
  });
});
