import { describe, expect, it } from "vitest";
import { BuildLog } from "../../../src/providers/docker/build-log.ts";
import { decodeBuildStatus } from "../../../src/providers/docker/build-trace.ts";

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const bytes = (number: number, content: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (number: number, content: string): number[] => bytes(number, [...Buffer.from(content)]);
const flag = (number: number): number[] => [...varint(number * 8), 1];

const vertex = (digest: string, name: string, ...more: number[][]): number[] =>
  bytes(1, [...text(1, digest), ...text(2, "input"), ...text(3, name), ...more.flat()]);
const started = bytes(5, [8, ...varint(1_700_000_000)]);
const log = (digest: string, content: string): number[] =>
  bytes(3, [...text(1, digest), ...bytes(2, []), 24, 1, ...text(4, content)]);
const trace = (...parts: number[][]) => ({
  id: "moby.buildkit.trace",
  aux: Buffer.from(parts.flat()).toString("base64"),
});

describe("a build's trace", () => {
  it("tells steps and what they print, and skips what it does not know", () => {
    const unknown = [
      ...bytes(2, [1, 2, 3]),
      ...varint(9 * 8 + 1),
      ...Array<number>(8).fill(0),
      ...varint(10 * 8 + 5),
      0,
      0,
      0,
      0,
    ];
    const message = [...vertex("d1", "[1/2] RUN a", flag(4), started), ...log("d1", "hällo"), ...unknown];
    expect(decodeBuildStatus(Uint8Array.from(message))).toEqual({
      vertices: [{ digest: "d1", name: "[1/2] RUN a", cached: true, started: true, error: "" }],
      logs: [{ vertex: "d1", text: "hällo" }],
    });
    expect(decodeBuildStatus(new Uint8Array())).toEqual({ vertices: [], logs: [] });
  });

  it("that is cut off or of another kind is a bug", () => {
    expect(() => decodeBuildStatus(Uint8Array.of(0x80))).toThrow("ends inside a number");
    expect(() => decodeBuildStatus(Uint8Array.of(11))).toThrow("wire type 3");
  });
});

describe("a build's log", () => {
  it("reports each step once when it starts, cached ones as such, and each line", () => {
    const lines: string[] = [];
    const build = new BuildLog((line) => lines.push(line));
    build.read(trace(vertex("i", "[internal] load metadata", started), vertex("a", "step a")));
    expect(lines).toEqual([]);
    build.read(trace(vertex("a", "step a", started), vertex("b", "step b", flag(4))));
    build.read(trace(vertex("a", "step a", started), log("a", "one\r\ntwo\n\n")));
    build.read({ id: "moby.image.id", aux: { ID: "sha256:1" } });
    build.read({ stream: "Successfully tagged x\n" });
    expect(lines).toEqual(["step a", "CACHED step b", "one", "two", "Successfully tagged x"]);
    expect(build.imageId).toBe("sha256:1");
    expect(build.text).toBe("one\ntwo\nSuccessfully tagged x\n");
  });

  it("explains a failure by the failed step's own last lines", () => {
    const build = new BuildLog(() => {});
    build.read(trace(log("other", "noise")));
    for (let line = 1; line <= 40; line++) build.read(trace(log("bad", `line ${line}`)));
    build.read(trace(vertex("bad", "RUN x", started, text(7, "exit code: 1"))));
    build.read({ error: "exit code: 1" });
    const told = build.failureText(build.error ?? "", "/c/Dockerfile").split("\n");
    expect(told.slice(0, 5)).toEqual([
      "exit code: 1",
      "  Dockerfile: /c/Dockerfile",
      "  Step: RUN x",
      "  Last lines of its log:",
      "    line 11",
    ]);
    expect(told.at(-1)).toBe("    line 40");
    expect(new BuildLog(() => {}).failureText("no", "/D")).toBe("no\n  Dockerfile: /D");
  });
});
