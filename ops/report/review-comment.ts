import { renderChain } from "../review/causes.ts";
import type { Finding } from "../review/rules.ts";
import { type StackReview, worstVerdict } from "../review/stack-review.ts";
import { renderDuration } from "./duration.ts";

/** Finds the comment again that is to be updated in place. */
export const COMMENT_MARKER = "<!-- infra-review -->";
/** However large the change. */
export const LONGEST_COMMENT = 25;

const MOST = { stacks: 5, dangers: 6, causes: 2 };
const LONGEST_CELL = 140;

/** The review as one Markdown comment of at most 25 lines. Whatever comes from the change stands as code. */
export function renderComment(reviews: readonly StackReview[]): string {
  const lines = [
    COMMENT_MARKER,
    `## Infrastructure: ${worstVerdict(reviews)}`,
    "",
    "| stack | verdict | changes | undo | policy | cost a month | time | plan |",
    "|---|---|---|---|---|---|---|---|",
    ...atMost(reviews.map(renderStack), MOST.stacks, (more) => `| and ${more} more stacks | | | | | | | |`),
    ...renderDangers(reviews),
    ...renderMore(reviews),
  ];
  return `${lines.join("\n")}\n`;
}

function renderStack(review: StackReview): string {
  const { stack, verdict, planHash } = review;
  const cells = [
    code(stack),
    `**${verdict}**`,
    renderCounts(review),
    renderClasses(review),
    renderPolicy(review),
    renderCost(review),
    review.changes.length === 0 ? "–" : `about ${renderDuration(review.time.seconds * 1000)}*`,
    code(planHash.slice(0, 12)),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** `1 to create, 2 to update`. */
export function renderCounts({ changes, failure }: Pick<StackReview, "changes" | "failure">): string {
  if (failure !== undefined) return "not known";
  const counts = new Map<string, number>();
  for (const { op } of changes) counts.set(op, (counts.get(op) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([op, count]) => `${count} ${op}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function renderClasses({ changes }: StackReview): string {
  if (changes.length === 0) return "–";
  const count = (wanted: string) => changes.filter((change) => change.class === wanted).length;
  const parts = ["impossible", "lossy"].flatMap((name) =>
    count(name) === 0 ? [] : [`${count(name)} ${name}`],
  );
  return parts.length === 0 ? "safe" : parts.join(", ");
}

function renderPolicy({ forbidden, advice }: StackReview): string {
  const parts = [
    ...(forbidden.length === 0 ? [] : [`${forbidden.length} forbidden`]),
    ...(advice.length === 0 ? [] : [`${advice.length} advised`]),
  ];
  return parts.length === 0 ? "ok" : parts.join(", ");
}

function renderCost({ cost }: StackReview): string {
  const change =
    cost.change === 0 ? "±0" : `${cost.change > 0 ? "+" : "−"}$${Math.abs(cost.change).toFixed(0)}`;
  return `$${cost.monthly.toFixed(0)} (${change})${cost.unknown.length === 0 ? "" : "†"}`;
}

function renderDangers(reviews: readonly StackReview[]): string[] {
  const found = reviews.flatMap(findingsOf);
  if (found.length === 0) return [];
  const rank = ({ level }: Finding) => (level === "danger" ? 0 : 1);
  const rows = grouped(found)
    .map((entry, index) => ({ ...entry, index }))
    .sort((a, b) => rank(a.finding) - rank(b.finding) || a.index - b.index)
    .map(
      ({ stack, finding, more }) =>
        `| ${finding.level} | ${code(stack)} | ${code(finding.name)}${more === 0 ? "" : ` +${more}`} | ${finding.rule} | ${code(finding.what)} |`,
    );
  return [
    "",
    "| level | stack | resource | rule | found |",
    "|---|---|---|---|---|",
    ...atMost(rows, MOST.dangers, (more) => `| | | and ${more} more | | in the page |`),
  ];
}

interface Found {
  readonly stack: string;
  readonly finding: Finding;
}

/** The same of several resources is one row. */
function grouped(found: readonly Found[]): (Found & { readonly more: number })[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = [one.stack, one.finding.rule, one.finding.what].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, more: others.length }],
  );
}

function findingsOf({ stack, dangers, forbidden, failure }: StackReview) {
  const made = (rule: string, name: string, what: string): Finding => ({
    rule,
    name,
    what,
    urn: "",
    level: "danger",
  });
  return [
    ...(failure === undefined ? [] : [made("program-fails", "", failure)]),
    ...dangers,
    ...forbidden.map((text) => made("policy", "", text)),
  ].map((finding) => ({ stack, finding }));
}

/** What else has to be known, a line each. */
function renderMore(reviews: readonly StackReview[]): string[] {
  const chains = reviews.flatMap(({ causes }) =>
    causes.filter(({ links }) => links.length > 1).map(renderChain),
  );
  const notes = [
    ...new Set(
      reviews.flatMap((review) => review.notes.map((note) => `${code(review.stack)} ${code(note)}`)),
    ),
  ];
  const estimated = reviews.filter(({ changes }) => changes.length > 0);
  const estimates = new Set(estimated.map(({ time }) => time.from));
  const legend = [
    ...(estimates.size === 0 ? [] : [`\\* ${[...estimates].join("; ")}`]),
    ...(reviews.some(({ cost }) => cost.unknown.length > 0) ? ["† not all of it has a price on file"] : []),
  ];
  return [
    "",
    ...(chains.length === 0 ? [] : [`Replaced because: ${listed(chains, MOST.causes)}`]),
    ...(notes.length === 0 ? [] : [`Note: ${notes.slice(0, 3).join("; ")}${notes.length > 3 ? "; …" : ""}`]),
    ...(legend.length === 0 ? [] : [legend.join(" · ")]),
  ];
}

function listed(texts: readonly string[], most: number): string {
  const shown = texts.slice(0, most).map(code).join("; ");
  return texts.length > most ? `${shown}; and ${texts.length - most} more` : shown;
}

function atMost(rows: readonly string[], most: number, rest: (more: number) => string): string[] {
  return rows.length <= most ? [...rows] : [...rows.slice(0, most), rest(rows.length - most)];
}

/** Text of strangers: shown as it is, so that it can be no link, no mention and no markup. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  if (line === "") return "–";
  const cut = line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL)}…` : line;
  return `\`${cut.replaceAll("|", "\\|")}\``;
}
