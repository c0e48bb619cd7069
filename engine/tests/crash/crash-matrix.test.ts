import { describe, expect, it } from "vitest";
import { CASE_NAMES, problemsOf } from "./crash-matrix.ts";
import { crashEverywhere } from "./crash-runs.ts";

const timeout = 600_000;

describe("a process that is killed at any boundary", () => {
  it.each(CASE_NAMES)(
    "leaves what the next one ends without loss, orphan, duplicate or question: %s",
    { timeout },
    async (name) => {
      const crashes = await crashEverywhere(name, true);
      expect(crashes.length).toBeGreaterThan(10);
      const bad = crashes.flatMap((crash) =>
        problemsOf(name, true, crash).map((problem) => `${crash.boundary}: ${problem}`),
      );
      expect(bad).toEqual([]);
    },
  );

  it.each(["create", "replace, create first", "replace, delete first"] as const)(
    "names what may be there twice where the provider cannot tell: %s",
    { timeout },
    async (name) => {
      const crashes = await crashEverywhere(name, false, (boundary) => boundary.includes("provider call"));
      const bad = crashes.flatMap((crash) => problemsOf(name, false, crash));
      expect(bad).toEqual([]);
      const asked = crashes.flatMap(({ advice }) => advice);
      expect(asked.length).toBeGreaterThan(0);
      for (const text of asked) {
        expect(text).toMatch(
          /^the creation of urn:pulumi:test::proj::fake:index:Thing::(first|last) was interr/,
        );
        expect(text).toContain("pulumi refresh --clear-pending-creates");
        expect(text).toMatch(
          /pulumi refresh --import-pending-creates \S+::(first|last) --import-pending-creates <its id>/,
        );
      }
    },
  );
});
