import { describe, expect, it } from "vitest";
import { renderEventJson } from "../../src/display/event-json.ts";
import { plain } from "../../src/display/paint.ts";
import { createDisplay } from "../../src/display/print.ts";
import {
  type Remediation,
  renderDiffRemediation,
  renderDiffViolation,
  renderPolicies,
  renderPolicyPacks,
} from "../../src/display/render-policies.ts";
import type { Summary } from "../../src/display/render-summary.ts";
import type { EngineEvent } from "../../src/events.ts";
import type { PolicyViolation } from "../../src/policy/policy-pack.ts";
import { Secret } from "../../src/protocol/property-value.ts";

const urn = "urn:pulumi:test::test::pkgA:m:typA::resA";
const pack = { pack: "analyzerA", packVersion: "1.0.0" };

function violation(fields: Partial<PolicyViolation> = {}): PolicyViolation {
  return {
    ...{ ...pack, urn, policy: "always-fails", message: "a policy failed" },
    ...{ enforcementLevel: "mandatory", severity: "high" },
    ...fields,
  };
}

const remediation: Remediation = {
  ...{ kind: "policy-remediation", ...pack, urn, policy: "real-deal" },
  before: { a: "nope", ggg: true },
  after: { a: "foo", fff: true, z: "bar" },
};

function summary(policyPacks: { readonly [label: string]: string }): Summary {
  return {
    ...{ kind: "summary", isPreview: false, maybeCorrupt: false, durationSeconds: 1 },
    ...{ resourceChanges: { create: 1 }, policyPacks, result: "succeeded" },
  };
}

const options = { paint: plain, showRemediations: false };

describe("the section on policies", () => {
  it("is not there where no pack judged", () => {
    expect(renderPolicies(summary({}), { violations: [violation()], remediations: [] }, options)).toBe("");
  });

  it("lists packs by name, with where they are", () => {
    const packs = { "b|local|./x": "2.0.0", a: "1.0.0", "b|local|./w": "2.0.0" };
    expect(renderPolicies(summary(packs), { violations: [], remediations: [] }, options)).toBe(
      "Policies:\n    ✅ a@v1.0.0\n    ✅ b@v2.0.0 (local: ./w; ./x)\n\n",
    );
  });

  it("sorts violations by level, severity, name and resource", () => {
    const violations = [
      violation({ enforcementLevel: "advisory", severity: "", policy: "z", message: "one\ntwo\n" }),
      violation({ severity: "low" }),
      violation({ severity: "critical", urn: "" }),
      violation({ severity: "low", policy: "a" }),
      violation({ severity: "low", urn: `${urn}2` }),
    ];
    const text = renderPolicies(summary({ analyzerA: "1.0.0" }), { violations, remediations: [] }, options);
    expect(text).toBe(
      [
        "Policies:",
        "    ❌ analyzerA@v1.0.0",
        "        - [mandatory] [severity: critical]  always-fails",
        "          a policy failed",
        "        - [mandatory] [severity: low]  a  (pkgA:m:typA: resA)",
        "          a policy failed",
        "        - [mandatory] [severity: low]  always-fails  (pkgA:m:typA: resA)",
        "          a policy failed",
        "        - [mandatory] [severity: low]  always-fails  (pkgA:m:typA: resA2)",
        "          a policy failed",
        "        - [advisory]  z  (pkgA:m:typA: resA)",
        "          one",
        "          two",
        "\n",
      ].join("\n"),
    );
  });

  it("warns where all violations are advisory", () => {
    const violations = [violation({ enforcementLevel: "advisory" })];
    expect(
      renderPolicies(summary({ analyzerA: "1.0.0" }), { violations, remediations: [] }, options),
    ).toContain("    ⚠️ analyzerA@v1.0.0\n");
  });

  it("names resources by their URNs where asked to", () => {
    const notes = { violations: [violation()], remediations: [] };
    const text = renderPolicies(summary({ analyzerA: "1.0.0" }), notes, { ...options, showUrns: true });
    expect(text).toContain(`always-fails  (pkgA:m:typA: ${urn})\n`);
  });

  it("counts remediations, or shows each where asked to", () => {
    const unchanged = { ...remediation, before: { a: 1 }, after: { a: 1 } };
    const notes = { violations: [], remediations: [remediation, unchanged] };
    const packs = summary({ analyzerA: "1.0.0" });
    expect(renderPolicies(packs, notes, options)).toContain(
      "        - [remediate]  real-deal  (2 resources)\n",
    );
    expect(renderPolicies(packs, { ...notes, remediations: [remediation] }, options)).toContain(
      "(1 resource)",
    );
    expect(renderPolicies(packs, notes, { ...options, showRemediations: true })).toBe(
      "Policies:\n    ✅ analyzerA@v1.0.0\n" +
        "        - [remediate]  real-deal  (pkgA:m:typA: resA) [diff: +fff,z-ggg~a]\n\n",
    );
  });
});

describe("the detailed display", () => {
  it("tells violations as they come", () => {
    expect(renderDiffViolation(violation(), options)).toBe(
      "    analyzerA@v1.0.0 [mandatory] [severity: high]  always-fails  (pkgA:m:typA: resA)a policy failed\n",
    );
  });

  it("tells remediations with what they change", () => {
    expect(renderDiffRemediation(remediation, options)).toBe(
      [
        "    analyzerA@v1.0.0 [remediate]  real-deal  (pkgA:m:typA: resA)",
        '      ~ a  : "nope" => "foo"',
        "      + fff: true",
        "      - ggg: true",
        '      + z  : "bar"',
        "\n",
      ].join("\n"),
    );
    expect(renderDiffRemediation({ ...remediation, after: remediation.before }, options)).toBe("");
  });

  it("closes with a table of packs", () => {
    expect(renderPolicyPacks(summary({}), plain)).toBe("");
    expect(renderPolicyPacks(summary({ analyzerA: "1.0.0" }), plain)).toBe(
      "\nPolicy Packs run:\n    Name       Version\n    analyzerA  1.0.0\n",
    );
  });
});

describe("a display", () => {
  const events: EngineEvent[] = [
    { kind: "policy-load" },
    { kind: "policy-load" },
    { kind: "prelude", config: {} },
    remediation,
    { kind: "policy-violation", violation: violation() },
    { ...{ kind: "policy-summary", phase: "analyze", urn, ...pack }, passed: [], failed: [] },
    summary({ analyzerA: "1.0.0" }),
  ];
  function show(kind: "progress" | "diff", told: readonly EngineEvent[]): string {
    let text = "";
    const display = createDisplay({
      ...{ kind, operation: "update", preview: false, project: "test", stack: "test", paint: plain },
      ...{ color: "never", isTerminal: false, showSames: false, showReads: false },
      ...{ showReplacementSteps: false, suppressOutputs: false, suppressProgress: false },
      write: (part) => {
        text += part;
      },
      now: () => new Date(0),
    });
    for (const event of told) display.listener(event);
    display.close();
    return text;
  }

  it("of progress ends with the refusal instead of the counts", () => {
    const text = show("progress", events);
    expect(text).toContain("Loading policy packs...: starting\nLoading policy packs...: done\n");
    expect(text.split("Loading policy packs...: starting")).toHaveLength(2);
    expect(text).toContain(
      "Policies:\n    ❌ analyzerA@v1.0.0\n        - [remediate]  real-deal  (1 resource)\n",
    );
    expect(text).not.toContain("Resources:");
    const admitted = show("progress", [summary({ analyzerA: "1.0.0" })]);
    expect(admitted).toContain("    ✅ analyzerA@v1.0.0\n\nResources:\n    + 1 created\n");
  });

  it("of differences tells both on the way", () => {
    const text = show("diff", events);
    expect(text).toContain("[remediate]  real-deal");
    expect(text).toContain("[mandatory] [severity: high]  always-fails");
    expect(text).toContain("Policy Packs run:");
  });
});

describe("the event log", () => {
  const json = (event: EngineEvent, color = "never") => {
    const { sequence, timestamp, ...body } = renderEventJson(event, { sequence: 0, timestamp: 0, color });
    expect([sequence, timestamp]).toEqual([0, 0]);
    return body;
  };
  const packFields = {
    ...{ policyPackName: "analyzerA", policyPackVersion: "1.0.0", policyPackVersionTag: "1.0.0" },
  };

  it("has violations in the official form", () => {
    const event = { kind: "policy-violation", violation: violation() } as const;
    const told = {
      ...{ resourceUrn: urn, policyName: "always-fails", ...packFields },
      ...{ enforcementLevel: "mandatory", severity: "high" },
    };
    expect(json(event)).toEqual({ policyEvent: { ...told, message: "a policy failed\n", color: "never" } });
    expect(json(event, "raw")).toEqual({
      policyEvent: { ...told, message: "<{%reset%}>a policy failed<{%reset%}>\n", color: "raw" },
    });
    const bare = json({ kind: "policy-violation", violation: violation({ urn: "", severity: "" }) });
    expect(Object.keys(bare["policyEvent"] as object)).not.toContain("resourceUrn");
    expect(Object.keys(bare["policyEvent"] as object)).not.toContain("severity");
  });

  it("has remediations with secrets hidden", () => {
    const secret = { ...remediation, urn: "", before: {}, after: { key: new Secret("hunter2") } };
    expect(JSON.stringify(json(secret))).not.toContain("hunter2");
    expect(json(remediation)).toEqual({
      policyRemediationEvent: {
        ...{ resourceUrn: urn, color: "raw", policyName: "real-deal", ...packFields },
        before: { a: "nope", ggg: true },
        after: { a: "foo", fff: true, z: "bar" },
      },
    });
    expect(Object.keys(json({ ...secret, after: {} })["policyRemediationEvent"] as object)).not.toContain(
      "after",
    );
  });

  it("has a summary for each thing a pack did", () => {
    const told = { kind: "policy-summary", ...pack, passed: ["a"], failed: [] } as const;
    expect(json({ ...told, phase: "remediate", urn })).toEqual({
      policyRemediateSummaryEvent: { resourceUrn: urn, ...packFields, passed: ["a"] },
    });
    expect(json({ ...told, phase: "analyze", urn, passed: [], failed: ["b"] })).toEqual({
      policyAnalyzeSummaryEvent: { resourceUrn: urn, ...packFields, failed: ["b"] },
    });
    expect(json({ ...told, phase: "analyze-stack", urn: "" })).toEqual({
      policyAnalyzeStackSummaryEvent: { ...packFields, passed: ["a"] },
    });
  });
});
