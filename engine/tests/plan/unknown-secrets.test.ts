import { describe, expect, it } from "vitest";
import { openUnknownSecrets, withoutUnknownSecrets } from "../../src/plan/unknown-secrets.ts";
import { computed, type PropertyMap, Secret, UNKNOWN_VALUE } from "../../src/protocol/property-value.ts";

const unknown = new Secret(computed);

describe("openUnknownSecrets", () => {
  it("makes unknown what stands for a secret that nobody could decrypt, and nothing else", () => {
    const recorded = {
      password: new Secret(UNKNOWN_VALUE),
      known: new Secret({ inner: "text", list: [new Secret(UNKNOWN_VALUE)] }),
      id: UNKNOWN_VALUE,
      size: 3,
    };
    expect(openUnknownSecrets(recorded)).toEqual({
      password: unknown,
      known: new Secret({ inner: "text", list: [unknown] }),
      id: UNKNOWN_VALUE,
      size: 3,
    });
  });
});

describe("withoutUnknownSecrets", () => {
  const compare = (oldInputs: PropertyMap, newInputs: PropertyMap, oldOutputs: PropertyMap = oldInputs) =>
    withoutUnknownSecrets({ oldInputs, oldOutputs, newInputs });

  it("leaves everything as it is where all secrets are known", () => {
    const values = { password: new Secret("a"), size: 1 };
    const comparison = { oldInputs: values, oldOutputs: values, newInputs: values };
    expect(withoutUnknownSecrets(comparison)).toBe(comparison);
  });

  it("takes a secret that is not known for the one in its place, at any depth", () => {
    const olds = { name: "a", data: { key: unknown, plain: "x" }, envs: unknown };
    const news = { name: "b", data: { key: new Secret("new"), plain: "x" }, envs: new Secret(["A=1"]) };
    expect(compare(olds, news)).toEqual({
      oldInputs: { name: "a", data: { plain: "x" } },
      oldOutputs: { name: "a", data: { plain: "x" } },
      newInputs: { name: "b", data: { plain: "x" } },
    });
  });

  it("keeps the places of elements, and elements that were added or removed", () => {
    const { oldInputs, newInputs } = compare(
      { list: ["a", unknown, { key: unknown }, "gone"] },
      { list: ["b", new Secret("x"), { key: new Secret("y") }] },
    );
    expect(oldInputs).toEqual({ list: ["a", null, {}, "gone"] });
    expect(newInputs).toEqual({ list: ["b", null, {}] });
    expect(compare({ list: [unknown] }, { list: [new Secret("x"), "more"] }).newInputs).toEqual({
      list: [null, "more"],
    });
  });

  it("shows a secret that became plain, and one that went away", () => {
    const { oldInputs, newInputs } = compare({ a: unknown, b: unknown }, { a: "in clear" });
    expect(oldInputs).toEqual({ a: unknown, b: unknown });
    expect(newInputs).toEqual({ a: "in clear" });
  });

  it("takes outputs that are not known from the inputs, and does without the others", () => {
    const oldOutputs = { name: unknown, result: unknown, live: { list: [unknown, "x"] }, at: [unknown] };
    const { oldOutputs: outputs } = compare({ name: "a", at: ["y"] }, { name: "a", at: ["y"] }, oldOutputs);
    expect(outputs).toEqual({ name: "a", live: { list: [null, "x"] }, at: ["y"] });
  });

  it("takes what is not known in a preview either for the same", () => {
    expect(compare({ password: unknown }, { password: computed }).newInputs).toEqual({});
    expect(compare({ password: unknown }, { password: unknown }).oldInputs).toEqual({});
  });
});
