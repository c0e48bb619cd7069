import { describe, expect, it } from "vitest";
import { parseNamingConfig } from "../../src/plan/autonaming-config.ts";

const config = {
  "shop:owner": "ann",
  "shop:team": '{"name":"blue","size":3,"tags":["x"]}',
};
const parse = (value: unknown) =>
  parseNamingConfig({
    project: "shop",
    stack: "dev",
    config: {
      ...config,
      "pulumi:autonaming": typeof value === "string" ? value : JSON.stringify(value),
    },
  });

describe("parseNamingConfig", () => {
  it("reads strategies for all, for a package and for a type; a package without its own takes the one for all", () => {
    expect(parseNamingConfig({ project: "shop", stack: "dev", config })).toBeUndefined();
    expect(parse({})).toEqual({ forAll: { kind: "default" }, packages: new Map() });
    const found = parse({
      mode: "verbatim",
      providers: {
        aws: { mode: "disabled" },
        gcp: { resources: { "gcp:a:B": { pattern: "${name}", enforce: true } } },
      },
    });
    expect(found).toEqual({
      forAll: { kind: "verbatim" },
      packages: new Map([
        ["aws", { forAll: { kind: "disabled" }, types: new Map() }],
        [
          "gcp",
          {
            forAll: { kind: "verbatim" },
            types: new Map([["gcp:a:B", { kind: "pattern", pattern: "${name}", enforce: true }]]),
          },
        ],
      ]),
    });
  });

  it("fills in what is the same for all resources, and leaves the rest", () => {
    const pattern =
      "${organization}/${project}/${stack}/${config.owner}/${config.team.name}${config.team.size}${config.team.tags[0]}/${name}${hex(4)}${nobody}";
    expect(parse({ pattern })?.forAll).toEqual({
      kind: "pattern",
      pattern: "organization/shop/dev/ann/blue3x/${name}${hex(4)}${nobody}",
      enforce: false,
    });
  });

  it.each([
    [
      "verbatim",
      'failed to parse autonaming config: invalid autonaming config structure: "verbatim" is not a map',
    ],
    [
      { style: "loud" },
      'failed to parse autonaming config: invalid autonaming config structure: json: unknown field "style"',
    ],
    [
      { providers: { aws: { mode: "default", providers: {} } } },
      'failed to parse autonaming config: invalid autonaming config structure: json: unknown field "providers"',
    ],
    [{ mode: "loud" }, "failed to resolve root naming config: invalid naming mode: loud"],
    [
      { mode: "verbatim", pattern: "x" },
      "failed to resolve root naming config: cannot specify both mode and pattern/enforce",
    ],
    [
      { mode: "verbatim", enforce: false },
      "failed to resolve root naming config: cannot specify both mode and pattern/enforce",
    ],
    [
      { providers: { aws: { enforce: true } } },
      'failed to resolve naming config for provider "aws": pattern must be specified when enforce is true',
    ],
    [
      { providers: { aws: { resources: { "aws:a:B": { mode: "magic" } } } } },
      'failed to resolve naming config for resource "aws:a:B": invalid naming mode: magic',
    ],
    [
      { providers: { aws: { resources: { "aws:a:B": {} } } } },
      'mode or pattern must be specified for resource "aws:a:B"',
    ],
    [
      { pattern: "${config.owners}" },
      'failed to resolve root naming config: no value found for key "owners"',
    ],
    [
      { pattern: "${config.team.lead.name}" },
      'failed to resolve root naming config: no value found for key "team.lead.name"',
    ],
  ])("refuses %j", (value, message) => {
    expect(() => parse(value)).toThrow(`getting autonaming config: ${message}`);
  });
});
