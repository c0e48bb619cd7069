import type { EngineEvent } from "../events.ts";
import type { JsonValue } from "../state/go-json.ts";
import { encodeBlind } from "./encode-blind.ts";

type JsonObject = { readonly [key: string]: JsonValue };
type PolicyEvent = Extract<EngineEvent, { kind: `policy-${string}` }>;
type BodyOf<Kind extends PolicyEvent["kind"]> = Extract<PolicyEvent, { kind: Kind }>;

/** Events about policies, as the event log has them. */
export function policyBody(event: PolicyEvent, color: string): JsonObject {
  switch (event.kind) {
    case "policy-load":
      return { policyLoadEvent: {} };
    case "policy-violation":
      return { policyEvent: violationBody(event, color) };
    case "policy-remediation":
      return { policyRemediationEvent: remediationBody(event) };
    case "policy-summary":
      return { [SUMMARY_NAMES[event.phase]]: summaryBody(event) };
  }
}

const SUMMARY_NAMES = {
  remediate: "policyRemediateSummaryEvent",
  analyze: "policyAnalyzeSummaryEvent",
  "analyze-stack": "policyAnalyzeStackSummaryEvent",
} as const;

function packFields(pack: string, version: string): JsonObject {
  return { policyPackName: pack, policyPackVersion: version, policyPackVersionTag: version };
}

function violationBody({ violation }: BodyOf<"policy-violation">, color: string): JsonObject {
  const { urn, message, policy, pack, packVersion, enforcementLevel, severity } = violation;
  const isPlain = color === "never";
  return {
    ...(urn === "" ? {} : { resourceUrn: urn }),
    message: isPlain ? `${message}\n` : `<{%reset%}>${message}<{%reset%}>\n`,
    color: isPlain ? color : "raw",
    policyName: policy,
    ...packFields(pack, packVersion),
    enforcementLevel,
    ...(severity === "" ? {} : { severity }),
  };
}

function remediationBody(event: BodyOf<"policy-remediation">): JsonObject {
  const { urn, policy, pack, packVersion, before, after } = event;
  return {
    ...(urn === "" ? {} : { resourceUrn: urn }),
    color: "raw",
    policyName: policy,
    ...packFields(pack, packVersion),
    ...(Object.keys(before).length === 0 ? {} : { before: encodeBlind(before) }),
    ...(Object.keys(after).length === 0 ? {} : { after: encodeBlind(after) }),
  };
}

function summaryBody({
  phase,
  urn,
  pack,
  packVersion,
  passed,
  failed,
}: BodyOf<"policy-summary">): JsonObject {
  return {
    ...(phase === "analyze-stack" ? {} : { resourceUrn: urn }),
    ...packFields(pack, packVersion),
    ...(passed.length === 0 ? {} : { passed: [...passed] }),
    ...(failed.length === 0 ? {} : { failed: [...failed] }),
  };
}
