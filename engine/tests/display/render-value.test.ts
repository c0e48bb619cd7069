import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detailedDiffOf } from "../../src/display/detailed-diff.ts";
import { HiddenPaths } from "../../src/display/hidden-paths.ts";
import { opStyle, plain } from "../../src/display/paint.ts";
import { printable, quoteText } from "../../src/display/quote-text.ts";
import { type Place, renderMap, renderValue } from "../../src/display/render-value.ts";
import { renderMapDiff } from "../../src/display/render-value-diff.ts";
import { shortType } from "../../src/display/resource-text.ts";
import { diffLines } from "../../src/display/text-diff.ts";
import { diffMaps } from "../../src/display/value-diff.ts";
import type { StepMetadata } from "../../src/events.ts";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { resourceState } from "../../src/state/resource.ts";

const place: Place = { indent: 1, op: "create", marked: false, paint: plain };
const diffPlace = { ...place, sames: false };
const diff = (old: PropertyMap, next: PropertyMap) => renderMapDiff(diffMaps(old, next), diffPlace);

describe("renderMap", () => {
  it("writes every kind of value, empty ones too", () => {
    const text = renderMap(
      {
        __internal: 1,
        archive: new Archive(
          { assets: { b: new Asset({ path: "b.txt" }, "abcdef0123"), a: new Archive({ path: "d" }, "") } },
          "0123456789",
        ),
        asset: new Asset({ text: "secret text" }, "fedcba9876"),
        empty: [],
        flag: true,
        fromWeb: new Asset({ uri: "https://a" }, ""),
        list: [1, ["two"], {}],
        nothing: null,
        out: new OutputValue("v", false, []),
        hidden: new OutputValue("v", true, []),
        later: new OutputValue(undefined, false, []),
        ref: new ResourceReference("urn:pulumi:s::p::t::n", "id", ""),
        secret: new Secret("x"),
        unknown: computed,
        web: new Archive({ uri: "https://b" }, ""),
        yaml: "a: 1\nb: [2]",
      },
      place,
    );
    expect(text).toBe(
      `    archive   : archive(assets:0123456) {
        "a": archive(file:) { d }
        "b": asset(file:abcdef0) { b.txt }
    }
    asset     : asset(text:fedcba9) {
        <contents elided>
    }
    empty     : []
    flag      : true
    fromWeb   : asset(uri:) { https://a }
    hidden    : [secret]
    later     : [unknown]
    list      : [
        [0]: 1
        [1]: [
            [0]: "two"
        ]
        [2]: {}
    ]
    nothing   : <null>
    out       : "v"
    ref       : {
        URN: "urn:pulumi:s::p::t::n"
        ID : "id"
        PackageVersion: ""
    }
    secret    : [secret]
    unknown   : [unknown]
    web       : archive(uri:) { https://b }
    yaml      : (yaml) {
        a: 1
        b: [
            [0]: 2
        ]
    }

`,
    );
  });

  it("takes text that only looks like JSON or YAML for text", () => {
    for (const text of ["{", "a: 1", "12", "- a: [\n", "plain\ntext"]) {
      expect(renderValue(text, place)).toBe(`${quoteText(text)}\n`);
    }
  });
});

describe("renderMapDiff", () => {
  it("shows what is added, removed and changed, deep inside", () => {
    const old = {
      a: 1,
      gone: "x",
      list: [1, 2],
      map: { k: 1, same: 0 },
      nul: null,
      s: new Secret(1),
      type: 1,
    };
    const next = {
      a: 2,
      list: [1, 3, 4],
      map: { k: 2, same: 0 },
      new: { n: 1 },
      s: new Secret(2),
      type: [1],
    };
    expect(diff(old, next)).toBe(
      `  ~ a   : 1 => 2
  - gone: "x"
  ~ list: [
      ~ [1]: 2 => 3
      + [2]: 4
    ]
  ~ map : {
      ~ k   : 1 => 2
    }
  + new : {
      + n: 1
    }
  - type: 1
  + type: [
  +     [0]: 1
    ]
`,
    );
  });

  it("compares assets by hash, and JSON inside of text", () => {
    const asset = (hash: string) => new Asset({ path: "f" }, hash);
    expect(diff({ a: asset("1111111"), j: '{"x":1}' }, { a: asset("2222222"), j: '{"x":2}' })).toBe(
      `  - a: asset(file:1111111) { f }
  + a: asset(file:2222222) { f }
  ~ j: (json) {
      ~ x: 1 => 2
    }
`,
    );
  });

  it("shows changed lines with a little of what is around them", () => {
    const lines = (middle: string) =>
      ["1", "2", "3", "4", "5", "6", middle, "7", "8", "9", "10", "11", "12"].join("\n");
    expect(diff({ t: lines("old") }, { t: lines("new") })).toBe(
      "  ~ t: \n        ...\n        5\n        6\n      - old\n      + new\n        7\n        8\n        ...\n",
    );
  });

  it("shows a secret that changed without showing it", () => {
    const state = (key: string, k: number) =>
      resourceState({ urn: "u", type: "t", custom: true, inputs: { s: new Secret(key), list: [{ k }] } });
    const update = { kind: "update", inputDiff: true } as const;
    const step: StepMetadata = {
      ...{ op: "update", urn: "u", type: "t", provider: "", old: state("a", 1), new: state("b", 2) },
      ...{ keys: [], diffs: [], logical: true, internal: false },
      detailedDiff: { s: update, "list[0].k": update, "": update },
    };
    expect(renderMapDiff(detailedDiffOf(step, false, new HiddenPaths(step)), diffPlace)).toBe(
      "  ~ list: [\n      ~ [0]: {\n              ~ k: 1 => 2\n            }\n    ]\n  ~ s   : [secret] => [secret]\n",
    );
  });
});

describe("diffLines", () => {
  it("gives back both texts, whatever they are", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 8 })
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (old, next) => {
        const runs = diffLines(old, next);
        const pick = (hidden: string) =>
          runs
            .filter(({ kind }) => kind !== hidden)
            .flatMap(({ lines }) => lines)
            .join("");
        expect(pick("add")).toBe(old);
        expect(pick("delete")).toBe(next);
      }),
    );
  });
});

describe("quoteText", () => {
  it("lets nothing through that could change the terminal", () => {
    expect(quoteText('a"\\\n\t\u001b[31m')).toBe('"a\\"\\\\\\n\\t\\x1b[31m"');
    expect(quoteText("é 漢 🦜 \u2028 \u200b \u{e0001} \u00a0")).toBe(
      '"é 漢 🦜 \\u2028 \\u200b \\U000e0001 \\u00a0"',
    );
    expect(quoteText("\ue000")).toBe('"\\ue000"');
    expect(printable('a\t"\\\u00a0')).toBe('a\\t"\\\u00a0');
  });
});

describe("names for people", () => {
  it("shortens types that repeat themselves", () => {
    expect(shortType("docker:index/container:Container")).toBe("docker:index:Container");
    expect(shortType("fake:index:Thing")).toBe("fake:index:Thing");
    expect(shortType("odd")).toBe("odd");
    expect(shortType("a:b:C:d")).toBe("a:b:C:d");
  });

  it("gives every op a colour", () => {
    expect(["create", "delete", "update", "replace", "same"].map((op) => opStyle(op as "same"))).toEqual([
      "green",
      "red",
      "yellow",
      "magenta",
      "cyan",
    ]);
  });
});
