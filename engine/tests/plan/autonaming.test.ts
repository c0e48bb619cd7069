import { describe, expect, it } from "vitest";
import { chooseName } from "../../src/plan/autonaming.ts";
import { parseNamingConfig } from "../../src/plan/autonaming-config.ts";

const seed = new Uint8Array(32).map((_, index) => index * 7);
const choose = (value: unknown) => {
  const config = { "pulumi:autonaming": JSON.stringify(value) };
  const naming = parseNamingConfig({ project: "shop", stack: "dev", config });
  return chooseName(naming, { name: "site", type: "aws:s3/bucket:Bucket" }, seed);
};

describe("chooseName", () => {
  it("leaves names to the provider unless told otherwise", () => {
    const own = { autonaming: undefined, deleteBeforeReplace: false, mustBeHeeded: false };
    expect(chooseName(undefined, { name: "site", type: "aws:s3/bucket:Bucket" }, seed)).toEqual(own);
    expect(choose({})).toEqual(own);
    expect(choose({ mode: "verbatim", providers: { aws: { mode: "default" } } })).toEqual(own);
  });

  it("takes the logical name, or none: the old object has to go first", () => {
    expect(choose({ mode: "verbatim" })).toEqual({
      autonaming: { mode: "enforce", name: "site" },
      deleteBeforeReplace: true,
      mustBeHeeded: false,
    });
    expect(choose({ mode: "disabled" })).toEqual({
      autonaming: { mode: "disabled" },
      deleteBeforeReplace: true,
      mustBeHeeded: false,
    });
  });

  it("fills a pattern, and leaves what is no expression", () => {
    const { autonaming, deleteBeforeReplace } = choose({ pattern: "${name}-${hex(6)}-${num(2)}-${nobody}" });
    expect(autonaming).toEqual({
      mode: "propose",
      name: expect.stringMatching(/^site-[0-9a-f]{6}-\d\d-\$\{nobody\}$/),
    });
    expect(deleteBeforeReplace).toBe(false);
    expect(choose({ pattern: "${uuid}" }).autonaming).toHaveProperty(
      "name",
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    );
  });

  it("gives equal names for equal seeds, and deletes first where nothing is random", () => {
    const config = { pattern: "${name}-${alphanum(8)}${string(2)}", enforce: true };
    expect(choose(config)).toEqual(choose(config));
    expect(choose({ pattern: "${name}", enforce: true })).toEqual({
      autonaming: { mode: "enforce", name: "site" },
      deleteBeforeReplace: true,
      mustBeHeeded: true,
    });
  });

  it("prefers the type's to the package's to the one for all; what is said of either must be heeded", () => {
    const providers = {
      aws: { mode: "disabled", resources: { "aws:s3/bucket:Bucket": { mode: "verbatim" } } },
    };
    expect(choose({ providers })).toMatchObject({ autonaming: { mode: "enforce" }, mustBeHeeded: true });
    expect(choose({ mode: "verbatim", providers: { aws: { mode: "disabled" } } })).toMatchObject({
      autonaming: { mode: "disabled" },
      mustBeHeeded: true,
    });
    expect(choose({ mode: "verbatim", providers: { gcp: { mode: "disabled" } } })).toMatchObject({
      autonaming: { mode: "enforce" },
      mustBeHeeded: false,
    });
  });
});
