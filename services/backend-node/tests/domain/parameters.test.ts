import { describe, expect, it } from "vitest";
import {
  anyOf,
  calendarDay,
  flag,
  integer,
  matching,
  oneOf,
  readParameters,
  requiredMatching,
  searchText,
} from "../../src/domain/parameters.ts";
import { Problem } from "../../src/domain/problem.ts";

const path = { id: requiredMatching(/^[a-z]+$/) };
const query = {
  text: searchText(5),
  form: matching(/^[a-z]+$/),
  word: oneOf(["one", "two"], "one"),
  free: oneOf(["one", "two"]),
  words: anyOf(["one", "two"]),
  number: integer({ min: 1, max: 9, fallback: 3 }),
  sure: flag(false),
  maybe: flag(),
  day: calendarDay(),
};

const read = (search: string, id = "abc") =>
  readParameters({ url: `/x${search}`, params: { id } }, { path, query });

function problems(search: string, id?: string): string[] {
  try {
    read(search, id);
  } catch (error) {
    if (error instanceof Problem) return error.errors.map((found) => `${found.pointer} ${found.code}`);
  }
  return [];
}

describe("readParameters", () => {
  it("fills in what is absent", () => {
    expect(read("")).toEqual({ id: "abc", word: "one", words: [], number: 3, sure: false });
  });

  it("reads what is given", () => {
    const given = "?text=h%C3%A9llo&form=x&free=two&words=two&words=one&number=9&maybe=true&day=2024-02-29";
    expect(read(given)).toMatchObject({
      text: "héllo",
      form: "x",
      free: "two",
      words: ["one", "two"],
      number: 9,
      maybe: true,
      day: "2024-02-29",
    });
  });

  it("takes the last of several where only one makes sense", () => {
    expect(read("?number=1&number=2").number).toBe(2);
  });

  it("tells everything that is wrong, in order", () => {
    expect(problems("?word=three&number=x&zz=1&a/b=1", "A1")).toEqual([
      "/path/id format",
      "/query/a~1b unknown",
      "/query/number type",
      "/query/word enum",
      "/query/zz unknown",
    ]);
  });

  it.each([
    ["?text=", "length"],
    ["?text=abcdef", "length"],
    ["?text=.", "format"],
    ["?form=A", "format"],
    ["?words=one&words=three", "enum"],
    ["?number=0", "range"],
    ["?number=10", "range"],
    ["?number=1e0", "type"],
    ["?sure=yes", "type"],
    ["?day=2023-02-29", "format"],
    ["?day=0000-01-01", "format"],
    ["?day=2023-2-1", "format"],
  ])("refuses %s", (search, code) => {
    expect(problems(search)).toEqual([expect.stringMatching(new RegExp(` ${code}$`))]);
  });
});
