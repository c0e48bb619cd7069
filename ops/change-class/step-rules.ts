import { isReproducible } from "../../contracts/reproducible.ts";
import { findHolding, isDrawnSecret } from "./stateful-types.ts";

/** How much of what is there a change can cost: nothing, data or a secret; or it cannot be made. */
export type ChangeClass = "safe" | "lossy" | "impossible";

type Values = { readonly [property: string]: unknown };

/** A resource before or after a step. */
export interface StepSide {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly inputs: Values;
}

/** What an engine plans for one resource, as far as its class depends on it. */
export interface ClassableStep {
  readonly op: string;
  /** Type token. */
  readonly type: string;
  readonly differences: readonly { readonly path: string }[];
  /** Properties that make it a replacement. */
  readonly replaceKeys: readonly string[];
  readonly old?: StepSide;
  readonly new?: StepSide;
}

/** What a change of certain resources means; the first that fits is taken. */
export interface StepRule {
  readonly types: (type: string) => boolean;
  readonly ops: readonly string[];
  readonly when?: (step: ClassableStep) => boolean;
  readonly class: ChangeClass;
  readonly why: string | ((step: ClassableStep) => string);
}

const REMOVES = ["delete", "replace"];
const any = () => true;
const canHoldData = (type: string) => findHolding(type) !== undefined;
const holdsData = ({ type, old }: ClassableStep) => findHolding(type, old?.inputs) !== undefined;
const oneOf = (pattern: RegExp) => (type: string) => pattern.test(type);
const VOLUME = oneOf(/^docker:index\/volume:Volume$/);
const CONTAINER = oneOf(/^docker:index\/container:Container$/);
const CLUSTER = oneOf(/^mongodbatlas:index\/(advancedCluster:AdvancedCluster|cluster:Cluster)$/);
const INSTANCE = oneOf(/^aura:index:Instance$/);
const BACKUPS = oneOf(/^mongodbatlas:index\/cloudBackupSchedule:/);
const CLAIM = oneOf(/^kubernetes:core\/v1:(PersistentVolumeClaim|PersistentVolume)$/);

/** The one table of what a step costs; what undoing it costs is read off it, too. */
export const stepRules: readonly StepRule[] = [
  { types: any, ops: ["same"], class: "safe", why: "stays as it is" },
  {
    types: any,
    ops: REMOVES,
    when: removesProtected,
    class: "impossible",
    why: "it is protected, and the engine removes nothing that is",
  },
  {
    types: CLUSTER,
    ops: ["update"],
    when: isOlderVersion("mongoDbMajorVersion"),
    class: "impossible",
    why: "a store downgrade: Atlas takes no cluster back to an older MongoDB",
  },
  {
    types: INSTANCE,
    ops: ["update"],
    when: isOlderVersion("version"),
    class: "impossible",
    why: "a store downgrade: Aura takes no instance back to an older Neo4j",
  },
  {
    types: CLAIM,
    ops: ["update"],
    when: (step) => requestedBytes(step.new) < requestedBytes(step.old),
    class: "impossible",
    why: "a volume claim cannot shrink",
  },
  {
    types: BACKUPS,
    ops: ["update"],
    when: differsIn(/retention|restoreWindowDays|policyItem/),
    class: "lossy",
    why: "data snapshots that are older than a shorter retention are deleted",
  },
  {
    types: CLUSTER,
    ops: ["update"],
    when: differsIn(/^(backupEnabled|pitEnabled)/),
    class: "lossy",
    why: "what was backed up until now may be deleted",
  },
  {
    types: VOLUME,
    ops: ["delete"],
    when: ({ old }) => old?.retainOnDelete === true,
    class: "safe",
    why: "the volume stays on the machine with its data",
  },
  {
    types: canHoldData,
    ops: ["replace"],
    when: holdsData,
    class: "lossy",
    why: ({ type, replaceKeys }) =>
      `another one is made, for ${replaceKeys.join(", ") || "what differs"} cannot be changed; gone with the old one: ${heldBy(type)}`,
  },
  {
    types: canHoldData,
    ops: ["delete"],
    when: holdsData,
    class: "lossy",
    why: ({ type }) => `gone with it: ${heldBy(type)}`,
  },
  { types: BACKUPS, ops: REMOVES, class: "lossy", why: "data snapshots go with it" },
  {
    types: isDrawnSecret,
    ops: ["create", "replace"],
    class: "lossy",
    why: "a new value is drawn: what keeps the recorded one has to be told",
  },
  { types: isDrawnSecret, ops: ["delete"], class: "lossy", why: "the value is gone for good" },
  {
    types: CONTAINER,
    ops: ["replace", "update"],
    when: (step) => isStore(step) && step.old?.inputs["image"] !== step.new?.inputs["image"],
    class: "lossy",
    why: "another build of a store opens data that this one wrote",
  },
  {
    types: CONTAINER,
    ops: ["replace"],
    when: isStore,
    class: "safe",
    why: "the container is made again; its data is in a volume",
  },
  { types: any, ops: ["create"], class: "safe", why: "is made again" },
  { types: any, ops: ["update"], class: "safe", why: "is changed in place" },
  { types: any, ops: ["replace"], class: "safe", why: "is made again; it holds no data" },
  { types: any, ops: ["delete"], class: "safe", why: "is taken away; it holds no data" },
  { types: any, ops: ["import", "read"], class: "safe", why: "is only looked at" },
];

function heldBy(type: string): string {
  return findHolding(type)?.holds ?? "its data";
}

function differsIn(path: RegExp): (step: ClassableStep) => boolean {
  return ({ differences }) => differences.some((difference) => path.test(difference.path));
}

/** True of a step that the engine refuses. */
export function removesProtected({ op, old }: ClassableStep): boolean {
  return REMOVES.includes(op) && old?.protect === true;
}

/** A service (not a job) that writes to a volume what the program cannot make again. */
function isStore({ old }: ClassableStep): boolean {
  const { restart, volumes = [] } = old?.inputs ?? {};
  return (
    restart !== "no" &&
    !isReproducible(old?.inputs) &&
    (volumes as readonly { volumeName?: unknown; readOnly?: unknown }[]).some(
      ({ volumeName, readOnly }) => volumeName !== undefined && readOnly !== true,
    )
  );
}

function isOlderVersion(property: string): (step: ClassableStep) => boolean {
  return ({ old, new: next }) => {
    const [before, after] = [old?.inputs[property], next?.inputs[property]].map((text) =>
      Number.parseFloat(String(text)),
    );
    return before !== undefined && after !== undefined && after < before;
  };
}

const UNITS: { readonly [suffix: string]: number } = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

function requestedBytes(state: StepSide | undefined): number {
  const spec = state?.inputs["spec"] as
    | { readonly resources?: { readonly requests?: { readonly storage?: unknown } } }
    | undefined;
  const [, digits = "", suffix = ""] =
    /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(String(spec?.resources?.requests?.storage)) ?? [];
  return digits === "" ? Number.NaN : Number(digits) * (UNITS[suffix] ?? 1);
}
