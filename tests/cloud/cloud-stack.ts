import { homedir } from "node:os";
import { join } from "node:path";
import {
  Engine,
  type EngineEvent,
  memoryState,
  nodeProgram,
  type OperationResult,
  type Snapshot,
} from "../../engine/src/index.ts";
import { engineService } from "../../engine/src/protocol/engine-service.ts";
import { startGrpcServer } from "../../engine/src/protocol/grpc-server.ts";
import { createProviderHost } from "../../engine/src/providers/host.ts";
import { PULUMI_VERSION } from "../../engine/src/version.ts";
import { root } from "../../ops/paths.ts";
import { settingsOf } from "../embedded.ts";

export interface CloudRun extends OperationResult {
  readonly events: readonly EngineEvent[];
  /** Texts of errors. */
  readonly told: readonly string[];
  /** Op -> how many, without those that stayed the same. */
  readonly changed: { readonly [op: string]: number };
}

type Operation = "preview" | "up" | "refresh" | "destroy";

const SECRET_KEYS = ["trials:atlasClientSecret", "trials:graphCredentials", "trials:auraClientSecret"];

/** The real program on the engine's own adapters and our plugin: only the places it deploys to are pretended. */
export class CloudStack {
  private readonly settings: { [key: string]: unknown };
  private readonly state = memoryState({ project: "trials", stack: "cloud" });

  /** `settings`: key -> value, in place of those of `Pulumi.cloud.yaml`. */
  constructor(settings: { readonly [key: string]: unknown }) {
    this.settings = { ...settings };
  }

  set(key: string, value: unknown): void {
    this.settings[key] = value;
  }

  snapshot(): Promise<Snapshot> {
    return this.state.store.load();
  }

  /** What a state file would hold. */
  get stateText(): string {
    return (this.state.store as { text?: string }).text ?? "";
  }

  async run(operation: Operation): Promise<CloudRun> {
    const values = this.values();
    const config = { values, secretKeys: SECRET_KEYS.filter((key) => key in values) };
    const events: EngineEvent[] = [];
    const server = await startGrpcServer([
      engineService({ version: PULUMI_VERSION.slice(1), log: () => undefined }),
    ]);
    const providers = createProviderHost({
      projectRoot: root,
      programDirectory: root,
      projectName: "trials",
      config,
      engineAddress: () => server.address,
      env: process.env,
      pulumiHome: join(homedir(), ".pulumi"),
      localPlugins: [{ name: "aura", path: "providers/aura" }],
      onPluginOutput: () => undefined,
    });
    try {
      const engine = new Engine({
        project: "trials",
        stack: "cloud",
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

  private values(): { [key: string]: string } {
    const given = Object.entries(this.settings).map(([key, value]) => [
      `trials:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { ...settingsOf("cloud"), ...Object.fromEntries(given) };
  }
}

const program = nodeProgram({
  root,
  directory: root,
  entry: ".",
  runtimeOptions: { typescript: false },
  env: process.env,
});

function errorsOf(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );
}

function changedOf({ changes }: OperationResult): { [op: string]: number } {
  return Object.fromEntries(Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0));
}
