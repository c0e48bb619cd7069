import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { DriftFinding } from "../contracts/drift.ts";
import { acceptFinding } from "./drift/answers/accept.ts";
import { toIgnored } from "./drift/answers/ignore.ts";
import { revertFindings } from "./drift/answers/revert.ts";
import { selectFindings } from "./drift/answers/select.ts";
import { driftFilePath, recordIgnored } from "./drift/drift-file.ts";
import { renderHtml } from "./drift/report/html.ts";
import { renderMarkdown } from "./drift/report/markdown.ts";
import { renderText } from "./drift/report/text.ts";
import { type Review, reviewDrift } from "./drift/review.ts";
import { UserError } from "./errors.ts";
import { root } from "./paths.ts";
import { type OpenStack, openStack, stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

/** Something wants an answer. */
const DRIFTED = 3;

export const driftVerb: Verb = {
  name: "drift",
  usage: "STACK [revert|accept|ignore ID…]",
  summary: "what differs live from what is recorded, why, and whose it is; three answers for each",
  flags: {
    ...stackFlags,
    markdown: { type: "string", summary: "write the review to this file as Markdown" },
    html: { type: "string", summary: "write the review to this file as a page" },
    all: { type: "boolean", default: false, summary: "revert: everything that was found" },
    yes: { type: "boolean", default: false, summary: "revert, accept: do not ask" },
    until: { type: "string", summary: "ignore: last day that it holds, for example 2027-01-31" },
    reason: { type: "string", summary: "ignore: why" },
    owner: { type: "string", summary: "ignore: who answers for it (default: the finding's owner)" },
  },
  examples: [
    "./infra drift dev",
    "./infra drift cloud --json --markdown drift.md",
    "./infra drift dev revert d-0a1b2c3d",
    "./infra drift dev accept d-0a1b2c3d",
    './infra drift dev ignore d-0a1b2c3d --until 2027-01-31 --reason "load test"',
  ],
  exitCodes: {
    0: "nothing wants an answer; or the answer was carried out",
    [DRIFTED]: "drift wants an answer",
  },
  async run(args, output) {
    const [, answer, ...ids] = args.positionals;
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    output.stderr.write("comparing what is recorded with what is there …\n");
    const review = await reviewDrift(opened, output, new Date());
    if (answer === undefined) return show(review, args, output);
    return await runAnswer({ answer, ids, review, opened, args }, output);
  },
};

function show({ report }: Review, args: VerbArguments, output: Output): number {
  const { markdown, html, json } = args.flags;
  if (typeof markdown === "string") writeFileSync(markdown, renderMarkdown(report));
  if (typeof html === "string") writeFileSync(html, renderHtml(report));
  output.stdout.write(`${json === true ? JSON.stringify(report, null, 2) : renderText(report)}\n`);
  return report.findings.length === 0 ? 0 : DRIFTED;
}

interface Asked {
  readonly answer: string;
  readonly ids: readonly string[];
  readonly review: Review;
  readonly opened: OpenStack;
  readonly args: VerbArguments;
}

async function runAnswer(asked: Asked, output: Output): Promise<number> {
  const { answer, ids, review, opened, args } = asked;
  const { report } = review;
  const yes = args.flags["yes"] === true;
  const findings = () => selectFindings(report, ids, answer === "revert" && args.flags["all"] === true);
  switch (answer) {
    case "revert":
      await revertFindings({ opened, review, findings: findings(), yes }, output);
      return 0;
    case "accept":
      for (const finding of findings()) await acceptFinding({ opened, review, finding, yes }, output);
      return 0;
    case "ignore":
      return ignore(findings(), asked, output);
    default:
      throw new UserError("usage", `drift has no answer called ${answer}`, {
        help: "the answers are revert, accept and ignore",
      });
  }
}

function ignore(findings: readonly DriftFinding[], { opened, args, review }: Asked, output: Output): number {
  const { until, reason, owner } = args.flags;
  const today = review.report.at.slice(0, 10);
  const entries = findings.map((finding) => toIgnored(finding, { until, reason, owner, today }));
  const path = driftFilePath(root, opened.name);
  for (const entry of entries) recordIgnored(path, entry);
  output.stderr.write(`written to ${relative(root, path)}: commit it, so that it is reviewed\n`);
  return 0;
}
