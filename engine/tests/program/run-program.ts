import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic, EngineEvent } from "../../src/events.ts";
import type { ProviderRegistry } from "../../src/execute/goal.ts";
import type { GrpcListener } from "../../src/grpc/server.ts";
import type { OperationContext, RunConfig } from "../../src/operation.ts";
import { evaluateProgram } from "../../src/program/evaluate-program.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import type { ProgramOutcome, ProgramSource } from "../../src/program/program-source.ts";
import type { FakeDeployment } from "./fake-deployment.ts";

/** Inside the repository, so that the SDK is found, and out of its history. */
const PROJECTS = fileURLToPath(new URL("../../../.infra/projects/", import.meta.url));

export interface Project {
  readonly directory: string;
  remove(): Promise<void>;
}

/** A project on disk. */
export async function writeProject(files: { readonly [name: string]: string }): Promise<Project> {
  await mkdir(PROJECTS, { recursive: true });
  const directory = await mkdtemp(PROJECTS);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export interface RunOptions {
  readonly deployment: FakeDeployment;
  readonly program?: ProgramSource;
  readonly directory?: string;
  readonly registry?: Partial<ProviderRegistry>;
  readonly config?: RunConfig;
  readonly signal?: AbortSignal;
  readonly env?: { readonly [name: string]: string };
  readonly runtimeOptions?: { readonly [name: string]: unknown };
  readonly onDebug?: (message: string) => void;
  readonly withheldFeatures?: readonly string[];
  /** Where the program was told that the engine is. */
  readonly listener?: GrpcListener | undefined;
}

export interface StartedRun {
  readonly finished: Promise<ProgramOutcome>;
  release(): Promise<ProgramOutcome>;
  /** Everything said, without debug messages. */
  said(): readonly Diagnostic[];
}

export interface Run {
  readonly finished: ProgramOutcome;
  readonly outcome: ProgramOutcome;
  readonly said: readonly Diagnostic[];
}

/** What such a run takes from its operation. */
export function contextOf(options: RunOptions, events: EngineEvent[] = []): OperationContext {
  const { directory = tmpdir(), config = { values: {}, secretKeys: [] } } = options;
  const runtimeOptions = { typescript: false, ...options.runtimeOptions };
  return {
    project: { name: "shop", root: directory, directory, entry: ".", runtimeOptions },
    store: { reference: { organization: "organization", project: "shop", stack: "dev" } },
    config,
    listener: (event: EngineEvent) => {
      events.push(event);
      if (event.kind === "diagnostic" && event.diagnostic.severity === "debug")
        options.onDebug?.(event.diagnostic.message);
    },
    signal: options.signal ?? new AbortController().signal,
    random: { bytes: (count: number) => new Uint8Array(count), uuid: counter() },
  } as unknown as OperationContext;
}

export const PARALLEL = 4;

/** Starts a program against a deployment that only records. */
export function startRun(options: RunOptions): StartedRun {
  const { deployment } = options;
  const events: EngineEvent[] = [];
  const context = contextOf(options, events);
  const env = { ...process.env, ...options.env };
  const evaluation = evaluateProgram({
    recorded: [],
    withheldFeatures: options.withheldFeatures ?? [],
    program: options.program ?? nodeProgram({ ...context.project, env }),
    deployment,
    registry: { get: () => undefined, ...options.registry } as ProviderRegistry,
    context,
    listener: options.listener,
    preview: deployment.preview,
    parallel: PARALLEL,
  });
  return {
    ...evaluation,
    said: () =>
      events.flatMap((event) =>
        event.kind === "diagnostic" && event.diagnostic.severity !== "debug" ? [event.diagnostic] : [],
      ),
  };
}

/** Runs a program to its end. */
export async function run(options: RunOptions): Promise<Run> {
  const started = startRun(options);
  const finished = await started.finished;
  return { finished, outcome: await started.release(), said: started.said() };
}

function counter(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `00000000-0000-4000-8000-${String(last).padStart(12, "0")}`;
  };
}
