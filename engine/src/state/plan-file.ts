/** Update plans as the official CLI keeps them in files. */
import type { StepOp } from "../events.ts";
import type { Alias } from "../execute/goal.ts";
import type { PlanDiff } from "../plan/plan-diff.ts";
import type { GoalPlan, ResourcePlan, UpdatePlan } from "../plan/update-plan.ts";
import { parseJson } from "./checkpoint-envelope.ts";
import { timeouts } from "./checkpoint-resource.ts";
import { encodeGoJson, JsonRecord, type JsonValue } from "./go-json.ts";
import {
  type ParsedJson,
  type ParsedObject,
  readArray,
  readBoolean,
  readObject,
  readString,
  readStrings,
} from "./json-reader.ts";
import { decodeProperties, findCiphertexts, type SecretReader } from "./property-decode.ts";
import { encodeProperties, plaintextWriter, type SecretWriter } from "./property-json.ts";
import { openSecretReader, openSecretWriter, SecretCollector } from "./secret-codec.ts";
import type { SecretsManager } from "./secrets.ts";

/** The text of a plan file. `manager` undefined shows secrets in clear, for a person who asked. */
export async function serializePlan(plan: UpdatePlan, manager: SecretsManager | undefined): Promise<string> {
  const writer = manager === undefined ? plaintextWriter : await openWriter(plan, manager);
  return `${encodeGoJson(planJson(plan, writer), { indent: 4 })}\n`;
}

async function openWriter(plan: UpdatePlan, manager: SecretsManager): Promise<SecretWriter> {
  const collector = new SecretCollector();
  planJson(plan, collector);
  return openSecretWriter(collector.found, manager);
}

function planJson({ manifest, config, resources }: UpdatePlan, secrets: SecretWriter): JsonValue {
  const { time, magic, version } = manifest;
  const plans = [...resources].map(([urn, plan]) => [urn, resourceJson(plan, secrets)] as const);
  return new JsonRecord([
    [
      "manifest",
      new JsonRecord([
        ["time", time],
        ["magic", magic],
        ["version", version],
      ]),
    ],
    ["config", Object.keys(config).length === 0 ? undefined : (config as { [key: string]: JsonValue })],
    ["resourcePlans", plans.length === 0 ? undefined : Object.fromEntries(plans)],
  ]);
}

function resourceJson({ goal, ops, outputs, seed }: ResourcePlan, secrets: SecretWriter): JsonRecord {
  return new JsonRecord([
    ["goal", goal && goalJson(goal, secrets)],
    ["steps", list(ops)],
    ["state", outputs === undefined ? null : encodeProperties(outputs, secrets)],
    ["seed", seed && Buffer.from(seed).toString("base64")],
  ]);
}

function goalJson(goal: GoalPlan, secrets: SecretWriter): JsonRecord {
  const { propertyDependencies } = goal;
  return new JsonRecord([
    ["type", goal.type],
    ["name", goal.name],
    ["custom", goal.custom],
    ["inputDiff", diffJson(goal.inputDiff, secrets)],
    ["outputDiff", diffJson(goal.outputDiff, secrets)],
    ["parent", goal.parent || undefined],
    ["protect", goal.protect],
    ["dependencies", list(goal.dependencies)],
    ["provider", goal.provider || undefined],
    [
      "propertyDependencies",
      Object.keys(propertyDependencies).length === 0 ? undefined : propertyDependencies,
    ],
    ["deleteBeforeReplace", goal.deleteBeforeReplace],
    ["ignoreChanges", list(goal.ignoreChanges)],
    ["additionalSecretOutputs", list(goal.additionalSecretOutputs)],
    ["structuredAliases", list(goal.aliases.map(aliasJson))],
    ["id", goal.importId || undefined],
    ["customTimeouts", timeouts.write(goal.customTimeouts, secrets) ?? {}],
  ]);
}

function list(items: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return items.length === 0 ? undefined : items;
}

function diffJson({ adds, deletes, updates }: PlanDiff, secrets: SecretWriter): JsonRecord {
  const written = (map: PlanDiff["adds"]) =>
    Object.keys(map).length === 0 ? undefined : encodeProperties(map, secrets);
  return new JsonRecord([
    ["adds", written(adds)],
    ["deletes", list(deletes)],
    ["updates", written(updates)],
  ]);
}

function aliasJson(alias: Alias): JsonRecord {
  const spec = alias.kind === "spec" ? alias : undefined;
  const parent = spec?.parent;
  return new JsonRecord([
    ["URN", alias.kind === "urn" ? alias.urn : ""],
    ["Name", spec?.name ?? ""],
    ["Type", spec?.type ?? ""],
    ["Project", spec?.project ?? ""],
    ["Stack", spec?.stack ?? ""],
    ["Parent", parent === undefined || parent === "none" ? "" : parent.urn],
    ["NoParent", parent === "none"],
  ]);
}

/** Reads a plan file. @throws UserError `state-corrupt`, or that of the secrets manager. */
export async function parsePlan(text: string, manager: SecretsManager): Promise<UpdatePlan> {
  const json = readObject(parseJson(text), "plan");
  const secrets = await openSecretReader(findCiphertexts(json["resourcePlans"]), manager);
  const manifest = readObject(json["manifest"], "manifest");
  const plans = readObject(json["resourcePlans"], "resourcePlans");
  return {
    manifest: {
      time: readString(manifest["time"], "manifest.time"),
      magic: readString(manifest["magic"], "manifest.magic"),
      version: readString(manifest["version"], "manifest.version"),
    },
    config: readObject(json["config"], "config"),
    resources: new Map(
      Object.entries(plans).map(([urn, plan]) => [urn, readResourcePlan(plan, urn, secrets)]),
    ),
  };
}

function readResourcePlan(json: ParsedJson, urn: string, secrets: SecretReader): ResourcePlan {
  const where = `plan of ${urn}`;
  const { goal, steps, state, seed } = readObject(json, where);
  return {
    goal: isGiven(goal) ? readGoal(readObject(goal, where), where, secrets) : undefined,
    ops: readStrings(steps, `${where}, steps`) as readonly StepOp[],
    outputs: isGiven(state) ? decodeProperties(state, `${where}, state`, secrets) : undefined,
    seed: isGiven(seed) ? new Uint8Array(Buffer.from(readString(seed, where), "base64")) : undefined,
  };
}

function isGiven(json: ParsedJson | undefined): boolean {
  return json !== undefined && json !== null;
}

function readGoal(json: ParsedObject, where: string, secrets: SecretReader): GoalPlan {
  const text = (field: string) => readString(json[field], `${where}, ${field}`);
  const texts = (field: string) => readStrings(json[field], `${where}, ${field}`);
  const given = json["deleteBeforeReplace"];
  return {
    type: text("type"),
    name: text("name"),
    custom: readBoolean(json["custom"], `${where}, custom`),
    inputDiff: readDiff(json["inputDiff"], `${where}, inputDiff`, secrets),
    outputDiff: readDiff(json["outputDiff"], `${where}, outputDiff`, secrets),
    parent: text("parent"),
    protect: readBoolean(json["protect"], `${where}, protect`),
    dependencies: texts("dependencies"),
    provider: text("provider"),
    propertyDependencies: readLists(json["propertyDependencies"], `${where}, propertyDependencies`),
    deleteBeforeReplace: isGiven(given) ? readBoolean(given, `${where}, deleteBeforeReplace`) : undefined,
    ignoreChanges: texts("ignoreChanges"),
    additionalSecretOutputs: texts("additionalSecretOutputs"),
    aliases: readArray(json["structuredAliases"], where).map((alias) =>
      readAlias(readObject(alias, where), `${where}, structuredAliases`),
    ),
    importId: text("id"),
    customTimeouts: timeouts.read(json["customTimeouts"], `${where}, customTimeouts`, secrets),
  };
}

function readDiff(json: ParsedJson | undefined, where: string, secrets: SecretReader): PlanDiff {
  const { adds, deletes, updates } = readObject(json, where);
  return {
    adds: decodeProperties(adds, `${where}.adds`, secrets),
    deletes: readStrings(deletes, `${where}.deletes`),
    updates: decodeProperties(updates, `${where}.updates`, secrets),
  };
}

function readLists(
  json: ParsedJson | undefined,
  where: string,
): { readonly [key: string]: readonly string[] } {
  const entries = Object.entries(readObject(json, where));
  return Object.fromEntries(entries.map(([key, item]) => [key, readStrings(item, `${where}.${key}`)]));
}

function readAlias(json: ParsedObject, where: string): Alias {
  const text = (field: string) => readString(json[field], `${where}.${field}`);
  const urn = text("URN");
  if (urn !== "") return { kind: "urn", urn };
  const parent = text("Parent");
  return {
    kind: "spec",
    name: text("Name") || undefined,
    type: text("Type") || undefined,
    stack: text("Stack") || undefined,
    project: text("Project") || undefined,
    parent: readParent(readBoolean(json["NoParent"], `${where}.NoParent`), parent),
  };
}

function readParent(none: boolean, urn: string): "none" | { readonly urn: string } | undefined {
  if (none) return "none";
  return urn === "" ? undefined : { urn };
}
