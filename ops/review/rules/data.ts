import { findHolding, isDrawnSecret } from "../../change-class/stateful-types.ts";
import { endsObject } from "../change.ts";
import { leavesOf } from "../values.ts";
import type { Rule } from "./rule.ts";

/** Data that would be gone. */
export const dataRules: readonly Rule[] = [
  {
    id: "stateful-replaced",
    level: "danger",
    about: "something that holds data is replaced: the new one is empty",
    find: ({ op, type, replaceKeys, old }) => {
      const holding = findHolding(type, old?.inputs);
      if (op !== "replace" || holding === undefined) return undefined;
      const because = replaceKeys.length === 0 ? "" : ` (${replaceKeys.join(", ")})`;
      const kept = old?.retainOnDelete === true ? "; the old one stays on disk, unused" : "";
      return `replaced${because}: ${holding.holds} is not in the new one${kept}`;
    },
  },
  {
    id: "stateful-deleted",
    level: "danger",
    about: "something that holds data is deleted",
    find: ({ op, type, old }) => {
      const holding = findHolding(type, old?.inputs);
      if (holding === undefined || !op.startsWith("delete")) return undefined;
      return old?.retainOnDelete === true
        ? `no longer managed: ${holding.holds} stays, and nobody looks after it`
        : `deleted: ${holding.holds} is gone`;
    },
  },
  {
    id: "secret-replaced",
    level: "review",
    about: "a password or key is drawn anew: whoever has the old one is locked out",
    find: (change) =>
      isDrawnSecret(change.type) && endsObject(change) ? "another value is drawn" : undefined,
  },
  {
    id: "schema-changed",
    level: "danger",
    about: "a validator, index or schema version changes, which documents or queries may depend on",
    find: ({ op, type, differences, old, new: state }) => {
      if (/SearchIndex$/.test(type) && (op === "replace" || op.startsWith("delete"))) {
        return `search index ${op}d: searches fail or find less until it is built`;
      }
      const versions = (values: typeof old) =>
        leavesOf(values?.inputs).filter(([path]) =>
          /(^|\.)(SCHEMA_VERSION|schemaVersion|validator)/i.test(path),
        );
      const touched = differences.some(({ path }) => /schemaVersion|SCHEMA_VERSION|validator/i.test(path));
      if (!touched) return undefined;
      const text = (values: typeof old) =>
        versions(values)
          .map(([, value]) => String(value))
          .join(", ") || "none";
      return `schema ${text(old)} → ${text(state)}`;
    },
  },
  {
    id: "stateful-restarted",
    level: "review",
    about: "a container that runs on a data volume is replaced: it is away for a while",
    find: ({ op, type, old }) => {
      if (op !== "replace" || type !== "docker:index/container:Container") return undefined;
      // A job comes to its end: nobody misses it.
      if (old?.inputs["mustRun"] === false) return undefined;
      const volumes = leavesOf(old?.inputs["volumes"]).filter(([path]) => path.endsWith("volumeName"));
      return volumes.length === 0 ? undefined : "restarted on its data volume: away meanwhile";
    },
  },
  {
    id: "deleted",
    level: "review",
    about: "something without data is deleted",
    find: ({ op, type, old }) =>
      op === "delete" && findHolding(type, old?.inputs) === undefined && !isDrawnSecret(type)
        ? "deleted"
        : undefined,
  },
];
