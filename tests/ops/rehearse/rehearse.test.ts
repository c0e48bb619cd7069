import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Act } from "../../../ops/rehearse/act.ts";
import { handOver, type Rehearsal, rehearse } from "../../../ops/rehearse/rehearse.ts";
import { captureOutput } from "../output.ts";

interface World {
  readonly pods: number;
}

const about = { commit: "abc123", engine: "embedded engine", stage: { Atlas: "simulator" } };
const counts: Act<World> = {
  name: "count",
  title: "counts pods",
  run: async ({ pods }, record) => record.check("pods", pods, 3),
};

/** Rehearses the one act on a stage of so many pods, with a clock that goes a second at each look. */
function played(pods: number, more: Partial<Rehearsal<World>> = {}) {
  const said: string[] = [];
  const say = (line: string) => said.push(line.trim());
  let now = 0;
  const clock = () => (now += 1_000);
  const close = async () => {
    said.push("closed");
  };
  const open = async () => ({ world: { pods }, close });
  const signal = new AbortController().signal;
  return { said, ending: rehearse({ acts: [counts], open, about, say, signal, clock, ...more }) };
}

describe("a rehearsal", () => {
  it("is played between setting the stage and clearing it, and reported with what stood on it", async () => {
    const { said, ending } = played(3);
    const report = await ending;
    expect(report).toMatchObject({ ...about, passed: true, milliseconds: 3_000, acts: [{ name: "count" }] });
    expect(Date.parse(report.startedAt)).not.toBeNaN();
    expect(said[0]).toBe("setting the stage …");
    expect(said.slice(-2)).toEqual(["clearing the stage …", "closed"]);
  });

  it("has failed where an act has, or where it was interrupted, and clears the stage all the same", async () => {
    const failed = played(2);
    expect((await failed.ending).passed).toBe(false);
    const interrupted = played(3, { signal: AbortSignal.abort() });
    expect(await interrupted.ending).toMatchObject({ passed: false, acts: [{ status: "skipped" }] });
    expect([failed.said.at(-1), interrupted.said.at(-1)]).toEqual(["closed", "closed"]);
  });

  it("is none where the stage cannot be set", async () => {
    const { said, ending } = played(3, { open: () => Promise.reject(new Error("no room")) });
    await expect(ending).rejects.toThrow("no room");
    expect(said).toEqual(["setting the stage …"]);
  });
});

describe("the report of a rehearsal, handed over", () => {
  const folder = mkdtempSync(join(tmpdir(), "trials-rehearsal-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const handedOver = async (pods: number, json: boolean) => {
    const report = await played(pods).ending;
    const output = captureOutput();
    const to = join(folder, `with-${pods}`, "reports");
    const code = handOver(report, { output, folder: to, json, logs: "/stage" });
    const read = (name: string) => readFileSync(join(to, name), "utf8");
    return { report, code, output, read };
  };

  it("is a table, a page and a file for machines", async () => {
    const { report, code, output, read } = await handedOver(3, false);
    expect(code).toBe(0);
    expect(output.out()).toMatch(/count +passed +1\/1/);
    expect(output.err()).toMatch(/^report: .*rehearsal\.html\n$/);
    expect(JSON.parse(read("rehearsal.json"))).toEqual(report);
    expect(read("rehearsal.html")).toContain("<th>Atlas</th><td>simulator</td>");
  });

  it("is JSON alone on stdout where that is asked for, and says where the logs are where it failed", async () => {
    const { report, code, output } = await handedOver(2, true);
    expect(code).toBe(1);
    expect(JSON.parse(output.out())).toEqual(report);
    expect(output.err()).toContain("logs of the stage: /stage\n");
  });
});
