import type { DriftFinding } from "../../../contracts/drift.ts";
import type { RecordedValue } from "../../rollback/replay/recorded-value.ts";
import { ROLE_LABEL } from "../../stack-name.ts";
import { keyOf, stepsOf, topLevelOf } from "../canonical.ts";
import { valueAt } from "../engine-reading.ts";
import { labelsAt } from "../platforms/docker/declared-container.ts";
import type { ManagedResource, Plain } from "../recorded.ts";
import { findCloudSetting } from "./cloud-setting.ts";
import { likeRecorded, withValueAt } from "./live-value.ts";

/** A top-level property of a resource, and how its recorded value becomes the live one. */
export interface PropertyEdit {
  readonly property: string;
  readonly edit: (recorded: RecordedValue | undefined) => RecordedValue;
}

/** A setting that a property comes from, and what it would have to be. */
export interface SettingChange extends PropertyEdit {
  /** Keys below the project's: `["backendNode", "memory"]`. */
  readonly path: readonly string[];
  readonly value: string | number;
}

/** Sections of the settings by the role of their container. */
const SECTIONS: { readonly [role: string]: string } = {
  "backend-node": "backendNode",
  "backend-python": "backendPython",
  "backend-node-documents": "documentStore",
  "backend-python-documents": "documentStore",
  "graph-store": "graphStore",
  gateway: "gateway",
  planet: "planet",
  notebooks: "notebooks",
};

/** Port settings by role and container port, where a section has more than one. */
const PORTS: { readonly [roleAndPort: string]: string } = {
  "backend-node-documents 27017": "nodePort",
  "backend-python-documents 27017": "pythonPort",
  "graph-store 7687": "boltPort",
  "graph-store 7474": "httpPort",
};

const VARIABLES: { readonly [variable: string]: readonly string[] } = {
  LOG_LEVEL: ["logLevel"],
  PYTHON_WEIGHT: ["gateway", "pythonWeight"],
};

/** The setting behind a finding; `live` is the live value in clear. Undefined where no setting stands for it. */
export function findSetting(
  finding: Pick<DriftFinding, "kind" | "property">,
  resource: ManagedResource,
  live: string | undefined,
): SettingChange | undefined {
  if (finding.kind !== "changed" || live === undefined) return undefined;
  if (!resource.type.startsWith("docker:")) return cloudSetting(finding.property, resource, live);
  const role = labelsAt(resource.inputs)[ROLE_LABEL] ?? "";
  const key = keyOf(finding.property) ?? "";
  switch (topLevelOf(finding.property)) {
    case "memory":
    case "memorySwap":
      return memorySetting(finding.property, SECTIONS[role], Number(live));
    case "ports":
      return portSetting(role, key, live);
    case "envs":
      return variableSetting(key, live);
    default:
      return undefined;
  }
}

function cloudSetting(property: string, resource: ManagedResource, live: string): SettingChange | undefined {
  const found = findCloudSetting(resource, property, live);
  const edit = editOf(property, resource, live);
  return found && edit && { ...found, ...edit };
}

/** How a property that is one value in the state becomes the live one; undefined where it is none, or of another kind. */
export function editOf(
  property: string,
  { inputs }: Pick<ManagedResource, "inputs">,
  live: string,
): PropertyEdit | undefined {
  const value = likeRecorded(valueAt(inputs, property) as Plain | undefined, live);
  const [top = "", ...steps] = stepsOf(property);
  if (value === undefined) return undefined;
  return { property: top, edit: (recorded = null) => withValueAt(recorded, steps, value) };
}

function memorySetting(
  property: string,
  section: string | undefined,
  value: number,
): SettingChange | undefined {
  if (section === undefined || section === "gateway" || !Number.isInteger(value)) return undefined;
  return { path: [section, "memory"], value, property, edit: () => value };
}

function portSetting(role: string, port: string, live: string): SettingChange | undefined {
  const section = SECTIONS[role];
  const [internal] = port.split("/");
  const [, ip, external] = /^(.*):(\d+)$/.exec(live) ?? [];
  if (section === undefined || external === undefined) return undefined;
  const value = Number(external);
  const edit = (recorded: RecordedValue | undefined): RecordedValue =>
    listOf(recorded).map((entry) =>
      isPort(entry, internal) && entry["ip"] === ip ? { ...entry, external: value } : entry,
    );
  return { path: [section, PORTS[`${role} ${internal}`] ?? "port"], value, property: "ports", edit };
}

function isPort(
  entry: RecordedValue,
  internal: string | undefined,
): entry is { readonly [key: string]: RecordedValue } {
  return typeof entry === "object" && entry !== null && String(Reflect.get(entry, "internal")) === internal;
}

function variableSetting(variable: string, live: string): SettingChange | undefined {
  const path = VARIABLES[variable];
  if (path === undefined) return undefined;
  const edit = (recorded: RecordedValue | undefined): RecordedValue =>
    listOf(recorded).map((text) => (String(text).startsWith(`${variable}=`) ? `${variable}=${live}` : text));
  return { path, value: /^\d+$/.test(live) ? Number(live) : live, property: "envs", edit };
}

function listOf(value: RecordedValue | undefined): readonly RecordedValue[] {
  return Array.isArray(value) ? (value as readonly RecordedValue[]) : [];
}
