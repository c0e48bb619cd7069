import { describe, expect, it } from "vitest";
import { withoutConfigSecrets } from "../../src/cli/redact-events.ts";
import type { EngineEvent } from "../../src/events.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../src/protocol/signatures.ts";
import { resourceState } from "../../src/state/resource.ts";

const config = { values: { "p:key": "hush-hush", "p:open": "door" }, secretKeys: ["p:key"] };

function told(event: EngineEvent): EngineEvent {
  let seen: EngineEvent | undefined;
  withoutConfigSecrets((e) => {
    seen = e;
  }, config)(event);
  if (seen === undefined) throw new Error("nothing was told");
  return seen;
}

describe("withoutConfigSecrets", () => {
  it("hides secret values in states, however deep", () => {
    const urn = "urn:pulumi:dev::p::x:y:Z::a";
    const inputs = {
      text: "say hush-hush",
      list: ["hush-hush", { deep: "hush-hush" }],
      n: 1,
      s: new Secret("x"),
    };
    const step = {
      ...{ op: "update" as const, urn, type: "x:y:Z", provider: "", old: undefined },
      ...{ keys: [], diffs: [], detailedDiff: undefined, logical: true, internal: false },
      new: resourceState({ urn, type: "x:y:Z", custom: true, inputs, outputs: { door: "door" } }),
    };
    for (const kind of ["resource-pre", "resource-outputs"] as const) {
      const event = told({ kind, step, planning: false });
      expect(event).toMatchObject({
        step: {
          old: undefined,
          new: {
            inputs: { text: "say [secret]", list: ["[secret]", { deep: "[secret]" }], n: 1 },
            outputs: { door: "door" },
          },
        },
      });
    }
    const failed = told({ kind: "resource-failed", step, status: 0, steps: 0 });
    expect(JSON.stringify(failed)).not.toContain("hush");
  });

  it("hides them in messages", () => {
    expect(told({ kind: "stdout", message: "hush-hush" })).toEqual({ kind: "stdout", message: "[secret]" });
    const diagnostic = {
      severity: "info" as const,
      message: "hush-hush",
      urn: "",
      prefix: "",
      streamId: 0,
      ephemeral: false,
    };
    expect(told({ kind: "diagnostic", diagnostic })).toMatchObject({ diagnostic: { message: "[secret]" } });
    const place = { urn: "", policy: "p", pack: "q", packVersion: "" };
    const violation = { ...place, message: "hush-hush", enforcementLevel: "advisory", severity: "" } as const;
    expect(told({ kind: "policy-violation", violation })).toMatchObject({
      violation: { message: "[secret]" },
    });
    const [before, after] = [{ a: "hush-hush" }, { a: "door" }];
    expect(told({ kind: "policy-remediation", ...place, before, after })).toMatchObject({
      before: { a: "[secret]" },
      after: { a: "door" },
    });
    expect(told({ kind: "cancel" })).toEqual({ kind: "cancel" });
  });

  it("stays out of the way where there is no secret", () => {
    const seen: EngineEvent[] = [];
    const event: EngineEvent = { kind: "stdout", message: "hush-hush" };
    withoutConfigSecrets((told) => seen.push(told), { values: {}, secretKeys: [] })(event);
    expect(seen[0]).toBe(event);
  });

  it("cuts messages that print values as the wire has them, also where no configuration is secret", () => {
    const text = `answer: a,1,key,,,${SIGNATURE_KEY},,,${SECRET_SIGNATURE},value,,,made-up`;
    const diagnostic = {
      ...{ severity: "debug" as const, message: text, urn: "", prefix: "", streamId: 0, ephemeral: false },
    };
    const expected = `answer: a,1,key,,,${SIGNATURE_KEY},,,[secret]`;
    for (const secretKeys of [[], ["p:key"]]) {
      const seen: EngineEvent[] = [];
      const listener = withoutConfigSecrets((event) => seen.push(event), { ...config, secretKeys });
      listener({ kind: "diagnostic", diagnostic });
      listener({ kind: "stdout", message: "open" });
      expect(seen).toEqual([
        { kind: "diagnostic", diagnostic: { ...diagnostic, message: expected } },
        { kind: "stdout", message: "open" },
      ]);
    }
  });
});
