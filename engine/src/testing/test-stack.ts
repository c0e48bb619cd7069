import { defaultOptions } from "../default-options.ts";
import type { EngineEvent } from "../events.ts";
import { runOperation } from "../execute/run-operation.ts";
import type {
  OperationContext,
  OperationKind,
  OperationOptions,
  OperationResult,
  RunConfig,
} from "../operation.ts";
import type { PolicyHost } from "../policy/policy-pack.ts";
import type { ProgramSource } from "../program/program-source.ts";
import type { ProviderHost } from "../providers/provider.ts";
import { base64Secrets, createMemoryStore, type MemoryStore } from "../state/memory-store.ts";
import type { Snapshot } from "../state/resource.ts";

/** What a finished operation left behind. */
export interface TestRun extends OperationResult {
  readonly events: readonly EngineEvent[];
  /** `<op> <name>` of every step that began, in order; internal ones included. */
  readonly steps: readonly string[];
  /** The texts of error diagnostics. */
  readonly told: readonly string[];
  readonly snapshot: Snapshot;
}

export interface TestStackOptions {
  readonly providers: ProviderHost;
  readonly store?: MemoryStore;
  readonly config?: RunConfig;
}

/** A stack in memory on which a test runs operations one after the other. */
export class TestStack {
  readonly store: MemoryStore;
  private readonly providers: ProviderHost;
  private readonly config: RunConfig;
  private uuids = 0;

  constructor(options: TestStackOptions) {
    const reference = { organization: "organization", project: "proj", stack: "test" };
    this.store = options.store ?? createMemoryStore(reference);
    this.providers = options.providers;
    this.config = options.config ?? { values: {}, secretKeys: [] };
  }

  up(
    program: ProgramSource,
    options: Partial<OperationOptions> = {},
    extra: RunExtras = {},
  ): Promise<TestRun> {
    return this.run("update", options, { ...extra, program });
  }

  preview(
    program: ProgramSource,
    options: Partial<OperationOptions> = {},
    extra: RunExtras = {},
  ): Promise<TestRun> {
    return this.run("update", { ...options, preview: true }, { ...extra, program });
  }

  destroy(options: Partial<OperationOptions> = {}, extra: RunExtras = {}): Promise<TestRun> {
    return this.run("destroy", options, extra);
  }

  refresh(options: Partial<OperationOptions> = {}, extra: RunExtras = {}): Promise<TestRun> {
    return this.run("refresh", options, extra);
  }

  async run(kind: OperationKind, options: Partial<OperationOptions>, extra: RunExtras): Promise<TestRun> {
    const events: EngineEvent[] = [];
    const context = this.context(events, extra);
    const result = await runOperation(kind, { ...defaultOptions, ...options }, context);
    const steps = events.flatMap((e) =>
      e.kind === "resource-pre" ? [`${e.step.op} ${nameOf(e.step.urn)}`] : [],
    );
    const told = events.flatMap((e) =>
      e.kind === "diagnostic" && e.diagnostic.severity === "error" ? [e.diagnostic.message.trimEnd()] : [],
    );
    return { ...result, events, steps, told, snapshot: await this.store.load() };
  }

  private context(events: EngineEvent[], extra: RunExtras): OperationContext {
    return {
      project: { name: "proj", root: "/", directory: "/", entry: ".", runtimeOptions: {} },
      store: extra.store ?? this.store,
      secrets: base64Secrets,
      config: this.config,
      providers: this.providers,
      program: extra.program,
      ...(extra.policies === undefined ? {} : { policies: extra.policies }),
      listener: (event) => {
        events.push(event);
        extra.listener?.(event);
      },
      signal: extra.signal ?? new AbortController().signal,
      clock: { now: () => new Date(0) },
      random: { bytes: (count) => new Uint8Array(count), uuid: () => `uuid-${++this.uuids}` },
    };
  }
}

export interface RunExtras {
  readonly program?: ProgramSource;
  readonly signal?: AbortSignal;
  readonly listener?: (event: EngineEvent) => void;
  readonly store?: MemoryStore;
  /** Policy packs that judge the operation. */
  readonly policies?: PolicyHost;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
