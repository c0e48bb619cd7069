import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createUrn,
  getUrnParts,
  isDefaultProvider,
  isProviderType,
  isRootStack,
  packageOfProviderType,
  parseProviderReference,
  parseUrn,
  providerReference,
  urnName,
} from "../../src/plan/urn.ts";

const root = "urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev";

describe("a URN", () => {
  it("has the whole qualified type of its parent, unless that is the root stack", () => {
    const place = { stack: "dev", project: "proj" };
    const outer = createUrn({ ...place, parent: root, type: "a:b:Outer", name: "o" });
    const inner = createUrn({ ...place, parent: outer, type: "a:b:Inner", name: "i" });
    const leaf = createUrn({ ...place, parent: inner, type: "a:b:Leaf", name: "l" });
    expect(outer).toBe("urn:pulumi:dev::proj::a:b:Outer::o");
    expect(leaf).toBe("urn:pulumi:dev::proj::a:b:Outer$a:b:Inner$a:b:Leaf::l");
    expect(getUrnParts(leaf).type).toBe("a:b:Leaf");
  });

  it("keeps `::` in names", () => {
    expect(urnName("urn:pulumi:dev::proj::a:b:C::x::y")).toBe("x::y");
  });

  it("parses to what it was made of", () => {
    const word = fc.stringMatching(/^[\w.-]{1,12}$/);
    const name = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(word, word, word, name, (stack, project, type, name) => {
        const urn = createUrn({ stack, project, parent: "", type, name });
        expect(parseUrn(urn)).toEqual({ stack, project, qualifiedType: type, type, name });
      }),
    );
  });

  it.each(["", "urn:pulumi:", "urn:pulumi:a::b::c", "a::b::c::d"])("is not '%s'", (text) => {
    expect(parseUrn(text)).toBeUndefined();
    expect(() => getUrnParts(text)).toThrow("is a URN");
  });

  it("tells what kind of resource it names", () => {
    expect(isRootStack(root)).toBe(true);
    expect(isRootStack("")).toBe(false);
    expect(isProviderType("pulumi:providers:aws")).toBe(true);
    expect(isProviderType("pulumi:providers:")).toBe(false);
    expect(packageOfProviderType("pulumi:providers:aws")).toBe("aws");
    expect(isDefaultProvider("urn:pulumi:dev::proj::pulumi:providers:aws::default_1_0_0")).toBe(true);
    expect(isDefaultProvider("urn:pulumi:dev::proj::pulumi:providers:aws::mine")).toBe(false);
    expect(isDefaultProvider("urn:pulumi:dev::proj::a:b:C::default")).toBe(false);
    expect(isDefaultProvider("")).toBe(false);
  });
});

describe("a provider reference", () => {
  it("is split at the last separator", () => {
    const urn = "urn:pulumi:dev::proj::pulumi:providers:aws::a::b";
    expect(parseProviderReference(providerReference(urn, "id"))).toEqual({ urn, id: "id" });
  });
});
