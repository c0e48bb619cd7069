import { describe, expect, it } from "vitest";
import type { Act } from "../../../ops/rehearse/act.ts";
import { playActs } from "../../../ops/rehearse/play.ts";
import { type RehearsalReport, renderRehearsal, renderRehearsalPage } from "../../../ops/rehearse/report.ts";

interface World {
  readonly played: string[];
}

function act(name: string, run: Act<World>["run"], always = false): Act<World> {
  return {
    name,
    title: `shows ${name}`,
    always,
    run: (world, record) => {
      world.played.push(name);
      return run(world, record);
    },
  };
}

const passes = act("passes", async (_, record) => record.check("pods", 3, 3));
const differs = act("differs", async (_, record) => record.check("pods", 2, 3));
const breaks = act("breaks", () => Promise.reject(new Error("the server is <down>")));
const clears = act("clears", async (_, record) => record.note("cleared"), true);

async function play(acts: readonly Act<World>[], signal = new AbortController().signal) {
  const world = { played: [] };
  const lines: string[] = [];
  let now = 0;
  const clock = () => (now += 500);
  const reports = await playActs({ acts, world, say: (line) => lines.push(line), signal, clock });
  return { reports, lines, played: world.played as string[] };
}

describe("playActs", () => {
  it("plays the acts in their order and reports what they looked at", async () => {
    const { reports, lines } = await play([passes, clears]);
    expect(reports).toEqual([
      {
        name: "passes",
        title: "shows passes",
        status: "passed",
        milliseconds: 500,
        checks: [{ what: "pods", expected: "3", found: "3", passed: true }],
        notes: [],
      },
      {
        name: "clears",
        title: "shows clears",
        status: "passed",
        milliseconds: 500,
        checks: [],
        notes: ["cleared"],
      },
    ]);
    expect(lines).toContain("  ✓ pods: 3");
  });

  it("skips what follows a failed check, but clears up", async () => {
    const { reports, played } = await play([differs, passes, clears]);
    expect(reports.map(({ status }) => status)).toEqual(["failed", "skipped", "passed"]);
    expect(played).toEqual(["differs", "clears"]);
  });

  it("takes an act that breaks off as failed and tells why", async () => {
    const { reports } = await play([breaks, clears]);
    expect(reports[0]).toMatchObject({ status: "failed", error: "the server is <down>" });
  });

  it("only clears up once it is interrupted", async () => {
    const { played } = await play([passes, clears], AbortSignal.abort());
    expect(played).toEqual(["clears"]);
  });

  it("looks for what a text tells", async () => {
    const tells = act("tells", async (_, record) => {
      record.checkTells("error", "the image does not exist: x@sha256:0", /does not exist/);
      record.checkTells("error", "something else", /does not exist/);
    });
    const { reports } = await play([tells]);
    expect(reports[0]?.checks.map(({ passed, found }) => [passed, found])).toEqual([
      [true, "does not exist"],
      [false, "something else"],
    ]);
  });
});

describe("the report of a rehearsal", () => {
  async function reportOf(acts: readonly Act<World>[]): Promise<RehearsalReport> {
    const { reports } = await play(acts);
    return {
      startedAt: "2026-11-25T12:00:00Z",
      commit: "abc123",
      engine: "embedded engine",
      stage: { Atlas: "simulator" },
      passed: reports.every(({ status }) => status === "passed"),
      milliseconds: 65_000,
      acts: reports,
    };
  }

  it("is a table with an act a row", async () => {
    expect(renderRehearsal(await reportOf([passes, breaks, clears]))).toBe(
      [
        "ACT     STATUS  CHECKS  TIME",
        "passes  passed  1/1     0.5 s",
        "breaks  failed  0/0     0.5 s",
        "clears  passed  0/0     0.5 s",
        "",
        "rehearsal failed in 1 min 05 s",
      ].join("\n"),
    );
  });

  it("is a page that holds everything and runs nothing", async () => {
    const page = renderRehearsalPage(await reportOf([differs, breaks, clears]));
    expect(page).toContain("expected 3");
    expect(page).toContain("<th>Atlas</th><td>simulator</td>");
    expect(page).not.toMatch(/<script|https?:\/\//);
    expect(renderRehearsalPage(await reportOf([breaks]))).toContain("the server is &lt;down&gt;");
    expect(renderRehearsalPage(await reportOf([passes]))).toContain(
      '<span class="passed">passed</span></h1>',
    );
  });
});
