import { relative } from "node:path";
import type { IgnoredDrift } from "../../contracts/drift.ts";
import { findNearest } from "../arguments.ts";
import { UserError } from "../errors.ts";
import { writeReport } from "../report/write-report.ts";
import type { OpenStack } from "../stack.ts";
import type { Output, VerbArguments } from "../verb.ts";
import { acceptFinding } from "./answers/accept.ts";
import { type Ignoring, readIgnoring, toIgnored } from "./answers/ignore.ts";
import { revertFindings } from "./answers/revert.ts";
import { selectFindings } from "./answers/select.ts";
import { driftFilePath, recordIgnored } from "./drift-file.ts";
import { renderHtml } from "./report/html.ts";
import { renderMarkdown } from "./report/markdown.ts";
import { renderText } from "./report/text.ts";
import { type Review, reviewDrift } from "./review.ts";

/** Something wants an answer. */
export const DRIFTED = 3;

const ANSWERS = ["revert", "accept", "ignore"] as const;
type Answer = (typeof ANSWERS)[number];

/** An answer as it was asked for; undefined: the review alone is wanted. */
type AskedAnswer =
  | { readonly kind: "revert" | "accept" }
  | ({ readonly kind: "ignore" } & Ignoring)
  | undefined;

/** Refuses what is no answer, or not all of one, before anything is read. @throws UserError `usage` */
export function readAnswer(word: string | undefined, flags: VerbArguments["flags"]): AskedAnswer {
  if (word === undefined) return undefined;
  requireAnswer(word);
  if (word !== "ignore") return { kind: word };
  return { kind: word, ...readIgnoring(flags, new Date().toISOString().slice(0, 10)) };
}

function requireAnswer(word: string): asserts word is Answer {
  if (ANSWERS.includes(word as Answer)) return;
  const nearest = findNearest(word, ANSWERS);
  throw new UserError("usage", `drift has no answer called ${word}`, {
    help: nearest === undefined ? "the answers are revert, accept and ignore" : `did you mean ${nearest}?`,
  });
}

interface Asked {
  readonly opened: OpenStack;
  readonly answer: AskedAnswer;
  readonly ids: readonly string[];
  readonly flags: VerbArguments["flags"];
}

/** Reviews, then shows what was found or carries out the answer. Gives the exit code. */
export async function reviewAndAnswer(asked: Asked, output: Output): Promise<number> {
  output.stderr.write("comparing what is recorded with what is there …\n");
  const review = await reviewDrift({ opened: asked.opened, root: asked.opened.checkout.root, output });
  return asked.answer === undefined
    ? show(review, asked.flags, output)
    : await carryOut(asked.answer, { ...asked, review }, output);
}

function show({ report }: Review, flags: VerbArguments["flags"], output: Output): number {
  const { markdown, html, json } = flags;
  if (typeof markdown === "string") writeReport(markdown, renderMarkdown(report));
  if (typeof html === "string") writeReport(html, renderHtml(report));
  output.stdout.write(`${json === true ? JSON.stringify(report, null, 2) : renderText(report)}\n`);
  return report.findings.length === 0 ? 0 : DRIFTED;
}

type Reviewed = Asked & { readonly review: Review };

async function carryOut(answer: NonNullable<AskedAnswer>, asked: Reviewed, output: Output): Promise<number> {
  const { ids, review, opened, flags } = asked;
  const yes = flags["yes"] === true;
  const findings = selectFindings(review.report, ids, answer.kind === "revert" && flags["all"] === true);
  switch (answer.kind) {
    case "revert":
      await revertFindings({ opened, root: opened.checkout.root, review, findings, yes }, output);
      return 0;
    case "accept":
      for (const finding of findings) {
        await acceptFinding({ opened, review, finding, yes }, output);
      }
      return 0;
    case "ignore":
      return ignore(
        findings.map((finding) => toIgnored(finding, answer)),
        opened,
        output,
      );
  }
}

function ignore(entries: readonly IgnoredDrift[], { checkout, name }: OpenStack, output: Output): number {
  const path = driftFilePath(checkout.root, name);
  for (const entry of entries) recordIgnored(path, entry);
  output.stderr.write(`written to ${relative(checkout.root, path)}: commit it, so that it is reviewed\n`);
  return 0;
}
