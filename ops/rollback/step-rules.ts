/** How much of what is there a change can cost. */
export type Reversibility = "safe" | "lossy" | "impossible";

type Values = { readonly [property: string]: unknown };

/** A resource before or after a step. */
export interface UndoState {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly inputs: Values;
}

/** What an engine plans for one resource. */
export interface UndoStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Properties that make it a replacement. */
  readonly replaceKeys: readonly string[];
  readonly old?: UndoState;
  readonly new?: UndoState;
}

/** What a change of certain resources means; the first that fits is taken. */
export interface StepRule {
  readonly types: RegExp;
  readonly ops: readonly string[];
  readonly when?: (step: UndoStep) => boolean;
  readonly reversibility: Reversibility;
  readonly reason: string | ((step: UndoStep) => string);
}

const REMOVES = ["delete", "replace"];
const VOLUME = /^docker:index\/volume:Volume$/;
const CONTAINER = /^docker:index\/container:Container$/;
const CLUSTER = /^mongodbatlas:index\/(advancedCluster:AdvancedCluster|cluster:Cluster)$/;
const VENDOR_DATABASE =
  /^(mongodbatlas:index\/(project|advancedCluster|flexCluster|cluster|serverlessInstance):|aura:index:Instance$)/;
const DATA_SNAPSHOTS = /^mongodbatlas:index\/cloudBackup(Snapshot|Schedule):/;
const CLAIM = /^kubernetes:core\/v1:(PersistentVolumeClaim|PersistentVolume)$/;
const HOLDS_VOLUMES = /^kubernetes:(core\/v1:Namespace|apps\/v1:StatefulSet)$/;
const SECRET = /^random:index\/random(Password|String|Id|Bytes|Uuid):/;

export const stepRules: readonly StepRule[] = [
  {
    types: /./,
    ops: REMOVES,
    when: removesProtected,
    reversibility: "impossible",
    reason: "it is protected, and the engine removes nothing that is",
  },
  {
    types: CLUSTER,
    ops: ["update"],
    when: isOlderVersion("mongoDbMajorVersion"),
    reversibility: "impossible",
    reason: "a store downgrade: Atlas takes no cluster back to an older MongoDB",
  },
  {
    types: CLAIM,
    ops: ["update"],
    when: (step) => requestedBytes(step.new) < requestedBytes(step.old),
    reversibility: "impossible",
    reason: "a volume claim cannot shrink",
  },
  {
    types: VENDOR_DATABASE,
    ops: ["replace"],
    reversibility: "lossy",
    reason: ({ replaceKeys }) =>
      `another one is made, for ${replaceKeys.join(", ") || "what differs"} cannot be changed; its data goes with the old one`,
  },
  { types: VENDOR_DATABASE, ops: ["delete"], reversibility: "lossy", reason: "its data goes with it" },
  {
    types: DATA_SNAPSHOTS,
    ops: REMOVES,
    reversibility: "lossy",
    reason: "data snapshots go with it",
  },
  {
    types: VOLUME,
    ops: ["delete"],
    when: ({ old }) => old?.retainOnDelete === true,
    reversibility: "safe",
    reason: "the volume stays on the machine with its data",
  },
  { types: VOLUME, ops: REMOVES, reversibility: "lossy", reason: "its data goes with it" },
  { types: CLAIM, ops: REMOVES, reversibility: "lossy", reason: "its data goes with it" },
  { types: HOLDS_VOLUMES, ops: REMOVES, reversibility: "lossy", reason: "what it holds goes with it" },
  {
    types: SECRET,
    ops: ["create", "replace"],
    reversibility: "lossy",
    reason: "a new value is drawn: what keeps the recorded one has to be told",
  },
  { types: SECRET, ops: ["delete"], reversibility: "lossy", reason: "the value is gone for good" },
  {
    types: CONTAINER,
    ops: ["replace", "update"],
    when: (step) => isStore(step) && step.old?.inputs["image"] !== step.new?.inputs["image"],
    reversibility: "lossy",
    reason: "another build of a store opens data that this one wrote",
  },
  {
    types: CONTAINER,
    ops: ["replace"],
    when: isStore,
    reversibility: "safe",
    reason: "the container is made again; its data is in a volume",
  },
  { types: /./, ops: ["create"], reversibility: "safe", reason: "is made again" },
  { types: /./, ops: ["update"], reversibility: "safe", reason: "is changed in place" },
  { types: /./, ops: ["replace"], reversibility: "safe", reason: "is made again; it holds no data" },
  { types: /./, ops: ["delete"], reversibility: "safe", reason: "is taken away; it holds no data" },
  { types: /./, ops: ["import", "read"], reversibility: "safe", reason: "is only looked at" },
];

/** True of a step that the engine refuses. */
export function removesProtected({ op, old }: UndoStep): boolean {
  return REMOVES.includes(op) && old?.protect === true;
}

/** A service (not a job) that writes to a volume. */
function isStore({ old }: UndoStep): boolean {
  const { restart, volumes = [] } = old?.inputs ?? {};
  return (
    restart !== "no" &&
    (volumes as readonly { volumeName?: unknown; readOnly?: unknown }[]).some(
      ({ volumeName, readOnly }) => volumeName !== undefined && readOnly !== true,
    )
  );
}

function isOlderVersion(property: string): (step: UndoStep) => boolean {
  return ({ old, new: next }) => {
    const [before, after] = [old?.inputs[property], next?.inputs[property]].map((text) =>
      Number.parseFloat(String(text)),
    );
    return before !== undefined && after !== undefined && after < before;
  };
}

const UNITS: { readonly [suffix: string]: number } = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

function requestedBytes(state: UndoState | undefined): number {
  const spec = state?.inputs["spec"] as
    | { readonly resources?: { readonly requests?: { readonly storage?: unknown } } }
    | undefined;
  const [, digits = "", suffix = ""] =
    /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(String(spec?.resources?.requests?.storage)) ?? [];
  return digits === "" ? Number.NaN : Number(digits) * (UNITS[suffix] ?? 1);
}
