import { describe, expect, it } from "vitest";
import type { Release } from "../../../contracts/release.ts";
import { contextsOf } from "../../../ops/release/checkpoint.ts";
import { compareReleases } from "../../../ops/release/compare-releases.ts";
import { diffValues } from "../../../ops/release/diff-values.ts";
import { sealRelease } from "../../../ops/release/seal-release.ts";
import { describeComparison } from "../../../ops/report/comparison-sections.ts";
import { renderSections } from "../../../ops/report/sections.ts";
import { checkpointOf, draftAt } from "./example-release.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const encrypted = (ciphertext: string) => ({ ...SECRET, ciphertext });

function releaseOf(number: number, changes: Parameters<typeof draftAt>[1] = {}): Release {
  const chain = { checkpoint: { sha256: "a".repeat(64), bytes: 1 }, previous: null };
  return sealRelease({ format: 1, number, ...draftAt(number, changes), ...chain });
}

function settingsOf(values: Release["settings"]["values"], key = "k"): Release["settings"] {
  return { fingerprint: "f".repeat(64), key, values };
}

describe("values that differ", () => {
  it("are told by their path", () => {
    expect(diffValues({ a: { b: 1 }, c: 2 }, { a: { b: 3 }, c: 2, d: "x" })).toEqual([
      { path: "a.b", before: "1", after: "3" },
      { path: "d", after: "x" },
    ]);
  });

  it("are single items of a list: one that is inserted changes none of the others", () => {
    expect(diffValues({ envs: ["A=1", "B=2"] }, { envs: ["A=1", "AA=3", "B=2"] })).toEqual([
      { path: "envs[]", after: "AA=3" },
    ]);
    expect(diffValues([{ p: 1 }], [{ p: 2 }], "ports")).toEqual([
      { path: "ports[0].p", before: "1", after: "2" },
    ]);
    expect(diffValues(["a", "b"], ["b", "a"], "order")).toEqual([
      { path: "order", before: '["a","b"]', after: '["b","a"]' },
    ]);
  });

  it("show no secret, at any depth", () => {
    expect(diffValues({ p: encrypted("one") }, { p: encrypted("two") })).toEqual([
      { path: "p", before: "[secret]", after: "[secret]" },
    ]);
    expect(JSON.stringify(diffValues({ list: [encrypted("one")] }, {}))).not.toContain("one");
  });
});

describe("a comparison of two releases", () => {
  it("tells settings, images, schemas and resources by component", () => {
    const before = releaseOf(1, {
      settings: settingsOf({
        "t:gateway": { value: '{"weight":10,"port":1}' },
        "t:level": { value: "info" },
      }),
    });
    const after = releaseOf(2, {
      images: { gateway: "sha256:2" },
      schemas: { "document-store": "4" },
      settings: settingsOf({
        "t:gateway": { value: '{"weight":20,"port":1}' },
        "t:new": { secret: "b".repeat(64) },
      }),
    });
    const comparison = compareReleases(
      { release: before, checkpoint: checkpointOf({ gateway: { image: "1" }, old: {} }) },
      { release: after, checkpoint: checkpointOf({ gateway: { image: "2" }, young: {} }) },
    );
    expect(comparison).toMatchObject({
      settings: [
        { path: "t:gateway.weight", before: "10", after: "20" },
        { path: "t:level", before: "info" },
        { path: "t:new", after: "[secret]" },
      ],
      images: [{ path: "gateway", before: "sha256:1", after: "sha256:2" }],
      schemas: [{ path: "document-store", before: "3", after: "4" }],
      resources: [
        { change: "changed", name: "gateway", component: "gateway", properties: [{ path: "image" }] },
        { change: "removed", name: "old" },
        { change: "added", name: "young" },
      ],
    });
    const text = renderSections(describeComparison(comparison));
    expect(text).toContain("Resources: 1 added, 1 removed, 1 changed");
    expect(text).toMatch(/~ +gateway +gateway +image +1 +2/);
  });

  it("tells that a secret is another, but not what it is", () => {
    const [one, two] = ["b", "c"].map((digit, index) =>
      releaseOf(index + 1, { settings: settingsOf({ "t:password": { secret: digit.repeat(64) } }) }),
    ) as [Release, Release];
    const pair = [one, two].map((release) => ({ release, checkpoint: undefined }));
    const comparison = compareReleases(pair[0] ?? never(), pair[1] ?? never());
    expect(comparison.settings).toEqual([{ path: "t:password", before: "[secret]", after: "[secret]" }]);
    expect(comparison.resources).toBeUndefined();
    expect(renderSections(describeComparison(comparison))).toContain("resources cannot be compared");
  });

  it("does not guess about secrets that were fingerprinted with different keys", () => {
    const [one, two] = [
      releaseOf(1, { settings: settingsOf({ s: { secret: "b".repeat(64) } }, "k1") }),
      releaseOf(2, { settings: settingsOf({ s: { secret: "c".repeat(64) } }, "k2") }),
    ];
    const comparison = compareReleases(
      { release: one, checkpoint: undefined },
      { release: two, checkpoint: undefined },
    );
    expect(comparison.settings).toEqual([]);
    expect(renderSections(describeComparison(comparison))).toContain("secret settings cannot be compared");
  });

  it("says so where nothing differs", () => {
    const same = { release: releaseOf(1), checkpoint: checkpointOf({ gateway: {} }) };
    expect(renderSections(describeComparison(compareReleases(same, same)))).toContain("nothing differs");
  });
});

function never(): never {
  throw new Error("not there");
}

describe("a checkpoint", () => {
  it("names the staged contexts of its images, and nothing else", () => {
    const context = ".images/gateway/0123456789abcdef";
    const resources = {
      one: { build: { context } },
      two: { build: { context } },
      three: { build: { context: "/" } },
    };
    expect(contextsOf(checkpointOf(resources))).toEqual([context]);
    expect(contextsOf({ version: 3, deployment: null })).toEqual([]);
  });
});
