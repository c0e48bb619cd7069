import Docker from "dockerode";
import { keyQueries } from "../../contracts/key-queries.ts";
import { clusterOf } from "../cluster-access.ts";
import { messageOf } from "../errors.ts";
import { failureLine } from "../failure.ts";
import type { Checkout } from "../paths.ts";
import { previewStack } from "../plan.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import { findStack, type OpenStack } from "../stack.ts";
import type { StackName } from "../stack-name.ts";
import type { Output } from "../verb.ts";
import { backendUrl, readProjectName } from "../workspace.ts";
import type { Board } from "./board.ts";
import { layOutGraph } from "./graph.ts";
import type { LogLine, PlanPart, ReleasesPart } from "./parts.ts";
import { toPlanPart } from "./plan-part.ts";
import { toReleasesPart } from "./releases.ts";
import type { Actions, LogQuery } from "./server.ts";
import type { ClusterPlace } from "./sources/cluster.ts";
import { dockerPlatform } from "./sources/docker.ts";
import { reviewDrift } from "./sources/drift-review.ts";
import type { Platform } from "./sources/platform.ts";
import { watchMetrics } from "./sources/prometheus.ts";
import { watchState } from "./sources/recorded-state.ts";
import { StackPlatform } from "./sources/stack-platform.ts";
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
  const platforms = new Map(options.stacks.map((stack) => [stack, keepStack(stack, options)]));
  return {
    preview: (stack) => {
      runPreview(stack, options).catch(() => undefined);
    },
    reviewDrift: (stack) => {
      runDriftReview(stack, options).catch(() => undefined);
    },
    logs: (query) => serviceLogs(query, platforms.get(query.stack), options.board),
  };
}

function keepStack(stack: string, options: SourcesOptions): StackPlatform {
  const { board, signal } = options;
  board.post(stack, "plan", { state: "none" });
  board.post(stack, "drift", { state: "none" });
  const backend = backendUrl(options.checkout.local, process.env);
  const name = { project: readProjectName(options.checkout.root), stack };
  const platform = new StackPlatform({
    open: (place) => openPlatform(place, name),
    post: (health) => board.post(stack, "health", health),
    signal,
  });
  const watches = [
    watchState({ backend, signal, read: () => readStack(stack, platform, options) }),
    watchMetrics({
      figures: keyQueries,
      url: () => board.find(stack, "environment")?.services.find(({ name }) => name === "prometheus")?.url,
      post: (metrics) => board.post(stack, "metrics", metrics),
      signal,
    }),
  ];
  for (const watch of watches) watch.catch(() => undefined);
  return platform;
}

async function openPlatform(place: ClusterPlace | undefined, name: StackName): Promise<Platform> {
  if (place === undefined) return dockerPlatform(new Docker(), name);
  const { clusterPlatform } = await import("./sources/cluster.ts");
  return clusterPlatform(place);
}

async function readStack(stack: string, platform: StackPlatform, options: SourcesOptions): Promise<void> {
  const { board } = options;
  try {
    const opened = await find(stack, options);
    const { resources, environment, namespace } = readState(
      (await opened?.stack.exportStack()) ?? { version: 3, deployment: {} },
    );
    platform.use(opened === undefined ? undefined : await placeOf(opened, namespace));
    board.post(stack, "environment", environment);
    board.post(stack, "graph", layOutGraph(resources));
    board.post(stack, "releases", await readReleases(opened));
  } catch (error) {
    if (!platform.isKnown) platform.use(undefined);
    const problem = failureLine(error);
    board.post(stack, "environment", { state: "unreadable", problem, services: [], unfinished: [] });
  }
}

/** Where the services of a cloud stack are; undefined for any other. */
async function placeOf(
  { project, stack }: OpenStack,
  namespace: string | undefined,
): Promise<ClusterPlace | undefined> {
  return namespace === undefined
    ? undefined
    : { ...clusterOf(await stack.getAllConfig(), project), namespace };
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

async function* serviceLogs(
  { stack, ...query }: LogQuery,
  platform: StackPlatform | undefined,
  board: Board,
): AsyncGenerator<LogLine> {
  const services = board.find(stack, "environment")?.services ?? [];
  const workload = services.find(({ name }) => name === query.service)?.workload;
  if (platform === undefined || workload === undefined) return;
  yield* (await platform.now()).followLogs({ ...query, workload });
}
