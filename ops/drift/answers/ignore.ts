import type { DriftFinding, IgnoredDrift } from "../../../contracts/drift.ts";
import { ignoredDriftSchema } from "../../../contracts/drift.ts";
import { UserError } from "../../errors.ts";

export interface IgnoreAnswer {
  readonly until: unknown;
  readonly reason: unknown;
  /** @default the finding's owner */
  readonly owner: unknown;
  /** Today, as a date of UTC. */
  readonly today: string;
}

/** The entry of the reviewed file for a finding. @throws UserError `usage` for what is missing, past or no date */
export function toIgnored(finding: DriftFinding, given: IgnoreAnswer): IgnoredDrift {
  const { until, reason, owner = finding.owner, today } = given;
  const help = "ignore ID --until 2027-01-31 --reason TEXT";
  if (typeof until !== "string") throw new UserError("usage", "ignore needs --until DATE", { help });
  if (typeof reason !== "string" || reason.trim() === "") {
    throw new UserError("usage", "ignore needs --reason TEXT: a reviewer reads it", { help });
  }
  const entry = {
    id: finding.id,
    what: [finding.name, finding.property].filter((part) => part !== "").join(" "),
    until,
    reason: reason.trim(),
    owner,
    ...(finding.fingerprint !== null && { fingerprint: finding.fingerprint }),
  };
  const parsed = ignoredDriftSchema.safeParse(entry);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError("usage", `--${String(issue?.path[0])}: ${issue?.message}`, { help });
  }
  if (parsed.data.until < today) {
    throw new UserError("usage", `--until ${until} is past: today is ${today}`, { help });
  }
  return parsed.data;
}
