import { describe, expect, it } from "vitest";
import { displayStackName, parseStackName } from "../../src/state/stack-names.ts";

describe("parseStackName", () => {
  it("takes a name alone, with organization, or in full", () => {
    const dev = { organization: "organization", project: "p", stack: "dev" };
    expect(parseStackName("dev", "p")).toEqual(dev);
    expect(parseStackName("organization/dev", "p")).toEqual(dev);
    expect(parseStackName("organization/p/dev", undefined)).toEqual(dev);
    for (const name of ["/dev", "//dev", "organization//dev"]) expect(parseStackName(name, "p")).toEqual(dev);
    expect(parseStackName("organization/q/dev", "p")).toEqual({ ...dev, project: "q" });
  });

  const bad = [
    ["", "stack name must not be empty"],
    [
      "bad name",
      "a stack name may only contain alphanumeric, hyphens, underscores, or periods: invalid character ' ' at position 3",
    ],
    ["acme/dev", "organization name must be 'organization'"],
    ["organization/p/", "a stack name may not be empty"],
    ["x".repeat(101), "a stack name cannot exceed 100 characters"],
    ["organization/../dev", "project names may only contain"],
    [`organization/${"x".repeat(101)}/dev`, "project names are limited to 100 characters"],
    ["organization/p/dev/more", "expected organization/project/stack"],
  ] as const;
  it.each(bad)("refuses '%s'", (name, message) => {
    expect(() => parseStackName(name, "p")).toThrow(message);
  });

  it("needs a project from somewhere", () => {
    expect(() => parseStackName("dev", undefined)).toThrow("no Pulumi.yaml project file found");
  });
});

describe("displayStackName", () => {
  it("is brief within the stack's own project", () => {
    const dev = { organization: "organization", project: "p", stack: "dev" };
    expect(displayStackName(dev, "p")).toBe("dev");
    expect(displayStackName(dev, undefined)).toBe("organization/p/dev");
  });
});
