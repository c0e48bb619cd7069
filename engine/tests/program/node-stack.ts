import { startGrpcServer } from "../../src/grpc/server.ts";
import {
  Engine,
  type EngineEvent,
  memoryState,
  nodeProgram,
  type OperationResult,
  type Snapshot,
} from "../../src/index.ts";
import type { RunConfig } from "../../src/operation.ts";
import { engineService } from "../../src/protocol/engine-service.ts";
import type { LocalPlugin } from "../../src/providers/find-plugin.ts";
import { createProviderHost } from "../../src/providers/host.ts";
import { PULUMI_VERSION } from "../../src/version.ts";

export interface StackRun extends OperationResult {
  readonly events: readonly EngineEvent[];
  /** Texts of errors. */
  readonly told: readonly string[];
  /** Op -> how many, without those that stayed the same. */
  readonly changed: { readonly [op: string]: number };
}

export interface NodeStackArgs {
  /** Folder of the program. */
  readonly root: string;
  readonly project: string;
  readonly stack: string;
  /** Where plugins are looked for. */
  readonly pulumiHome: string;
  /** @default process.env */
  readonly env?: { readonly [name: string]: string | undefined };
  readonly localPlugins?: readonly LocalPlugin[];
}

/** A real program with the real SDK, on the engine's own adapters; its state is in memory. */
export class NodeStack {
  private readonly args: NodeStackArgs;
  private readonly state: ReturnType<typeof memoryState>;

  constructor(args: NodeStackArgs) {
    this.args = args;
    this.state = memoryState({ project: args.project, stack: args.stack });
  }

  snapshot(): Promise<Snapshot> {
    return this.state.store.load();
  }

  /** What a state file would hold. */
  get stateText(): string {
    return (this.state.store as { text?: string }).text ?? "";
  }

  async run(operation: "preview" | "up" | "refresh" | "destroy", config: RunConfig): Promise<StackRun> {
    const { root, project, stack, pulumiHome, env = process.env, localPlugins = [] } = this.args;
    const events: EngineEvent[] = [];
    const server = await startGrpcServer([
      engineService({ version: PULUMI_VERSION.slice(1), log: () => undefined }),
    ]);
    const providers = createProviderHost({
      projectRoot: root,
      programDirectory: root,
      projectName: project,
      config,
      engineAddress: () => server.address,
      env,
      pulumiHome,
      localPlugins,
      onPluginOutput: () => undefined,
    });
    const runtimeOptions = { typescript: false };
    const program = nodeProgram({ root, directory: root, entry: ".", runtimeOptions, env });
    try {
      const engine = new Engine({
        project,
        stack,
        folder: root,
        state: this.state,
        config,
        program,
        providers,
      });
      const result = await engine[operation]({ onEvent: (event) => events.push(event) });
      return { ...result, events, told: errorsOf(events), changed: changedOf(result) };
    } finally {
      await providers.close();
      server.close();
    }
  }
}

function errorsOf(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );
}

function changedOf({ changes }: OperationResult): { [op: string]: number } {
  return Object.fromEntries(Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0));
}
