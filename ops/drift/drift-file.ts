import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isSeq, parseDocument } from "yaml";
import {
  type DriftFile,
  type DriftFinding,
  type DriftReport,
  type IgnoredDrift,
  ignoredDriftFileSchema,
} from "../../contracts/drift.ts";
import { UserError } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";

/** Where the reviewed answers of a stack are. */
export function driftFilePath(root: string, stack: string): string {
  return join(root, "drift", `ignored.${stack}.yaml`);
}

/** Reads the reviewed file; where there is none nothing is ignored. @throws UserError `drift-file` naming each problem. */
export function readDriftFile(path: string): DriftFile {
  if (!existsSync(path)) return { owners: {}, ignored: [] };
  const document = parseDocument(readFileSync(path, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(path, [error.message]);
  const parsed = ignoredDriftFileSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  throw unreadable(
    path,
    parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`),
  );
}

function unreadable(path: string, problems: readonly string[]): UserError {
  return new UserError("drift-file", [`${path} cannot be read:`, ...problems].join("\n  "), {
    help: "mend what is named; docs/drift.md shows the file",
  });
}

/** Adds an answer, or puts it in the place of the one with its id. Comments and order of the file stay. */
export function recordIgnored(path: string, answer: IgnoredDrift): void {
  const text = existsSync(path) ? readFileSync(path, "utf8") : HEAD;
  const document = parseDocument(text);
  const list = document.get("ignored");
  if (!isSeq(list)) document.set("ignored", document.createNode([answer]));
  else {
    const index = list.items.findIndex((item) => isMap(item) && item.get("id") === answer.id);
    if (index < 0) list.add(document.createNode(answer));
    else list.set(index, document.createNode(answer));
  }
  replaceFile(path, document.toString({ lineWidth: 0 }));
}

const HEAD = `# Answers of the drift review (docs/drift.md): who answers for what, and what may stay as it is until a day.
owners: {}
ignored: []
`;

type Answered = Pick<DriftReport, "findings" | "ignored" | "stale">;

/** Parts the findings into those that want an answer and those that have one; `today` is a date of UTC. */
export function applyIgnored(
  findings: readonly DriftFinding[],
  answers: readonly IgnoredDrift[],
  today: string,
): Answered {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const judged = answers.map((answer) => ({ answer, finding: byId.get(answer.id) }));
  const whyStale = ({ answer, finding }: (typeof judged)[number]) => {
    if (answer.until < today) return "expired" as const;
    if (finding === undefined) return "unknown" as const;
    const isOther = answer.fingerprint !== undefined && answer.fingerprint !== finding.fingerprint;
    return isOther ? ("changed" as const) : undefined;
  };
  const ignored = judged.flatMap((entry) =>
    entry.finding !== undefined && whyStale(entry) === undefined
      ? [{ finding: entry.finding, answer: entry.answer }]
      : [],
  );
  const silent = new Set(ignored.map(({ finding }) => finding.id));
  return {
    findings: findings.filter(({ id }) => !silent.has(id)),
    ignored,
    stale: judged.flatMap((entry) => {
      const why = whyStale(entry);
      return why === undefined ? [] : [{ answer: entry.answer, why }];
    }),
  };
}
