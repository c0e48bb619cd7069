import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { renderErrors } from "../../docs/render-errors.ts";
import { errorCodes } from "../src/error-codes.ts";

const source = resolve(import.meta.dirname, "../src");

/** The codes that the source gives to errors: as a literal, or as one of several. */
function usedCodes(): ReadonlySet<string> {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const texts = files.map((name) => readFileSync(join(source, name), "utf8"));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/new UserError\(\s*"([a-z0-9-]+)"/g)].map(([, code]) => code ?? ""),
  );
  return new Set(codes);
}

describe("the table of error codes", () => {
  it("has every code that the engine uses, and no other", () => {
    expect(Object.keys(errorCodes)).toEqual([...usedCodes()].sort());
  });

  it("says of each what it means and what to do", () => {
    for (const { meaning, remedy } of Object.values(errorCodes)) {
      expect(meaning.length).toBeGreaterThan(10);
      expect(remedy.length).toBeGreaterThan(5);
    }
  });

  it("is what the documentation shows", () => {
    expect(readFileSync(resolve(source, "../../docs/errors.md"), "utf8")).toBe(renderErrors());
  });
});
