import type { DriftFinding, IgnoredDrift } from "../../../contracts/drift.ts";
import { ignoredDriftSchema } from "../../../contracts/drift.ts";
import { UserError } from "../../errors.ts";
import type { VerbArguments } from "../../verb.ts";

const ignoringSchema = ignoredDriftSchema
  .pick({ until: true, reason: true, owner: true })
  .partial({ owner: true });

/** What a person says who ignores findings. */
export interface Ignoring {
  readonly until: string;
  readonly reason: string;
  /** @default the finding's owner */
  readonly owner?: string | undefined;
}

/** `today` is a date of UTC. @throws UserError `usage` for what is missing, past or no date */
export function readIgnoring({ until, reason, owner }: VerbArguments["flags"], today: string): Ignoring {
  const help = "ignore ID --until 2027-01-31 --reason TEXT";
  if (typeof until !== "string") throw new UserError("usage", "ignore needs --until DATE", { help });
  if (typeof reason !== "string" || reason.trim() === "") {
    throw new UserError("usage", "ignore needs --reason TEXT: a reviewer reads it", { help });
  }
  const parsed = ignoringSchema.safeParse({ until, reason, owner });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError("usage", `--${String(issue?.path[0])}: ${issue?.message}`, { help });
  }
  if (parsed.data.until < today) {
    throw new UserError("usage", `--until ${until} is past: today is ${today}`, { help });
  }
  return parsed.data;
}

/** The entry of the reviewed file for a finding. */
export function toIgnored(
  finding: DriftFinding,
  { until, reason, owner = finding.owner }: Ignoring,
): IgnoredDrift {
  return {
    id: finding.id,
    what: [finding.name, finding.property].filter((part) => part !== "").join(" "),
    until,
    reason,
    owner,
    ...(finding.fingerprint !== null && { fingerprint: finding.fingerprint }),
  };
}
