import type { DriftFinding, DriftReport } from "../../../contracts/drift.ts";
import { findNearest } from "../../arguments.ts";
import { UserError } from "../../errors.ts";

/** The findings with these ids, those that are ignored included. @throws UserError `finding-unknown`, `usage` */
export function selectFindings(report: DriftReport, ids: readonly string[], all: boolean): DriftFinding[] {
  if (all && ids.length > 0) {
    throw new UserError("usage", "--all and ids do not go together", { help: "give one of them" });
  }
  if (all) return [...report.findings];
  if (ids.length === 0) {
    throw new UserError("usage", "which finding? no id is given", {
      help: `./infra drift ${report.stack} lists them; revert takes --all too`,
    });
  }
  const known = [...report.findings, ...report.ignored.map(({ finding }) => finding)];
  return ids.map((id) => {
    const found = known.find((finding) => finding.id === id);
    if (found !== undefined) return found;
    const nearest = findNearest(
      id,
      known.map((finding) => finding.id),
    );
    throw new UserError("finding-unknown", `the review of ${report.stack} finds nothing called ${id}`, {
      help:
        nearest === undefined ? `./infra drift ${report.stack} lists the ids` : `did you mean ${nearest}?`,
    });
  });
}
