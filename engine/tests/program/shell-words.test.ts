import { describe, expect, it } from "vitest";
import { splitShellWords } from "../../src/program/shell-words.ts";

describe("splitShellWords", () => {
  it.each([
    ["", []],
    ["  --a   --b=c\t-d ", ["--a", "--b=c", "-d"]],
    [`--title "two words" 'and three more'`, ["--title", "two words", "and three more"]],
    [`--x="a b"c`, ["--x=a bc"]],
    [String.raw`a\ b "c\"d\n" 'e\f'`, ["a b", String.raw`c"d\n`, String.raw`e\f`]],
    [`""`, [""]],
  ])("splits %j", (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });

  it.each([`"open`, `it's`, "end\\"])("refuses %j", (text) => {
    expect(() => splitShellWords(text)).toThrow("nodeargs");
  });
});
