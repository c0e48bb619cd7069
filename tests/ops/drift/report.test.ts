import { describe, expect, it } from "vitest";
import type { DriftCause, DriftFinding, DriftReport } from "../../../contracts/drift.ts";
import { renderHtml } from "../../../ops/drift/report/html.ts";
import { renderMarkdown } from "../../../ops/drift/report/markdown.ts";
import { renderText } from "../../../ops/drift/report/text.ts";
import { exampleFinding } from "./example-finding.ts";

const idOf = (prefix: string, number: number) => `${prefix}-${String(number).padStart(8, "0")}`;

const finding = (number: number, more: Partial<DriftFinding> = {}): DriftFinding =>
  exampleFinding({
    id: idOf("d", number),
    resource: `urn:thing-${number}`,
    name: `thing-${number}`,
    component: "",
    cause: idOf("c", 1),
    ...more,
  });
const cause = (
  number: number,
  findings: readonly DriftFinding[],
  more: Partial<DriftCause> = {},
): DriftCause => ({
  id: idOf("c", number),
  what: "docker update",
  who: null,
  when: null,
  severity: "warning",
  findings: findings.map(({ id }) => id),
  ...more,
});
function report(causes: readonly (readonly [DriftCause, readonly DriftFinding[]])[], more = {}): DriftReport {
  const findings = causes.flatMap(([, own]) => own);
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length;
  return {
    version: 1,
    project: "trials",
    stack: "dev",
    at: "2026-11-26T03:15:00.000Z",
    resources: 40,
    counts: { critical: count("critical"), warning: count("warning"), info: count("info"), ignored: 0 },
    findings,
    causes: causes.map(([one]) => one),
    ignored: [],
    stale: [],
    ...more,
  };
}

describe("a review of drift", () => {
  const pair = [finding(1), finding(2, { property: "envs[X]", recorded: null, live: "on" })];
  const gone = [
    finding(3, { kind: "deleted", property: "", severity: "critical", recorded: "there", live: null }),
  ];
  const stranger = [
    finding(4, { kind: "unmanaged", property: "", severity: "info", recorded: null, live: "there" }),
  ];
  const whole = report([
    [cause(1, pair, { who: "ada", when: "2026-11-26T03:10:42Z" }), pair],
    [cause(2, gone, { what: "docker rm", severity: "critical" }), gone],
    [cause(3, stranger, { what: "docker run", severity: "info" }), stranger],
  ]);

  it("has a line a property in a terminal, and the cause once", () => {
    const lines = renderText(whole).split("\n");
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells.slice(0, 5)).toEqual([
      ["ID", "SEVERITY", "RESOURCE", "PROPERTY", "RECORDED → LIVE", "OWNER", "LIKELY CAUSE"],
      [
        "d-00000001",
        "warning",
        "thing-1",
        "memory",
        "128 → 256",
        "edge team",
        "docker update, by ada, 2026-11-26 03:10 UTC",
      ],
      ["d-00000002", "warning", "thing-2", "envs[X]", "– → on", "edge team", "〃"],
      ["d-00000003", "critical", "thing-3", "-", "deleted", "edge team", "docker rm"],
      ["d-00000004", "info", "thing-4", "-", "unmanaged", "edge team", "docker run"],
    ]);
    expect(lines.slice(-2)).toEqual([
      "dev: 1 critical, 2 warning, 1 info (40 resources)",
      "Answer with ./infra drift dev revert|accept|ignore ID (docs/drift.md)",
    ]);
  });

  it("has a row a cause in an issue", () => {
    const rows = renderMarkdown(whole).split("\n");
    expect(rows[0]).toBe("### Drift of `dev`: 1 critical, 2 warning, 1 info (40 resources)");
    expect(rows).toContain(
      "| 🟠 warning | `d-00000001` thing-1 `memory`: 128 → 256<br>`d-00000002` thing-2 `envs[X]`: – → on | docker update, by ada, 2026-11-26 03:10 UTC | edge team |",
    );
    expect(rows).toContain("| 🔴 critical | `d-00000003` thing-3: deleted | docker rm | edge team |");
    expect(rows).toContain("| 🔵 info | `d-00000004` thing-4: unmanaged | docker run | edge team |");
  });

  it("has a section a cause on a page", () => {
    const page = renderHtml(whole);
    expect(page).toContain('<h2 class="critical">docker rm</h2>');
    expect(page).toContain('<td class="value">-</td>');
    expect(page).not.toContain("Ignored for now");
    expect(page).not.toContain("Answers that hold no longer");
  });

  it("counts what is too much for an issue, and shortens long values by what reads them", () => {
    const many = Array.from({ length: 7 }, (_, index) => finding(index + 1));
    const big = [finding(99, { recorded: "x".repeat(100), live: null })];
    const causes = Array.from({ length: 31 }, (_, index) => {
      const own = [finding(1_000 + index)];
      return [cause(10 + index, own), own] as const;
    });
    const text = renderMarkdown(report([[cause(1, many), many], [cause(2, big), big], ...causes]));
    expect(text).toContain("thing-5 `memory`: 128 → 256<br>… 2 more |");
    expect(text).toContain("<br>… 3 more causes");
    expect(text).toContain(`${"x".repeat(39)}… → –`);
    expect(renderHtml(report([[cause(2, big), big]]))).toContain(`${"x".repeat(100)} → –`);
  });

  it("tells what is ignored and which answers hold no longer, also where nothing is open", () => {
    const answer = {
      id: idOf("d", 1),
      what: "thing-1 memory",
      until: "2026-12-31",
      reason: "load test",
      owner: "edge",
    };
    const silent = report([], {
      counts: { critical: 0, warning: 0, info: 0, ignored: 1 },
      ignored: [{ finding: finding(1), answer }],
      stale: [
        { answer: { ...answer, id: idOf("d", 2) }, why: "expired" },
        { answer: { ...answer, id: idOf("d", 3) }, why: "changed" },
      ],
    });
    expect(renderText(silent).split("\n")).toEqual([
      "ignored d-00000002 (thing-1 memory, edge) has expired",
      "ignored d-00000003 (thing-1 memory, edge) was for another live value",
      "dev: no drift, 1 ignored (40 resources)",
    ]);
    expect(renderMarkdown(silent)).toBe(
      [
        "### Drift of `dev`: no drift, 1 ignored (40 resources)",
        "",
        "What runs is what was deployed.",
        "- ⚠ ignored d-00000002 (thing-1 memory, edge) has expired",
        "- ⚠ ignored d-00000003 (thing-1 memory, edge) was for another live value",
        "",
      ].join("\n"),
    );
    const page = renderHtml(silent);
    expect(page).toContain(
      '<td class="value">128 → 256</td><td>2026-12-31</td><td>edge</td><td>load test</td>',
    );
    expect(page).toContain("<li>ignored d-00000002 (thing-1 memory, edge) has expired</li>");
  });
});
