import { describe, expect, it } from "vitest";
import { plain } from "../../src/display/paint.ts";
import { renderMapDiff } from "../../src/display/render-value-diff.ts";
import { diffLines } from "../../src/display/text-diff.ts";
import { diffMaps } from "../../src/display/value-diff.ts";

describe("a difference of texts", () => {
  function diff(old: string, next: string): string {
    const place = { indent: 1, op: "update", marked: true, paint: plain, sames: false } as const;
    return renderMapDiff(diffMaps({ t: old }, { t: next }), place).replace("  ~ t: \n", "");
  }

  it("leaves blank lines out, and shows three lines beside a change, or two and that there are more", () => {
    const old = "1\n2\n3\n4\nold\n\n5\n6\n7\n";
    expect(diff(old, "1\n2\n3\n4\nnew\n\n\n5\n6\n7\n")).toBe(
      "        ...\n        3\n        4\n      - old\n      + new\n        5\n        6\n        7\n",
    );
  });

  it("counts a last line without an end as another line", () => {
    expect(diff("a\nb", "a\nb\n")).toBe("        a\n      - b\n      + b\n");
  });

  it.each([
    ["a b c a b b a", "c b a b a c", "-a +c =b -c =a b -b =a +c"],
    ["x a y", "a", "-x =a -y"],
    ["a b", "c d", "-a b +c d"],
    ["k a k b k", "k b k", "-k a =k b k"],
    ["p q r s t", "q r u t p", "-p =q r -s +u =t +p"],
  ])("goes the official CLI's way from %j to %j", (old, next, way) => {
    const lines = (text: string) => text.replaceAll(" ", "\n");
    const marks = { same: "=", delete: "-", add: "+" };
    const runs = diffLines(`${lines(old)}\n`, `${lines(next)}\n`);
    expect(
      runs.map((run) => marks[run.kind] + run.lines.join("").trim().replaceAll("\n", " ")).join(" "),
    ).toBe(way);
  });
});
