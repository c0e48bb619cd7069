import { leavesOf, SECRET, type Value, valueAt } from "../values.ts";
import type { Rule } from "./rule.ts";

/** Switches that guard data: on before, off after. */
const GUARDS =
  /(^|\.)(terminationProtectionEnabled|backupEnabled|pitEnabled|retainBackupsEnabled|auditAuthorizationSuccess|deletionProtection)$/;

/** What keeps data, and secrets, from harm. */
export const safeguardRules: readonly Rule[] = [
  {
    id: "protection-removed",
    level: "danger",
    about: "what could not be deleted by mistake can be now",
    find: ({ op, old, new: state }) => {
      if (old?.protect !== true) return undefined;
      if (op.startsWith("delete")) return "protected, and to be deleted";
      return state?.protect === false ? "protection removed" : undefined;
    },
  },
  {
    id: "safeguard-off",
    level: "danger",
    about: "backups, point-in-time restore, termination protection or auditing is switched off",
    find: ({ old, new: state, type, op }) => {
      if (op === "delete" && /(Auditing|CloudBackupSchedule|EncryptionAtRest)$/.test(type)) {
        return `${type.split(":").pop()} is gone`;
      }
      const off = changedLeaves(old?.inputs, state?.inputs).filter(
        ({ path, was, is }) =>
          (GUARDS.test(path) || (path === "enabled" && /Auditing$/.test(type))) &&
          was === true &&
          is !== true,
      );
      return off.length === 0 ? undefined : `switched off: ${off.map(({ path }) => path).join(", ")}`;
    },
  },
  {
    id: "encryption-weakened",
    level: "danger",
    about: "encryption at rest or in transit becomes weaker",
    find: ({ old, new: state }) => {
      const weaker = changedLeaves(old?.inputs, state?.inputs).find(({ path, was, is }) => {
        if (path === "encryptionAtRestProvider") return was !== "NONE" && (is === undefined || is === "NONE");
        return /minimumEnabledTlsProtocol$/i.test(path) && String(is) < String(was);
      });
      return weaker && `${weaker.path}: ${String(weaker.was)} → ${String(weaker.is ?? "none")}`;
    },
  },
  {
    id: "retention-shortened",
    level: "danger",
    about: "data snapshots or logs are kept for less long",
    find: ({ old, new: state }) => {
      const shorter = changedLeaves(old?.inputs, state?.inputs).filter(
        ({ path, was, is }) =>
          /(retentionValue|retentionInDays|restoreWindowDays|retention)$/i.test(path) &&
          typeof was === "number" &&
          (typeof is === "number" ? is < was : is === undefined),
      );
      if (shorter.length === 0) return undefined;
      return shorter
        .map(({ path, was, is }) => `${path}: ${String(was)} → ${String(is ?? "none")}`)
        .join(", ");
    },
  },
  {
    id: "secret-in-clear",
    level: "danger",
    about: "a value that was secret is readable in the state and in previews",
    find: ({ old, new: state }) => {
      const clear = leavesOf(old?.inputs)
        .filter(([, value]) => value === SECRET)
        .map(([path]) => ({ path, is: valueAt(state?.inputs, path.split(".")) }))
        .find(({ is }) => is !== undefined && !containsSecret(is));
      return clear && `${clear.path} is in clear`;
    },
  },
];

function containsSecret(value: Value): boolean {
  const leaves = leavesOf(value);
  return leaves.length === 0 || leaves.some(([, leaf]) => leaf === SECRET || leaf === "[unknown]");
}

export interface ChangedLeaf {
  readonly path: string;
  readonly was: Value;
  readonly is: Value | undefined;
}

/** Leaves of before that are another now, or gone. */
export function changedLeaves(before: Value | undefined, after: Value | undefined): ChangedLeaf[] {
  if (before === undefined || after === undefined) return [];
  return leavesOf(before).flatMap(([path, was]) => {
    const is = valueAt(after, path.split("."));
    return is === was || is === "[unknown]" ? [] : [{ path, was, is }];
  });
}
