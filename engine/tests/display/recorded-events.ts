import type { Diagnostic, EngineEvent, StepMetadata, StepOp } from "../../src/events.ts";
import {
  Archive,
  Asset,
  computed,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import type { PropertyDiff } from "../../src/providers/provider.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";
import type { Json } from "../corpus/observation.ts";

const signature = "4dabf18193072939515e22adb298388d";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function toValue(json: unknown): PropertyValue {
  if (json === unknown) return computed;
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json !== "object" || json === null) return json as PropertyValue;
  const object = json as Json;
  switch (object[signature]) {
    case "1b47061264138c4ac30d75fd1eb44270":
      return new Secret(Math.random());
    case "c44067f5952c0a294b673a41bacd8c17":
      return new Asset(
        "text" in object ? { text: "x" } : { path: String(object["path"]) },
        String(object["hash"]),
      );
    case "0def7320c3a5731c473e5ecbe6d01bc7":
      return new Archive({ path: String(object["path"]) }, String(object["hash"]));
    case "5cf8f73096256a8f31e491e813e4eb8e":
      return new ResourceReference(String(object["urn"]), undefined, "");
    default:
      return toMap(object);
  }
}

function toMap(json: unknown): PropertyMap {
  return Object.fromEntries(
    Object.entries((json ?? {}) as Json).map(([key, value]) => [key, toValue(value)]),
  );
}

function toState(json: unknown): ResourceState | undefined {
  if (json === null || json === undefined) return undefined;
  const fields = json as ResourceState & Json;
  return resourceState({
    ...fields,
    custom: fields.custom ?? false,
    hideDiff: (fields["hideDiffs"] ?? []) as string[],
    inputs: toMap(fields.inputs),
    outputs: toMap(fields.outputs),
  });
}

function toStep(json: Json): StepMetadata {
  const urn = String(json["urn"]);
  const diffs = json["detailedDiff"] as { [path: string]: { diffKind: string; inputDiff: boolean } } | null;
  const detailed = Object.entries(diffs ?? {}).map(
    ([path, diff]) => [path, { kind: diff.diffKind, inputDiff: diff.inputDiff } as PropertyDiff] as const,
  );
  return {
    op: json["op"] as StepOp,
    urn,
    type: String(json["type"]),
    provider: String(json["provider"]),
    old: toState(json["old"]),
    new: toState(json["new"]),
    keys: (json["keys"] ?? []) as string[],
    diffs: (json["diffs"] ?? []) as string[],
    detailedDiff: diffs === null ? undefined : Object.fromEntries(detailed),
    logical: json["logical"] === true,
    internal: /::pulumi:providers:[^:]*::default/.test(urn),
  };
}

/** Turns one line of a recorded event log back into the engine's own event. */
export function fromEventJson(json: Json): EngineEvent | undefined {
  const body = (kind: string) => json[kind] as Json | undefined;
  const step = (event: Json) => ({
    step: toStep(event["metadata"] as Json),
    planning: event["planning"] === true,
  });
  const pre = body("resourcePreEvent");
  if (pre) return { kind: "resource-pre", ...step(pre) };
  const outputs = body("resOutputsEvent");
  if (outputs) return { kind: "resource-outputs", ...step(outputs) };
  const failed = body("resOpFailedEvent");
  if (failed) {
    return {
      kind: "resource-failed",
      step: step(failed).step,
      status: failed["status"] as 0,
      steps: Number(failed["steps"]),
    };
  }
  const diagnostic = body("diagnosticEvent") as (Partial<Diagnostic> & Json) | undefined;
  if (diagnostic) {
    const defaults = {
      severity: "info" as const,
      message: "",
      urn: "",
      prefix: "",
      streamId: 0,
      ephemeral: false,
    };
    return { kind: "diagnostic", diagnostic: { ...defaults, ...diagnostic } };
  }
  const prelude = body("preludeEvent");
  if (prelude) return { kind: "prelude", config: prelude["config"] as { [key: string]: string } };
  const stdout = body("stdoutEvent");
  if (stdout) return { kind: "stdout", message: String(stdout["message"]) };
  const summary = body("summaryEvent");
  if (summary) {
    return {
      ...(summary as unknown as Extract<EngineEvent, { kind: "summary" }>),
      kind: "summary",
      policyPacks: {},
    };
  }
  return body("cancelEvent") ? { kind: "cancel" } : undefined;
}
