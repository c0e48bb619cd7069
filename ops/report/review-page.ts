import { renderChain } from "../review/causes.ts";
import { type ClassedChange, type StackReview, worstVerdict } from "../review/stack-review.ts";
import { parsePath, valueAt } from "../review/values.ts";
import { renderDuration } from "./duration.ts";
import { escapeHtml, renderPage } from "./page.ts";
import { renderCounts } from "./review-comment.ts";

const LONGEST_VALUE = 400;

/** Everything about a review on one page that needs nothing else. */
export function renderReviewPage(reviews: readonly StackReview[]): string {
  const verdict = worstVerdict(reviews);
  const body = [`<h1>Infrastructure: ${verdictText(verdict)}</h1>`, ...reviews.map(renderStack)].join("\n");
  return renderPage({ title: `Infrastructure: ${verdict}`, body, style: STYLE });
}

const STYLE = `
.verdict { font-weight: 600; } .SAFE { color: #18794e; } .REVIEW { color: #ad5700; } .DANGER, .FAILED, .danger { color: #ce2c31; }
code { overflow-wrap: anywhere; } ul.tree, ul.tree ul { list-style: none; padding-left: 1rem; border-left: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
ul.tree li { padding: .1rem 0; } .op { display: inline-block; min-width: 4.5rem; opacity: .8; } .replace, .delete { color: #ce2c31; } .create { color: #18794e; } .update { color: #ad5700; }
`;

function verdictText(verdict: string): string {
  return `<span class="verdict ${verdict}">${verdict}</span>`;
}

function renderStack(review: StackReview): string {
  const { stack, verdict, planHash, time, cost, failure } = review;
  const facts: [string, string][] = [
    ["changes", escapeHtml(renderCounts(review))],
    ["time", `about ${renderDuration(time.seconds * 1000)} (${time.from})`],
    [
      "cost",
      `$${cost.monthly.toFixed(2)} a month, ${cost.change.toFixed(2)} with this change (list prices of ${cost.pricesOf}, ${cost.accuracy})`,
    ],
    ["plan", code(planHash)],
  ];
  return [
    `<h2 id="${escapeHtml(stack)}">${escapeHtml(stack)}: ${verdictText(verdict)}</h2>`,
    table(
      [],
      facts.map(([name, value]) => [name, value]),
    ),
    ...(failure === undefined ? [] : [`<pre class="failed">${escapeHtml(failure)}</pre>`]),
    ...review.notes.map((note) => `<p>${escapeHtml(note)}</p>`),
    ...section("Dangers", review.dangers, (dangers) =>
      table(
        ["level", "resource", "rule", "found"],
        dangers.map((one) => [
          `<span class="${one.level}">${one.level}</span>`,
          escapeHtml(one.name),
          code(one.rule),
          escapeHtml(one.what),
        ]),
      ),
    ),
    ...section(
      "Policy",
      [...review.forbidden, ...review.advice],
      (texts) => `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul>`,
    ),
    ...section("Resources that change", review.changes, (changes) => renderTree(changes)),
    ...section("Why replaced", review.causes, (chains) =>
      table(
        ["resource", "from the root to the resource"],
        chains.map((chain) => [escapeHtml(chain.name), code(renderChain(chain))]),
      ),
    ),
    ...section("Differences", review.changes, (changes) => changes.map(renderChange).join("\n")),
    ...section("Cost", cost.rows, (rows) =>
      table(
        ["what", "a month", ""],
        rows.map((row) => [
          escapeHtml(row.item),
          row.monthly === null ? "no price on file" : `$${row.monthly.toFixed(2)}`,
          escapeHtml(row.note),
        ]),
      ),
    ),
  ].join("\n");
}

function section<T>(title: string, items: readonly T[], render: (items: readonly T[]) => string): string[] {
  return items.length === 0 ? [] : [`<h3>${title}</h3>`, render(items)];
}

interface Branch {
  readonly branches: Map<string, Branch>;
  readonly changes: ClassedChange[];
}

/** Components as branches, changed resources as leaves. */
function renderTree(changes: readonly ClassedChange[]): string {
  const trunk: Branch = { branches: new Map(), changes: [] };
  for (const change of changes) {
    let at = trunk;
    for (const name of change.component) {
      const next = at.branches.get(name) ?? { branches: new Map(), changes: [] };
      at.branches.set(name, next);
      at = next;
    }
    at.changes.push(change);
  }
  return `<ul class="tree">${renderBranch(trunk)}</ul>`;
}

function renderBranch({ branches, changes }: Branch): string {
  const leaves = changes.map(
    ({ op, name, type, urn }) =>
      `<li><span class="op ${escapeHtml(op)}">${escapeHtml(op)}</span> <a href="#${escapeHtml(urn)}">${escapeHtml(name)}</a> <small>${escapeHtml(type)}</small></li>`,
  );
  const inner = [...branches].map(
    ([name, branch]) => `<li>${escapeHtml(name)}<ul>${renderBranch(branch)}</ul></li>`,
  );
  return [...leaves, ...inner].join("\n");
}

function renderChange(change: ClassedChange): string {
  const { urn, op, name, type, component, old, new: state } = change;
  const from = change.type === "pulumi:pulumi:Stack" ? "outputs" : "inputs";
  const rows = change.differences.map(({ path, kind }) => {
    const keys =
      old !== undefined && valueAt(old[from], path) === undefined ? path.split(".") : parsePath(path);
    return [
      code(path),
      escapeHtml(kind),
      shown(valueAt(old?.[from], keys)),
      shown(valueAt(state?.[from], keys)),
    ];
  });
  const undo =
    change.class === "safe"
      ? "can be undone without a trace"
      : `undoing it is ${change.class}: ${change.why}`;
  return [
    `<details id="${escapeHtml(urn)}"${op === "create" ? "" : " open"}>`,
    `<summary><span class="op ${escapeHtml(op)}">${escapeHtml(op)}</span> ${escapeHtml([...component, name].join(" / "))} <small>${escapeHtml(type)}</small></summary>`,
    `<p>${escapeHtml(undo)}</p>`,
    rows.length === 0 ? "" : table(["property", "", "before", "after"], rows),
    "</details>",
  ].join("\n");
}

function shown(value: unknown): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return code(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const first = head.length === 0 ? "" : `<tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr>`;
  const rest = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<table>${[first, ...rest].join("\n")}</table>`;
}
