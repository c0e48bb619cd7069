import { describe, expect, it } from "vitest";
import {
  chooseName,
  type NamedResource,
  type NamingConfig,
  parseNamingConfig,
} from "../../src/plan/autonaming.ts";

const resource: NamedResource = {
  name: "site",
  type: "aws:s3/bucket:Bucket",
  project: "shop",
  stack: "dev",
  config: { "shop:owner": "ann" },
};
const seed = new Uint8Array(32).map((_, index) => index * 7);
const choose = (config: NamingConfig | undefined) => chooseName(config, resource, seed);

describe("chooseName", () => {
  it("leaves names to the provider unless told otherwise", () => {
    const own = { autonaming: undefined, deleteBeforeReplace: false };
    expect(choose(undefined)).toEqual(own);
    expect(choose({})).toEqual(own);
    expect(choose({ mode: "default" })).toEqual(own);
  });

  it("takes the logical name, so that the old object has to go first", () => {
    expect(choose({ mode: "verbatim" })).toEqual({
      autonaming: { mode: "enforce", name: "site" },
      deleteBeforeReplace: true,
    });
  });

  it("forbids automatic names", () => {
    expect(choose({ mode: "disabled" })).toEqual({
      autonaming: { mode: "disabled" },
      deleteBeforeReplace: false,
    });
  });

  it("fills a pattern", () => {
    const { autonaming, deleteBeforeReplace } = choose({
      pattern: "${project}-${stack}-${organization}-${name}-${config.owner}-${hex(6)}-${num(2)}",
    });
    expect(autonaming?.mode).toBe("propose");
    expect(autonaming).toHaveProperty(
      "name",
      expect.stringMatching(/^shop-dev-organization-site-ann-[0-9a-f]{6}-\d\d$/),
    );
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
    });
  });

  it("prefers the rule of the type to the package's to the one for all", () => {
    const providers = {
      aws: { mode: "disabled", resources: { "aws:s3/bucket:Bucket": { mode: "verbatim" } } },
    };
    expect(choose({ mode: "default", providers }).autonaming?.mode).toBe("enforce");
    expect(choose({ mode: "verbatim", providers: { aws: { mode: "disabled" } } }).autonaming?.mode).toBe(
      "disabled",
    );
    expect(choose({ mode: "verbatim", providers: { gcp: { mode: "disabled" } } }).autonaming?.mode).toBe(
      "enforce",
    );
  });

  it("refuses what it does not know", () => {
    expect(() => choose({ mode: "loud" })).toThrow("invalid autonaming mode: loud");
    expect(() => choose({ pattern: "${nobody}" })).toThrow("${nobody} has no value");
  });
});

describe("parseNamingConfig", () => {
  it("reads the configuration value", () => {
    expect(parseNamingConfig(undefined)).toBeUndefined();
    expect(parseNamingConfig("")).toBeUndefined();
    expect(parseNamingConfig('{"mode":"verbatim"}')).toEqual({ mode: "verbatim" });
    expect(() => parseNamingConfig("verbatim")).toThrow("invalid value for pulumi:autonaming");
  });
});
