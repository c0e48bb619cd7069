import { describe, expect, it } from "vitest";
import type { Release } from "../../../contracts/release.ts";
import { sealRelease } from "../../../ops/release/seal-release.ts";
import { describeHistory, describeRelease } from "../../../ops/report/release-sections.ts";
import { renderSections, renderSectionsPage } from "../../../ops/report/sections.ts";
import { draftAt } from "./example-release.ts";

function releaseOf(number: number, changes: Parameters<typeof draftAt>[1] = {}): Release {
  const chain = { checkpoint: { sha256: "a".repeat(64), bytes: 1 }, previous: null };
  return sealRelease({ format: 1, number, ...draftAt(number, changes), ...chain });
}

const told = (changes: Parameters<typeof draftAt>[1]) =>
  renderSections(describeRelease(releaseOf(1, changes)));

describe("a history", () => {
  it("shows damaged records among the others, and cannot say which is current where the newest is one", () => {
    const stored = [
      { number: 1, release: releaseOf(1) },
      { number: 2, damage: "is not JSON" },
    ];
    const shown = renderSections(describeHistory("dev", stored, { number: undefined, standing: undefined }));
    expect(shown).toMatch(/^! +2 .*record is not JSON$/m);
    expect(shown).toContain("release 2 is damaged: nobody can tell which is current");
  });

  it("says that another command is about to record, or that nothing is up", () => {
    const stored = [{ number: 1, release: releaseOf(1) }];
    const standing = { kind: "unrecorded" } as Parameters<typeof describeHistory>[2]["standing"];
    const say = (given: typeof standing) =>
      renderSections(describeHistory("dev", stored, { number: undefined, standing: given }));
    expect(say(standing)).toContain("another command is about to record it");
    expect(say({ kind: "empty" })).toContain("dev is not up");
  });
});

describe("a release in full", () => {
  it("says why it was made", () => {
    expect(told({ cause: { kind: "rollback", of: 5, to: 3 } })).toContain("rollback of 5 to 3");
    expect(told({ cause: { kind: "shift", from: 10, to: 25 } })).toContain("shift 10 → 25 %");
    expect(told({ cause: { kind: "cut-over" } })).toMatch(/why +cut-over/);
    expect(told({ cause: { kind: "recovered" } })).toMatch(/why +recovered/);
  });

  it("says what is known of its sources and of parity", () => {
    const release = releaseOf(1);
    const { git: _, ...rest } = draftAt(1);
    const bare = sealRelease({
      ...rest,
      format: 1,
      number: 1,
      checkpoint: release.checkpoint,
      previous: null,
    });
    expect(renderSections(describeRelease(bare))).toMatch(/sources +not known/);
    expect(told({ parity: { verdict: "failed", compared: 200, mismatched: 3 } })).toContain(
      "failed: 3 of 200 answers differ",
    );
  });

  it("is a page that needs nothing but itself, and shows text as text", () => {
    const page = renderSectionsPage("one", describeRelease(releaseOf(1, { message: "<script>" })));
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toMatch(/<script|src=|href=/);
  });
});
