import { findHolding, isDrawnSecret } from "./stateful-types.ts";

/** How a change can be undone: without a trace, at the price of data, or not at all. */
export type ChangeClass = "safe" | "lossy" | "impossible";

/** A change as far as undoing it depends on it. */
export interface UndoableChange {
  /** A step's op: `create`, `update`, `replace`, `delete` … */
  readonly op: string;
  /** Type token. */
  readonly type: string;
  /** Paths of the properties that differ. */
  readonly paths: readonly string[];
}

export interface Classified {
  readonly class: ChangeClass;
  /** Empty for what is safe. */
  readonly why: string;
}

const SAFE: Classified = { class: "safe", why: "" };

/** Properties that go one way. */
const ONE_WAY: readonly { readonly type: RegExp; readonly path: RegExp; readonly why: string }[] = [
  {
    type: /^mongodbatlas:.*Cluster$/,
    path: /^mongoDbMajorVersion/,
    why: "a newer major version of MongoDB does not go back",
  },
  {
    type: /^aura:index:Instance$/,
    path: /^version$/,
    why: "a newer version of Neo4j does not go back",
  },
];

/** Properties whose change deletes something at once. */
const COSTS_DATA: readonly { readonly type: RegExp; readonly path: RegExp; readonly why: string }[] = [
  {
    type: /^mongodbatlas:.*CloudBackupSchedule$/,
    path: /retention|restoreWindowDays|policyItem/,
    why: "data snapshots that are older than a shorter retention are deleted",
  },
  {
    type: /^mongodbatlas:.*AdvancedCluster$/,
    path: /^(backupEnabled|pitEnabled)/,
    why: "what was backed up until now may be deleted",
  },
];

/** Says how a change can be undone; pure. */
export function classifyChange(change: UndoableChange): Classified {
  const { op, type, paths } = change;
  const holding = findHolding(type);
  if (isOp(op, "create")) {
    return holding === undefined ? SAFE : lossy(`undoing it deletes what was put there: ${holding.holds}`);
  }
  if (isOp(op, "replace") || isOp(op, "delete")) return classifyEnd(type);
  const matches = (rows: typeof ONE_WAY) =>
    rows.find((row) => row.type.test(type) && paths.some((path) => row.path.test(path)));
  const oneWay = matches(ONE_WAY);
  if (oneWay !== undefined) return { class: "impossible", why: oneWay.why };
  const costly = matches(COSTS_DATA);
  return costly === undefined ? SAFE : lossy(costly.why);
}

/** The object of before is gone. */
function classifyEnd(type: string): Classified {
  const holding = findHolding(type);
  if (holding !== undefined) {
    const { holds, comesBack } = holding;
    return comesBack === "never"
      ? { class: "impossible", why: `${holds} cannot be brought back` }
      : lossy(`${holds} comes back only ${comesBack}`);
  }
  if (isDrawnSecret(type)) return lossy("the value of before comes back only from the release's record");
  return SAFE;
}

function lossy(why: string): Classified {
  return { class: "lossy", why };
}

/** `create` and `create-replacement` alike. */
function isOp(op: string, wanted: string): boolean {
  return op === wanted || op.startsWith(`${wanted}-`);
}
