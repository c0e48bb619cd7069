import { UserError } from "../../errors.ts";
import { verifyIntegrity } from "../../state/integrity.ts";
import { type PrunedResource, type Repair, repairState } from "../../state/repair-state.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type { ResourceDependency } from "../../state/resource-dependencies.ts";
import type { Command } from "../command.ts";
import { asksToConfirm, confirm } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { openStackSession } from "../stack-session.ts";
import { EDIT_NOTE } from "./edit-state.ts";

export const stateRepairCommand: Command = {
  words: ["state", "repair"],
  summary: "Mend a state whose resources are out of order, or refer to others that are gone",
  flags: {},
  examples: ["pulumi state repair --stack dev"],
  async run(args, process) {
    const { store } = await openStackSession(args, process);
    const lock = await store.lock();
    try {
      const snapshot = await store.loadUnchecked();
      const initial = problemOf(snapshot);
      if (initial === undefined) {
        printLine("The snapshot is already valid; skipping repair", process);
        return 0;
      }
      const repair = repairOrExplain(snapshot);
      if (!switchFlag(args, "yes")) process.stdout.write(renderRepair(repair));
      if (asksToConfirm(args, process) && !(await confirm(`${EDIT_NOTE}Confirm?`, process))) {
        printLine("Confirmation denied, not proceeding with state repair", process);
        return 0;
      }
      await store.save({ ...snapshot, resources: repair.resources });
      printLine("State repaired successfully", process);
      return 0;
    } finally {
      await lock.release();
    }
  },
};

function problemOf(snapshot: Snapshot): string | undefined {
  try {
    verifyIntegrity(snapshot);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function repairOrExplain(snapshot: Snapshot): Repair {
  try {
    const repair = repairState(snapshot.resources);
    const problem = problemOf({ ...snapshot, resources: repair.resources });
    if (problem === undefined) return repair;
    throw new UserError("state-not-repairable", problem);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      "state-not-repairable",
      `Failed to repair the snapshot automatically: ${error.message}`,
      {
        help:
          "Nothing was changed. Mend it by hand: pulumi stack export --file state.json, keep a copy of that file, " +
          "edit it, then pulumi stack import --file state.json.",
        cause: error,
      },
    );
  }
}

function renderRepair({ reordered, pruned }: Repair): string {
  const moved = reordered.map((resource) => `* ${nameOf(resource)}\n`).join("");
  const changed = pruned.map(renderPruned).join("");
  return [
    moved && `The following resources will be reordered to appear before their dependents:\n\n${moved}\n`,
    changed && `The following resources will be modified to remove missing dependencies:\n\n${changed}`,
    "\n",
  ].join("");
}

function nameOf(resource: ResourceState): string {
  return resource.delete ? `${resource.urn} (deleted)` : resource.urn;
}

function renderPruned({ before, after, removed }: PrunedResource): string {
  const renamed = before.urn === after.urn ? "" : `  ~ ${after.urn} [urn]\n`;
  return `~ ${nameOf(before)}\n${renamed}${removed.map((lost) => `  - ${lost.urn} [${kindText(lost)}]\n`).join("")}`;
}

function kindText({ kind, property }: ResourceDependency): string {
  switch (kind) {
    case "property":
      return `property dependency: ${property}`;
    case "deletedWith":
      return "deleted with";
    case "replaceWith":
      return "replace with";
    default:
      return kind;
  }
}
