import type { EngineEvent, StepMetadata } from "../src/events.ts";
import { runOperation } from "../src/execute/run-operation.ts";
import type { OperationContext, OperationOptions, OperationResult } from "../src/operation.ts";
import type { Snapshot } from "../src/state/resource.ts";
import { fakeHost } from "../src/testing/index.ts";
import { cloudProvider } from "./cloud-provider.ts";
import { operationOptions } from "./operation-options.ts";
import type { ProgramSpec } from "./program-spec.ts";
import type { OperationSpec, Trouble } from "./scenario.ts";
import { type Ended, Scheduler } from "./scheduler.ts";
import { type Asked, specProgram } from "./spec-program.ts";
import type { World } from "./world.ts";

export interface Request {
  readonly operation: OperationSpec;
  readonly program: ProgramSpec;
  readonly trouble?: Trouble | undefined;
  readonly options?: Partial<OperationOptions>;
}

/** An operation as it was seen from outside. */
export interface Observed {
  readonly request: Request;
  readonly preview: boolean;
  readonly ended: Ended<OperationResult>;
  readonly succeeded: boolean;
  /** True where something went wrong that we planned. */
  readonly troubled: boolean;
  readonly events: readonly EngineEvent[];
  /** What the program registered, by URN. */
  readonly asked: ReadonlyMap<string, Asked>;
  readonly before: Snapshot;
  /** Whether a loss of power could have taken back nothing of what was there before. */
  readonly fromDurable: boolean;
  readonly after: Snapshot;
}

/** Runs one operation of the real engine in the simulated world. */
export async function operate(world: World, request: Request): Promise<Observed> {
  const { trouble } = request;
  const before = world.state;
  const fromDurable = world.disk.isDurable();
  const events: EngineEvent[] = [];
  const asked = new Map<string, Asked>();
  const scheduler = new Scheduler(world.random, world.trace);
  const interrupt = new AbortController();
  const options = { ...operationOptions(request.operation), ...request.options };
  world.cloud.deeds.length = 0;
  world.faults.begin(trouble?.faults ?? [], trouble?.diskFullAt);
  world.trace.note(`-- ${options.preview ? "preview of " : ""}${request.operation.kind}`);
  const context = contextOf(world, { request, scheduler, asked, events, signal: interrupt.signal });
  const kind = request.operation.kind === "up" ? "update" : request.operation.kind;
  const ended = await scheduler.run(runOperation(kind, options, context), {
    crashAt: trouble?.crashAt,
    abortAt: trouble?.abortAt,
    abort: () => interrupt.abort(),
  });
  if (ended.kind === "crashed") await restart(world);
  world.trace.note(`-- ${ended.kind === "done" ? ended.value.result : ended.kind}`);
  return {
    ...{
      request,
      preview: options.preview,
      ended,
      events,
      asked,
      before,
      fromDurable,
      after: await world.look(),
    },
    succeeded: ended.kind === "done" && ended.value.result === "succeeded",
    troubled: world.faults.struck || interrupt.signal.aborted || ended.kind === "crashed",
  };
}

/** After a crash a person makes sure that nobody holds the lock, and goes on. */
async function restart(world: World): Promise<void> {
  world.disk.crash();
  await world.store().breakLocks();
}

function contextOf(
  world: World,
  parts: {
    request: Request;
    scheduler: Scheduler;
    asked: Map<string, Asked>;
    events: EngineEvent[];
    signal: AbortSignal;
  },
): OperationContext {
  const { request, scheduler, asked, events, signal } = parts;
  const { cloud, faults, random } = world;
  const provider = (pkg: string) => () => cloudProvider({ cloud, faults, random, scheduler }, pkg);
  return {
    project: { name: "proj", root: "/", directory: "/", entry: ".", runtimeOptions: {} },
    store: world.store(scheduler),
    secrets: world.secrets,
    config: { values: {}, secretKeys: [] },
    providers: fakeHost({ fake: provider("fake"), alt: provider("alt") }),
    program: specProgram(request.program, scheduler, asked),
    listener: (event) => {
      events.push(event);
      world.trace.note(describe(event));
    },
    signal,
    clock: world.clock,
    random: { bytes: (count) => random.bytes(count), uuid: () => random.uuid() },
  };
}

function describe(event: EngineEvent): string {
  switch (event.kind) {
    case "resource-pre":
      return `  begin ${stepText(event.step)}`;
    case "resource-outputs":
      return `  done ${stepText(event.step)}`;
    case "resource-failed":
      return `  failed ${stepText(event.step)}`;
    case "diagnostic":
      return `  ${event.diagnostic.severity}: ${event.diagnostic.message.trimEnd()}`;
    default:
      return `  ${event.kind}`;
  }
}

function stepText({ op, urn, old, new: next }: StepMetadata): string {
  return `${op} ${urn.split("::").slice(2).join("::")} ${old?.id ?? ""} > ${next?.id ?? ""}`;
}
