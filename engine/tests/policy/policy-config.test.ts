import { describe, expect, it } from "vitest";
import { schemaViolations } from "../../src/policy/config-schema.ts";
import {
  parsePolicyConfig,
  policyConfigProblems,
  reconcilePolicyConfig,
} from "../../src/policy/policy-config.ts";
import type { PolicyInfo, PolicyPackInfo } from "../../src/policy/policy-pack.ts";
import { policySummary } from "../../src/policy/policy-summary.ts";

function policy(name: string, fields: Partial<PolicyInfo> = {}): PolicyInfo {
  return {
    ...{ name, kind: "resource", enforcementLevel: "mandatory", severity: "", configSchema: undefined },
    ...fields,
  };
}

function pack(...policies: readonly PolicyInfo[]): PolicyPackInfo {
  return { name: "rules", version: "1.0.0", supportsConfig: true, policies, initialConfig: {} };
}

describe("a policy configuration file", () => {
  it("gives levels and properties", () => {
    const text = JSON.stringify({
      all: "mandatory",
      a: "disabled",
      b: { enforcementLevel: "advisory", limit: 1 },
      c: { limit: 2 },
      d: {},
    });
    expect(parsePolicyConfig(text, "p")).toEqual({
      all: { enforcementLevel: "mandatory", properties: {} },
      a: { enforcementLevel: "disabled", properties: {} },
      b: { enforcementLevel: "advisory", properties: { limit: 1 } },
      c: { properties: { limit: 2 } },
    });
    expect(parsePolicyConfig(" \n", "p")).toEqual({});
  });

  it.each([
    ['{"a":"loud"}', 'parsing enforcement level for "a": "loud" is not a valid enforcement level'],
    [
      '{"a":{"enforcementLevel":"loud"}}',
      'parsing enforcement level for "a": "loud" is not a valid enforcement level',
    ],
    [
      '{"a":{"enforcementLevel":1}}',
      'parsing enforcement level for "a": 1 is not a valid enforcement level; must be a string',
    ],
    ['{"a":3}', 'parsing "a": 3 is not a valid value; must be a string or object'],
    ['{"environments":["x"]}', 'policy pack at "p" specifies ESC environments'],
    ["{", "JSON"],
  ])("that reads %s is refused", (text, message) => {
    expect(() => parsePolicyConfig(text, "p")).toThrow(message);
  });
});

describe("the configuration of a pack", () => {
  const limited = policy("a", {
    configSchema: { properties: { limit: { type: "number", default: 5 }, other: true }, required: ["name"] },
  });

  it("is the defaults, then the pack's own, then what a person gives", () => {
    const info: PolicyPackInfo = {
      ...pack(limited, policy("b")),
      initialConfig: { a: { enforcementLevel: "advisory", properties: { name: "x" } } },
    };
    expect(reconcilePolicyConfig(info, {})).toEqual({
      a: { enforcementLevel: "advisory", properties: { limit: 5, name: "x" } },
      b: { enforcementLevel: "mandatory", properties: {} },
    });
    const given = {
      all: { enforcementLevel: "disabled", properties: {} },
      a: { properties: { limit: 6 } },
    } as const;
    expect(reconcilePolicyConfig(info, given)).toMatchObject({
      a: { enforcementLevel: "disabled", properties: { limit: 6, name: "x" } },
      b: { enforcementLevel: "disabled" },
    });
  });

  it("is checked against the schema of each policy", () => {
    const info = pack(limited, policy("b"));
    expect(policyConfigProblems(info, reconcilePolicyConfig(info, {}))).toEqual(["a: name is required"]);
  });
});

describe("a schema", () => {
  it.each<[string, object, unknown, string]>([
    ["type", { type: "string" }, 1, "v: Invalid type. Expected: string, given: integer"],
    ["types", { type: ["string", "null"] }, 1.5, "v: Invalid type. Expected: string,null, given: number"],
    ["null", { type: "string" }, null, "v: Invalid type. Expected: string, given: null"],
    ["list", { type: "string" }, [], "v: Invalid type. Expected: string, given: array"],
    ["enum", { enum: ["a", "b"] }, "c", 'v: v must be one of the following: "a", "b"'],
    ["const", { const: 1 }, 2, "v: v does not match: 1"],
    ["minLength", { minLength: 2 }, "a", "v: String length must be greater than or equal to 2"],
    ["maxLength", { maxLength: 1 }, "ab", "v: String length must be less than or equal to 1"],
    ["pattern", { pattern: "^a" }, "b", "v: Does not match pattern '^a'"],
    ["minimum", { minimum: 2 }, 1, "v: Must be greater than or equal to 2"],
    ["maximum", { maximum: 2 }, 3, "v: Must be less than or equal to 2"],
    ["exclusiveMinimum", { exclusiveMinimum: 2 }, 2, "v: Must be greater than 2"],
    ["exclusiveMaximum", { exclusiveMaximum: 2 }, 2, "v: Must be less than 2"],
    ["multipleOf", { multipleOf: 2 }, 3, "v: Must be a multiple of 2"],
    ["minItems", { minItems: 1 }, [], "v: Array must have at least 1 items"],
    ["maxItems", { maxItems: 0 }, [1], "v: Array must have at most 0 items"],
    ["uniqueItems", { uniqueItems: true }, [1, 1], "v: array items[0,1] must be unique"],
    ["contains", { contains: { type: "string" } }, [1], "v: At least one of the items must match"],
    ["minProperties", { minProperties: 1 }, {}, "v: Must have at least 1 properties"],
    ["maxProperties", { maxProperties: 0 }, { a: 1 }, "v: Must have at most 0 properties"],
    [
      "additionalProperties",
      { additionalProperties: false },
      { a: 1 },
      "v: Additional property a is not allowed",
    ],
    ["items", { items: { type: "string" } }, [1], "v.0: Invalid type. Expected: string, given: integer"],
    ["required", { required: ["x"] }, {}, "v: x is required"],
    ["propertyNames", { propertyNames: { maxLength: 1 } }, { ab: 1 }, "v: property name must be valid"],
  ])("with %s refuses in the official words", (_, schema, value, text) => {
    const violations = schemaViolations({ properties: { v: schema }, required: [] }, { v: value });
    expect(violations).toContain(text);
  });

  it("admits what it describes", () => {
    expect(schemaViolations({ properties: {}, required: [] }, { anything: 1 })).toEqual([]);
  });
});

describe("a policy summary", () => {
  it("counts as passed what is on, of the kind, applicable and not failed", () => {
    const info = pack(
      policy("a"),
      policy("b", { kind: "stack" }),
      policy("c", { enforcementLevel: "disabled" }),
      policy("d", { kind: "unknown" }),
      policy("e"),
      policy("f"),
    );
    const found = { failed: ["f", "f"], notApplicable: ["e"] };
    expect(policySummary(info, "resource", found)).toEqual({ passed: ["a", "d"], failed: ["f"] });
    expect(policySummary(info, "stack", found)).toEqual({ passed: ["b", "d"], failed: ["f"] });
  });
});
