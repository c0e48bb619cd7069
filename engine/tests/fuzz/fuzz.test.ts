import { describe, expect, it } from "vitest";
import { formatPropertyPath, parsePropertyPath } from "../../src/plan/property-path.ts";
import { parseProjectFile } from "../../src/project/project-file.ts";
import { targets } from "./fuzz-targets.ts";

const RUNS = 150;
const SEED = 20_261_125;

describe("whatever the engine reads", () => {
  it.each(targets)("is read, or refused by an error of the engine's own: $name", (target) =>
    target.run({ numRuns: RUNS, seed: SEED }),
  );
});

describe("what the fuzzer found", () => {
  it("is mended: an empty key comes back from a path's text", () => {
    expect(parsePropertyPath(formatPropertyPath([""]))).toEqual([""]);
  });

  it("is mended: a path longer than any value is deep is no path", () => {
    expect(parsePropertyPath("a.".repeat(2000))).toBeUndefined();
  });

  it.each(["? ? ? 1", "? [a]\n  : b", "!!binary aGk=: b", "&a [x]: b"])(
    "is mended: the YAML key %j is refused where it was turned into a text",
    (key) => {
      expect(() => parseProjectFile(`name: x\nconfig:\n  ${key}\n`, "Pulumi.yaml")).toThrow(
        "could not unmarshal 'Pulumi.yaml': invalid YAML file: keys must be plain texts",
      );
    },
  );
});
