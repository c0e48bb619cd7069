import { describe, expect, it } from "vitest";
import type { SchemaJob, SchemaRun } from "../../../ops/data/schema-job.ts";
import { migrateWith, readStatus } from "../../../ops/data/schema-jobs.ts";

const MIGRATIONS = ["lookups", "search"].map((name, index) => ({
  number: index + 1,
  name,
  down: { safety: "safe", why: "indexes only" },
}));

/** Jobs that do what they are told, to stores that are two numbers and one. */
function jobsOf(versions: { node: number; python: number; graph: number }) {
  const calls: string[] = [];
  const job = (backend: "node" | "python"): SchemaJob => ({
    role: `${backend}-schema`,
    run: async (args): Promise<SchemaRun> => {
      if (args[0] === "status") {
        const state = {
          versions: { documents: versions[backend], graph: versions.graph },
          migrations: MIGRATIONS,
        };
        return { exitCode: 0, lines: [JSON.stringify(state)] };
      }
      calls.push(`${backend} ${args.join(" ")}`);
      versions[args[4] === "graph" ? "graph" : backend] = Number(args[2]);
      return { exitCode: 0, lines: ["done"] };
    },
  });
  return { calls, versions, jobs: [job("node"), job("python")] };
}

describe("migrateWith", () => {
  it("moves each store once, each with a job of its own backend", async () => {
    const { jobs, calls, versions } = jobsOf({ node: 2, python: 1, graph: 2 });
    expect((await readStatus(jobs)).versions).toEqual({
      "node-documents": "2",
      "python-documents": "1",
      "graph-store": "2",
    });
    const said: string[] = [];
    const to = { "node-documents": "1", "python-documents": "2", "graph-store": "0" };
    const steps = await migrateWith(jobs, to, { say: (line) => said.push(line) });
    expect(calls.sort()).toEqual([
      "node down --to 0 --store graph",
      "node down --to 1 --store documents",
      "python up --to 2 --store documents",
    ]);
    expect(versions).toEqual({ node: 1, python: 2, graph: 0 });
    expect(steps).toHaveLength(4);
    expect(said).toContain("python-schema: done");
  });

  it("runs nothing where everything is there, or where there is no job", async () => {
    const { jobs, calls } = jobsOf({ node: 2, python: 2, graph: 2 });
    expect(await migrateWith(jobs, { "graph-store": "2" })).toEqual([]);
    expect(calls).toEqual([]);
    expect(await readStatus([])).toEqual({ versions: {}, migrations: [] });
  });

  it("tells the job's own words where it fails", async () => {
    const failing: SchemaJob = {
      role: "node-schema",
      run: async () => ({ exitCode: 1, lines: ["schema: failed: the store is away"] }),
    };
    await expect(readStatus([failing])).rejects.toThrow("exit code 1: schema: failed: the store is away");
  });

  it("starts no store after an interruption, and says which it left", async () => {
    const { jobs, calls } = jobsOf({ node: 2, python: 2, graph: 2 });
    const done = migrateWith(jobs, { "graph-store": "1" }, { signal: AbortSignal.abort() });
    await expect(done).rejects.toMatchObject({
      name: "UserError",
      code: "schema-interrupted",
      message: "interrupted before graph-store was at version 1",
    });
    expect(calls).toEqual([]);
  });

  it.each([
    ["is broken off", () => Promise.reject(new DOMException("aborted", "AbortError"))],
    ["was ended", () => Promise.resolve({ exitCode: 137, lines: [] })],
  ])("tells an interruption from a failure where the run %s", async (_, end) => {
    const controller = new AbortController();
    const { jobs } = jobsOf({ node: 2, python: 2, graph: 2 });
    const interrupted = jobs.map((job): SchemaJob => {
      const run = async (args: readonly string[]): Promise<SchemaRun> => {
        if (args[0] === "status") return await job.run(args);
        controller.abort();
        return await end();
      };
      return { ...job, run };
    });
    const done = migrateWith(interrupted, { "graph-store": "1" }, { signal: controller.signal });
    await expect(done).rejects.toMatchObject({ code: "schema-interrupted" });
  });

  it("keeps what a run reached before the interruption", async () => {
    const controller = new AbortController();
    const { jobs, versions } = jobsOf({ node: 2, python: 2, graph: 2 });
    const to = { "node-documents": "1", "python-documents": "1" };
    const say = () => controller.abort();
    const done = migrateWith(jobs, to, { say, signal: controller.signal });
    await expect(done).rejects.toThrow("interrupted before python-documents");
    expect(versions).toEqual({ node: 1, python: 2, graph: 2 });
  });

  it("passes on what a run throws by itself", async () => {
    const { jobs } = jobsOf({ node: 2, python: 2, graph: 2 });
    const broken = jobs.map((job): SchemaJob => {
      const run: SchemaJob["run"] = (args) =>
        args[0] === "status" ? job.run(args) : Promise.reject(new Error("the daemon is away"));
      return { ...job, run };
    });
    await expect(migrateWith(broken, { "graph-store": "1" })).rejects.toThrow("the daemon is away");
  });
});
