import { describe, expect, it } from "vitest";
import { reportCheckFailures } from "../../src/execute/check-failures.ts";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { resourceState } from "../../src/state/resource.ts";

const urn = "urn:pulumi:s::p::a:b:C::x";

function told(value: PropertyValue, property = "v"): string {
  const state = resourceState({ urn, type: "a:b:C", custom: true, inputs: { v: value } });
  const messages: string[] = [];
  reportCheckFailures(state, [{ property, reason: "bad" }], (_, message) => messages.push(message));
  return messages.join();
}

describe("a check failure", () => {
  it.each<[PropertyValue, string]>([
    ["text", "{text}"],
    [1_000_000, "{1e+06}"],
    [123456, "{123456}"],
    [-2.5e-7, "{-2.5e-07}"],
    [0.0001, "{0.0001}"],
    [1.5, "{1.5}"],
    [0, "{0}"],
    [true, "{true}"],
    [null, "{<nil>}"],
    [[1, "a"], "{[{1} {a}]}"],
    [{ b: 1, a: [] }, "{map[a:{[]} b:{1}]}"],
    [new Secret("hunter2"), "{[secret]}"],
    [{ a: new Secret("hunter2") }, "{map[a:{[secret]}]}"],
    [computed, "output<string>{}"],
    [new OutputValue(undefined, false, []), "output<string>{}"],
    [new OutputValue("x", true, []), "{[secret]}"],
    [new OutputValue("x", false, []), "{x}"],
    [new Asset({ text: "a" }, ""), "{asset}"],
    [new Archive({ path: "a" }, ""), "{archive}"],
    [new ResourceReference("urn", "id", ""), "{urn}"],
  ])("about %o says %s", (value, text) => {
    expect(told(value)).toBe(`a:b:C resource 'x': property v value ${text} has a problem: bad`);
  });

  it("about a property that is missing, or about the whole resource, says so", () => {
    expect(told(1, "other")).toContain("property other value {<nil>}");
    expect(told(1, "")).toBe("a:b:C resource 'x' has a problem: bad");
  });
});
