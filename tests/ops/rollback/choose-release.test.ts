import { describe, expect, it } from "vitest";
import { chooseRelease } from "../../../ops/rollback/choose-release.ts";

const release = (number: number) => ({ number });
const releases = [release(3), release(5), release(4), release(6)];

describe("choosing a release", () => {
  it("takes the one before the current one, or the one that was asked for", () => {
    expect(chooseRelease("dev", releases)).toMatchObject({ current: { number: 6 }, target: { number: 5 } });
    expect(chooseRelease("dev", releases, 4).target.number).toBe(4);
  });

  it("takes the newest where the stack is ahead of it", () => {
    expect(chooseRelease("dev", releases, undefined, true).target.number).toBe(6);
    expect(chooseRelease("dev", releases, 6, true).target.number).toBe(6);
  });

  it.each<[string, Parameters<typeof chooseRelease>, string, RegExp]>([
    ["no history", ["dev", []], "no-history", /makes the first/],
    ["nothing before the first", ["dev", [release(1)]], "no-history", /^$/],
    ["one that does not exist", ["dev", releases, 9], "release-unknown", /there are: 3, 4, 5, 6/],
    ["the current one", ["dev", releases, 6], "release-current", /nothing to do/],
  ])("refuses %s", (_, args, code, help) => {
    let refused: unknown;
    try {
      chooseRelease(...args);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code });
    expect(String((refused as { help?: string }).help ?? "")).toMatch(help);
  });
});
