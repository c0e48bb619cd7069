import { basename, join } from "node:path";
import { withStores } from "../bootstrap/test-stores.ts";
import { local } from "../paths.ts";
import { readCountsReport, readJunitReport, readRehearsalReport, readVitestReport } from "./results.ts";
import { addCounts, type Counts, oneFailure, type Suite, type SuiteContext } from "./suite.ts";

/** A worker more than vitest would start on two cores: its tests wait for processes of their own most of the time. */
const UNIT = ["--project", "unit", "--coverage", "--coverage.reportOnFailure", "--maxWorkers=2"];
const PYTHON_PROJECTS = [
  "services/backend-python",
  "services/knowledge-graph",
  "services/notebooks",
  "services/parity",
  "services/planet",
  "services/schema",
  "services/seed",
  "services/migration",
  "services/contract",
];

/** Most of what mypy looks at is the packages that these projects share. */
const TYPES_CACHE = { MYPY_CACHE_DIR: join(local, "mypy") };

/** Static checks: each is one test. */
const checks: Suite = {
  name: "checks",
  summary: "lint, format, types, import rules: TypeScript and Python",
  long: false,
  lane: "compute",
  needsDocker: false,
  async run(context) {
    const python = await context.python();
    const counts = [await step(context, { command: "npm", args: ["run", "--silent", "check"] })];
    counts.push(
      await step(context, {
        command: "npm",
        args: ["run", "--silent", "check"],
        cwd: "services/backend-node",
      }),
    );
    for (const cwd of PYTHON_PROJECTS) {
      counts.push(await step(context, { command: python("ruff"), args: ["check", "."], cwd }));
      counts.push(await step(context, { command: python("ruff"), args: ["format", "--check", "."], cwd }));
      counts.push(await step(context, { command: python("mypy"), args: [], cwd, env: TYPES_CACHE }));
    }
    return addCounts(counts);
  },
};

async function step(
  context: SuiteContext,
  execution: Parameters<SuiteContext["execute"]>[0],
): Promise<Counts> {
  const ok = (await context.execute(execution)) === 0;
  if (ok) return { passed: 1, failed: 0, failures: [] };
  const { command, args, cwd = "." } = execution;
  return oneFailure(`${[basename(command), ...args].join(" ")} in ${cwd}`);
}

const unit: Suite = {
  name: "unit",
  summary: "engine, program and operations, with coverage",
  long: false,
  lane: "compute",
  needsDocker: true,
  needsGo: true,
  run: (context) => vitest(context, { name: "unit", args: UNIT }),
};

const conformance: Suite = {
  name: "conformance",
  summary: "the engine against recorded cases of the official CLI",
  long: true,
  lane: "compute",
  needsDocker: true,
  async run(context) {
    const report = join(context.results, "conformance.json");
    const args = ["engine/tests/corpus/run.ts", "--report", report];
    return readCountsReport(report, await context.execute({ command: process.execPath, args }));
  },
};

/** More runs are for a quiet hour: `npm run simulate -- --runs N`. */
const SIMULATED_RUNS = 20_000;

const simulate: Suite = {
  name: "simulate",
  summary: "the engine in random programs, operations, failures and crashes",
  long: true,
  lane: "compute",
  needsDocker: false,
  async run(context) {
    const report = join(context.results, "simulate.json");
    const args = ["engine/simulate/run.ts", "--runs", String(SIMULATED_RUNS), "--report", report];
    return readCountsReport(report, await context.execute({ command: process.execPath, args }));
  },
};

const handover: Suite = {
  name: "handover",
  summary: "the engine going on from each state that the official CLI recorded",
  long: true,
  lane: "compute",
  needsDocker: false,
  async run(context) {
    const report = join(context.results, "handover.json");
    const args = ["engine/tests/corpus/run.ts", "--handover", "--in-process", "--report", report];
    return readCountsReport(report, await context.execute({ command: process.execPath, args }));
  },
};

const services: Suite = {
  name: "services",
  summary: "backends and seeding job against real stores, with coverage",
  long: true,
  lane: "compute",
  needsDocker: true,
  run: (context) =>
    withStores(context.output, async (env) => {
      const python = await context.python();
      const counts = [
        await vitest(context, {
          name: "backend-node",
          cwd: "services/backend-node",
          args: ["--coverage"],
          env,
        }),
      ];
      for (const cwd of PYTHON_PROJECTS) {
        const report = join(context.results, `${cwd.replace("/", "-")}.xml`);
        const args = ["-q", `--junitxml=${report}`];
        counts.push(
          readJunitReport(report, await context.execute({ command: python("pytest"), args, cwd, env })),
        );
      }
      return addCounts(counts);
    }),
};

const images: Suite = {
  name: "images",
  summary: "stores, cache and gateway as containers, run as the program runs them",
  long: true,
  lane: "compute",
  needsDocker: true,
  run: (context) => vitest(context, { name: "images", args: ["--project", "images"] }),
};

const endToEnd: Suite = {
  name: "e2e",
  summary: "the test environment for real: up, talk to it, change a setting, preview, up, destroy",
  long: true,
  lane: "environment",
  needsDocker: true,
  run: (context) => vitest(context, { name: "e2e", args: ["--project", "e2e"] }),
};

const operations: Suite = {
  name: "operations",
  summary: "history, rollback, drift, shift and the rest of the operations on an environment for real",
  long: true,
  lane: "environment",
  needsDocker: true,
  needsChromium: true,
  run: (context) => vitest(context, { name: "operations", args: ["--project", "operations"] }),
};

const rehearsal: Suite = {
  name: "rehearsal",
  summary: "the whole migration and its way back, against simulators and a real API server",
  long: true,
  lane: "environment",
  needsDocker: true,
  needsGo: true,
  needsControlPlane: true,
  async run(context) {
    const args = ["rehearse", "--engine", "embedded", "--report", context.results];
    const exitCode = await context.execute({ command: "./infra", args });
    return readRehearsalReport(join(context.results, "rehearsal.json"), exitCode);
  },
};

const cluster: Suite = {
  name: "cluster",
  summary: "the Kubernetes adapter and the deployer's rights against a real API server",
  long: true,
  lane: "environment",
  needsDocker: false,
  needsGo: true,
  needsControlPlane: true,
  run: (context) => vitest(context, { name: "cluster", args: ["--project", "cluster"] }),
};

interface VitestRun {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

async function vitest(context: SuiteContext, run: VitestRun): Promise<Counts> {
  const report = join(context.results, `${run.name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const exitCode = await context.execute({
    command: "npx",
    args: ["vitest", "run", ...run.args, ...reporters],
    ...(run.cwd !== undefined && { cwd: run.cwd }),
    ...(run.env !== undefined && { env: run.env }),
  });
  return readVitestReport(report, exitCode);
}

/** In the order in which those of a lane run: what is quick and tells most comes first. */
export const suites: readonly Suite[] = [
  checks,
  unit,
  conformance,
  handover,
  simulate,
  services,
  images,
  endToEnd,
  operations,
  cluster,
  rehearsal,
];
