import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/display/decode-text.ts";
import { detailedDiffOf } from "../../src/display/detailed-diff.ts";
import { HiddenPaths } from "../../src/display/hidden-paths.ts";
import { renderNumber } from "../../src/display/number-text.ts";
import { plain } from "../../src/display/paint.ts";
import { renderOutputs } from "../../src/display/render-outputs.ts";
import { renderMapDiff } from "../../src/display/render-value-diff.ts";
import { diffMaps } from "../../src/display/value-diff.ts";
import type { StepMetadata } from "../../src/events.ts";
import { Archive, Asset, type PropertyMap } from "../../src/protocol/property-value.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const place = { indent: 1, op: "update", marked: true, paint: plain } as const;

function diff(old: PropertyMap, next: PropertyMap, sames = false): string {
  return renderMapDiff(diffMaps(old, next), { ...place, sames });
}

function step(old: Partial<ResourceState>, next: Partial<ResourceState>): StepMetadata {
  const state = (fields: Partial<ResourceState>) =>
    resourceState({ urn: "u", type: "t", custom: true, ...fields });
  return {
    ...{ op: "update", urn: "u", type: "t", provider: "", old: state(old), new: state(next) },
    ...{ keys: [], diffs: [], detailedDiff: undefined, logical: true, internal: false },
  };
}

describe("a property that is null", () => {
  it("is as good as absent, except in a list", () => {
    const old = { added: null, gone: 1, never: null, both: null, list: [null, 1, null] };
    const next = { added: 1, gone: null, both: null, list: [1, null, null, null] };
    expect(diff(old, next, true)).toBe(`  + added: 1
  - gone : 1
  ~ list : [
      + [0]: 1
      - [1]: 1
        [2]: <null>
      + [3]: <null>
    ]
`);
  });
});

describe("texts", () => {
  it("are whole where there is nothing on one side", () => {
    expect(diff({ t: "", u: "a\nb" }, { t: "a\nb", u: "" })).toBe('  + t: "a\\nb"\n  - u: "a\\nb"\n');
  });

  it("that hold the same value are shown as they are, and values of two kinds named both", () => {
    expect(diff({ t: '{"a":1}' }, { t: '{ "a": 1 }' })).toBe(
      `  ~ t: "\\"{\\\\\\"a\\\\\\":1}\\"" => "\\"{ \\\\\\"a\\\\\\": 1 }\\""\n`,
    );
    expect(diff({ t: '{"a":1}' }, { t: "a: 2\nb: 1" })).toBe(
      "  ~ t: (json => yaml) {\n      ~ a: 1 => 2\n      + b: 1\n    }\n",
    );
    expect(diff({ t: '{"a":1}' }, { t: "[1]" })).toBe(
      "  ~ t: (json) {\n      - a: 1\n    }\n[\n  +     [0]: 1\n    ]\n",
    );
  });
});

describe("decodeText", () => {
  it("reads what is there without its surroundings, and no single line of YAML", () => {
    expect(decodeText(' {"a": 1}\n')).toEqual({ kind: "json", value: { a: 1 } });
    for (const text of [
      "a: 1\n",
      "\n    a: 1\n    b: 2\n",
      "a: 1\n---\nb: 2",
      '{\n  "a": 1,\n  // of "b"\n  "b": 2\n}',
      "true: 1\nb: 2",
      "[x]: 1\nb: 1",
    ]) {
      expect(decodeText(text)).toBeUndefined();
    }
  });

  it("reads YAML as the official CLI does", () => {
    const text =
      "on: yes\nday: 2020-01-01\nmode: 0644\nbits: 0b11\nmany: 1_000\nbase: &b {x: 1}\nmore: {<<: *b}\ntag: !Ref a\nend: |\n  t\n";
    expect(decodeText(text)?.value).toEqual({
      ...{ on: "yes", day: {}, mode: 420, bits: 3, many: 1000, base: { x: 1 }, more: { x: 1 } },
      ...{ tag: "a", end: "t" },
    });
  });
});

describe("renderNumber", () => {
  it("has all digits of whole numbers, and an exponent for small and large fractions", () => {
    const numbers = [1e21, -0, 123456.5, 1234567.5, 0.0001, 0.00001, -1.5e-7, Number.POSITIVE_INFINITY];
    expect(numbers.map(renderNumber)).toEqual([
      ...["1000000000000000000000", "-0", "123456.5", "1.2345675e+06", "0.0001", "1e-05", "-1.5e-07", "+Inf"],
    ]);
  });
});

describe("archives", () => {
  const file = (path: string, hash: string) => new Asset({ path }, hash);
  const archive = (assets: { [name: string]: Asset | Archive }, hash: string) =>
    new Archive({ assets }, hash);

  it("show what in them changed", () => {
    const old = archive(
      {
        ...{ b: file("b", "1"), gone: file("g", "1"), kept: file("k", "1"), sort: file("s", "1") },
        ...{ text: new Asset({ text: "old" }, "1"), sub: new Archive({ path: "d" }, "1") },
      },
      "1111111111",
    );
    const next = archive(
      {
        ...{
          b: file("c", "2"),
          new: file("n", "1"),
          kept: file("k", "1"),
          sort: new Archive({ path: "s" }, "1"),
        },
        ...{ text: new Asset({ text: "new" }, "2"), sub: new Archive({ path: "d" }, "2") },
      },
      "2222222222",
    );
    expect(diff({ a: old }, { a: next })).toBe(`  ~ a: archive(assets:1111111->2222222) {
      ~ "b"   : asset(file:1->2) { b->c }
          - "gone": asset(file:1) { g }
          + "new" : asset(file:1) { n }
      - "sort": asset(file:1) { s }
      + "sort": archive(file:1) { s }
      ~ "sub" : archive(file:1->2) { d }
      ~ "text": asset(text:1->2) {"<contents elided>" => "<contents elided>"
        }
    }
`);
  });

  it("of another sort replace each other, and items stand at the margin of their mark", () => {
    const web = new Archive({ uri: "https://a" }, "1");
    const inner = archive({ x: file("x", "1") }, "2");
    expect(
      diff({ a: web, b: web }, { a: archive({ in: inner }, "3"), b: new Archive({ uri: "https://b" }, "2") }),
    ).toBe(
      `  - a: archive(uri:1) { https://a }
  + a: archive(assets:3) {
  +     "in": archive(assets:2) {
      +     "x": asset(file:1) { x }
        }
    }
  ~ b: archive(uri:1->2) { https://a->https://b }
`,
    );
  });
});

describe("what a provider named", () => {
  it("is shown with what it has beside, keys of SDKs too, and may be null", () => {
    const named = {
      ...step(
        { inputs: { tags: { __x: 1, a: 1, b: 1 }, no: 1 } },
        { inputs: { tags: { __x: 2, a: 1, b: 2 }, no: null } },
      ),
      detailedDiff: { tags: { kind: "update", inputDiff: true }, no: { kind: "add", inputDiff: true } },
    } as const;
    const found = detailedDiffOf(named, false, new HiddenPaths(named));
    expect(renderMapDiff(found, { ...place, sames: true })).toBe(`  + no  : <null>
  ~ tags: {
      ~ __x: 1 => 2
        a  : 1
      ~ b  : 1 => 2
    }
`);
  });
});

describe("outputs", () => {
  const options = { indent: 1, planning: false, sames: true, refresh: false, paint: plain };

  it("that did not change are told alone, without what is hidden in them", () => {
    const same = { a: { b: 1 }, ünï: 2, __x: 1 };
    expect(renderOutputs(step({ outputs: same }, { outputs: same }), options)).toBe(
      "    a    : {\n        b: 1\n    }\n    ünï  : 2\n",
    );
    const hiding = step({ outputs: same }, { outputs: same, hideDiff: ["a.b"] });
    expect(renderOutputs(hiding, options)).toBe("  ~ a.b (hidden)\n");
  });
});
