import { describe, expect, it } from "vitest";
import { SettledResources } from "../../src/program/settled-resources.ts";

const component = { custom: false, isThere: false };
const made = { custom: true, isThere: true };
const planned = { custom: true, isThere: false };

describe("SettledResources", () => {
  it("looks at custom resources, and below components", async () => {
    const settled = new SettledResources();
    settled.add("outer", "", component);
    settled.add("inner", "outer", component);
    settled.add("a", "inner", made);
    expect(await settled.lacksAny(["outer", "a", "nowhere"])).toBe(false);
    settled.add("b", "inner", planned);
    expect(await settled.lacksAny(["outer"])).toBe(true);
    expect(await settled.lacksAny(["a"])).toBe(false);
    expect(await settled.lacksAny([])).toBe(false);
  });

  it("does not look below custom resources", async () => {
    const settled = new SettledResources();
    settled.add("a", "", made);
    settled.add("child", "a", planned);
    settled.begin("a");
    expect(await settled.lacksAny(["a"])).toBe(false);
  });

  it("waits for what registers below a component, one after the other", async () => {
    const settled = new SettledResources();
    settled.add("group", "", component);
    const ends = [settled.begin("group"), settled.begin("group")];
    const answer = settled.lacksAny(["group"]);
    settled.add("a", "group", made);
    ends[0]?.();
    settled.add("b", "group", planned);
    ends[1]?.();
    expect(await answer).toBe(true);
  });

  it("goes on when nothing is under way any more", async () => {
    const settled = new SettledResources();
    settled.add("group", "", component);
    const end = settled.begin("group");
    const answer = settled.lacksAny(["group"]);
    settled.add("a", "group", made);
    end();
    expect(await answer).toBe(false);
  });
});
