/** The engine as a library. */
import { homedir } from "node:os";
import { join } from "node:path";
import { defaultOptions } from "./default-options.ts";
import type { Diagnostic, EventListener } from "./events.ts";
import { runOperation } from "./execute/run-operation.ts";
import { startGrpcServer } from "./grpc/server.ts";
import type {
  ImportSpec,
  OperationContext,
  OperationKind,
  OperationOptions,
  OperationResult,
  RunConfig,
} from "./operation.ts";
import type { ProgramSource } from "./program/program-source.ts";
import { engineService } from "./protocol/engine-service.ts";
import { createProviderHost } from "./providers/host.ts";
import type { ProviderHost } from "./providers/provider.ts";
import { resourceStatusService, ViewTokens } from "./providers/resource-status.ts";
import { memoryState, type StackState } from "./stack-state.ts";
import type { Snapshot } from "./state/resource.ts";
import { createSystemRandom } from "./system-random.ts";
import { PULUMI_VERSION } from "./version.ts";

type Environment = { readonly [name: string]: string | undefined };

export interface EngineOptions {
  readonly project: string;
  readonly stack: string;
  /** What describes the resources; refresh, destroy and import go without. */
  readonly program?: ProgramSource;
  /** Who owns the resources. @default installed plugins, and the adapters of the engine where there is none */
  readonly providers?: ProviderHost;
  /** @default in memory */
  readonly state?: StackState;
  /** Keys are `namespace:name`. @default none */
  readonly config?: RunConfig;
  /** Absolute folder of the program: where plugins run, and what its files are relative to. @default the root folder */
  readonly folder?: string;
  /** Environment of plugins. @default none */
  readonly env?: Environment;
  /** Other stacks, for stack references. @default none */
  readonly readStack?: (name: string) => Promise<Snapshot | undefined>;
  /** @default the system's clock */
  readonly clock?: OperationContext["clock"];
  /** @default the system's random */
  readonly random?: OperationContext["random"];
}

/** What one run may be told. */
export interface RunOptions extends Partial<Omit<OperationOptions, "preview" | "imports">> {
  /** First abort: what runs is finished, nothing new starts. */
  readonly signal?: AbortSignal;
  /** Told everything that happens, in order. */
  readonly onEvent?: EventListener;
}

/**
 * One stack of one project, and the operations on it. Engines share nothing: several work side by side in one process.
 * Failures of resources are in the result; what keeps an operation from beginning is thrown as `UserError`.
 */
export class Engine {
  private readonly options: EngineOptions;
  private readonly state: StackState;

  constructor(options: EngineOptions) {
    this.options = options;
    this.state = options.state ?? memoryState(options);
  }

  /** The state as it is recorded. */
  snapshot(): Promise<Snapshot> {
    return this.state.store.load();
  }

  /** Tells what `up` would do; changes nothing. */
  preview(options: RunOptions = {}): Promise<OperationResult> {
    return this.run("update", options, { preview: true });
  }

  /** Creates, updates and deletes until everything is as the program says. */
  up(options: RunOptions = {}): Promise<OperationResult> {
    return this.run("update", options);
  }

  /** Records what is really there. */
  refresh(options: RunOptions = {}): Promise<OperationResult> {
    return this.run("refresh", options);
  }

  /** Deletes everything. */
  destroy(options: RunOptions = {}): Promise<OperationResult> {
    return this.run("destroy", options);
  }

  /** Takes over what exists already. */
  import(imports: readonly ImportSpec[], options: RunOptions = {}): Promise<OperationResult> {
    return this.run("import", options, { imports });
  }

  private async run(
    kind: OperationKind,
    { signal, onEvent, ...given }: RunOptions,
    own: Partial<OperationOptions> = {},
  ): Promise<OperationResult> {
    const options: OperationOptions = { ...defaultOptions, ...given, ...own };
    const listener = onEvent ?? (() => undefined);
    const { providers, close } = await this.openProviders(listener);
    try {
      return await runOperation(kind, options, {
        project: { name: this.options.project, ...this.place(), entry: ".", runtimeOptions: {} },
        ...this.state,
        config: this.config,
        providers,
        program: kind === "update" || options.runProgram ? this.options.program : undefined,
        listener,
        signal: signal ?? new AbortController().signal,
        clock: this.options.clock ?? { now: () => new Date() },
        random: this.options.random ?? createSystemRandom(),
        ...(this.options.readStack === undefined ? {} : { readStack: this.options.readStack }),
      });
    } finally {
      close();
    }
  }

  private place(): { readonly root: string; readonly directory: string } {
    const folder = this.options.folder ?? "/";
    return { root: folder, directory: folder };
  }

  private get config(): RunConfig {
    return this.options.config ?? { values: {}, secretKeys: [] };
  }

  /** Plugins talk back to the engine: a server of its own runs for as long as the operation. */
  private async openProviders(listener: EventListener): Promise<OpenProviders> {
    const { providers: given, project: projectName, env = {} } = this.options;
    if (given !== undefined) return { providers: given, close: () => undefined };
    const tell = (entry: Omit<Diagnostic, "prefix">) =>
      listener({ kind: "diagnostic", diagnostic: { ...entry, prefix: "" } });
    const viewTokens = new ViewTokens();
    const server = await startGrpcServer([
      engineService({ version: PULUMI_VERSION.slice(1), log: tell }),
      resourceStatusService(viewTokens),
    ]);
    const { root, directory } = this.place();
    const providers = createProviderHost({
      ...{ projectName, env, localPlugins: [], config: this.config },
      projectRoot: root,
      programDirectory: directory,
      engineAddress: () => server.address,
      viewTokens,
      pulumiHome: env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi"),
      onPluginOutput: (output) => tell({ ...output, urn: "", ephemeral: false }),
    });
    return { providers, close: () => server.close() };
  }
}

interface OpenProviders {
  readonly providers: ProviderHost;
  readonly close: () => void;
}
