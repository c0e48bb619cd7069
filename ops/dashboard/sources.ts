import Docker from "dockerode";
import { keyQueries } from "../../contracts/key-queries.ts";
import { messageOf } from "../errors.ts";
import { failureLine } from "../failure.ts";
import type { Checkout } from "../paths.ts";
import { previewStack } from "../plan.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import { findStack, type OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import { backendUrl, readProjectName } from "../workspace.ts";
import type { Board } from "./board.ts";
import { layOutGraph } from "./graph.ts";
import type { LogLine, PlanPart, ReleasesPart } from "./parts.ts";
import { toPlanPart } from "./plan-part.ts";
import { toReleasesPart } from "./releases.ts";
import type { Actions, LogQuery } from "./server.ts";
import { followLogs } from "./sources/container-logs.ts";
import { watchContainers } from "./sources/containers.ts";
import { reviewDrift } from "./sources/drift-review.ts";
import { watchMetrics } from "./sources/prometheus.ts";
import { watchState } from "./sources/recorded-state.ts";
import { readState } from "./state.ts";

export interface SourcesOptions {
  readonly board: Board;
  readonly stacks: readonly string[];
  /** Value of `--engine`. */
  readonly engine: string;
  readonly checkout: Checkout;
  readonly signal: AbortSignal;
}

/** Keeps the board as the stacks are, until the signal; gives what the page can ask for. */
export function startSources(options: SourcesOptions): Omit<Actions, "stacks"> {
  const docker = new Docker();
  const project = readProjectName(options.checkout.root);
  for (const stack of options.stacks) keepStack(docker, project, stack, options);
  return {
    preview: (stack) => {
      runPreview(stack, options).catch(() => undefined);
    },
    reviewDrift: (stack) => {
      runDriftReview(stack, options).catch(() => undefined);
    },
    logs: ({ stack, service, ...query }) =>
      serviceLogs({ stack, service, ...query }, { docker, project, options }),
  };
}

function keepStack(docker: Docker, project: string, stack: string, options: SourcesOptions): void {
  const { board, signal } = options;
  board.post(stack, "plan", { state: "none" });
  board.post(stack, "drift", { state: "none" });
  const backend = backendUrl(options.checkout.local, process.env);
  const watches = [
    watchContainers(docker, { project, stack }, (health) => board.post(stack, "health", health), signal),
    watchState({ backend, signal, read: () => readStack(stack, options) }),
    watchMetrics({
      figures: keyQueries,
      url: () => board.find(stack, "environment")?.services.find(({ name }) => name === "prometheus")?.url,
      post: (metrics) => board.post(stack, "metrics", metrics),
      signal,
    }),
  ];
  for (const watch of watches) watch.catch(() => undefined);
}

async function readStack(stack: string, options: SourcesOptions): Promise<void> {
  const { board } = options;
  try {
    const opened = await find(stack, options);
    const { resources, environment } = readState(
      (await opened?.stack.exportStack()) ?? { version: 3, deployment: {} },
    );
    board.post(stack, "environment", environment);
    board.post(stack, "graph", layOutGraph(resources));
    board.post(stack, "releases", await readReleases(opened));
  } catch (error) {
    const problem = failureLine(error);
    board.post(stack, "environment", { state: "unreadable", problem, services: [], unfinished: [] });
  }
}

/** Where the state is in no folder, the records are where a variable says; without it there are none to show. */
async function readReleases(opened: OpenStack | undefined): Promise<ReleasesPart> {
  try {
    return toReleasesPart(opened === undefined ? [] : await openReleaseStore(opened).list());
  } catch (error) {
    return { releases: [], problems: [failureLine(error)] };
  }
}

function find(stack: string, { engine, checkout }: SourcesOptions): Promise<OpenStack | undefined> {
  return findStack({ positionals: [stack], flags: { engine }, checkout }, () => undefined);
}

async function runPreview(stack: string, options: SourcesOptions): Promise<void> {
  const { board } = options;
  if (board.find(stack, "plan")?.state === "running") return;
  board.post(stack, "plan", { state: "running", since: new Date().toISOString() });
  board.post(stack, "plan", await previewPart(stack, options));
}

async function runDriftReview(stack: string, { board, engine, signal }: SourcesOptions): Promise<void> {
  if (board.find(stack, "drift")?.state === "running") return;
  board.post(stack, "drift", { state: "running", since: new Date().toISOString() });
  board.post(stack, "drift", await reviewDrift({ stack, engine, signal }));
}

async function previewPart(stack: string, options: SourcesOptions): Promise<PlanPart> {
  try {
    const opened = await find(stack, options);
    if (opened === undefined) throw new Error(`${stack} was never brought up: ./infra preview ${stack}`);
    return toPlanPart(await previewStack(opened.stack, silent(options.signal)), new Date());
  } catch (error) {
    return { state: "failed", at: new Date().toISOString(), error: messageOf(error) };
  }
}

function silent(signal: AbortSignal): Output {
  const nowhere = { write: () => true };
  return { stdout: nowhere, stderr: nowhere, signal };
}

interface LogSource {
  readonly docker: Docker;
  readonly project: string;
  readonly options: SourcesOptions;
}

async function* serviceLogs(
  query: LogQuery,
  { docker, project, options }: LogSource,
): AsyncGenerator<LogLine> {
  const { stack, service, since, signal } = query;
  const services = options.board.find(stack, "environment")?.services ?? [];
  const workload = services.find(({ name }) => name === service)?.workload;
  if (workload === undefined) return;
  const name = { project, stack };
  yield* followLogs(docker, { name, workload, signal, ...(since !== undefined && { since }) });
}
