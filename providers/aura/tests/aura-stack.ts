import {
  Engine,
  type EngineEvent,
  memoryState,
  type OperationResult,
  type PropertyMap,
  type ResourceState,
  type RunOptions,
  Secret,
} from "@trials/engine";
import { functionProgram, type ProgramApi, type ResourceOptions } from "@trials/engine/testing";
import { auraProvider } from "../src/aura-provider.ts";
import { serve } from "../src/protocol/serve.ts";

const STACK = { project: "trials", stack: "dev" };

export const TENANT = "6981ace7-efe5-4f5c-b7c5-267b5162ce91";
export const ARGS = {
  name: "trials-graph",
  type: "professional-db",
  cloudProvider: "gcp",
  region: "europe-west1",
  memory: "2GB",
};

/** What one operation did. */
export interface Run extends OperationResult {
  /** `<op> <name>` of every step on a resource of the provider that is not `same`. */
  readonly steps: readonly string[];
  /** Everything that was said to the user. */
  readonly text: string;
}

/** A stack in memory whose engine speaks gRPC with this package's provider, a new one for each operation. */
export class AuraStack {
  readonly env: { [name: string]: string };
  private readonly state = memoryState(STACK);
  private body: (program: ProgramApi) => Promise<PropertyMap> = async () => ({});

  constructor(baseUrl: string) {
    this.env = {
      AURA_BASE_URL: baseUrl,
      AURA_CLIENT_ID: "aura-client",
      AURA_CLIENT_SECRET: "aura-secret",
      AURA_TENANT_ID: TENANT,
      AURA_POLL_SECONDS: "0.01",
      AURA_SETTLE_SECONDS: "0",
    };
  }

  program(body: (program: ProgramApi) => Promise<PropertyMap>): void {
    this.body = body;
  }

  /** A program of one instance, `graph`. */
  instance(args: PropertyMap = {}, options: ResourceOptions = {}): void {
    this.program(async ({ resource }) => {
      await resource("aura:index:Instance", "graph", { ...ARGS, ...args }, options);
      return {};
    });
  }

  up(options: RunOptions = {}): Promise<Run> {
    return this.run((engine, all) => engine.up(all), options);
  }

  preview(options: RunOptions = {}): Promise<Run> {
    return this.run((engine, all) => engine.preview(all), options);
  }

  refresh(options: RunOptions = {}): Promise<Run> {
    return this.run((engine, all) => engine.refresh(all), options);
  }

  destroy(options: RunOptions = {}): Promise<Run> {
    return this.run((engine, all) => engine.destroy(all), options);
  }

  /** A recorded resource; undefined where there is none. */
  async find(name = "graph"): Promise<ResourceState | undefined> {
    const { resources } = await this.state.store.load();
    return resources.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  /** The password that is recorded, which must be a secret. */
  async password(): Promise<unknown> {
    const password = (await this.find())?.outputs["password"];
    if (password === undefined) return undefined;
    if (!(password instanceof Secret)) throw new Error("the password is recorded in clear");
    return password.value;
  }

  urn(name = "graph"): string {
    return `urn:pulumi:dev::trials::aura:index:Instance::${name}`;
  }

  private async run(
    act: (engine: Engine, options: RunOptions) => Promise<OperationResult>,
    options: RunOptions,
  ): Promise<Run> {
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => {
      events.push(event);
      options.onEvent?.(event);
    };
    const { port, close } = await serve(auraProvider({ ...this.env }));
    const engine = new Engine({
      ...STACK,
      state: this.state,
      env: { PULUMI_DEBUG_PROVIDERS: `aura:${port}` },
      program: functionProgram((api) => this.body(api)),
    });
    const result = await act(engine, { ...options, onEvent }).finally(close);
    const text = [...events.flatMap(said), ...result.errors, ...result.advice].join("\n");
    return { ...result, steps: events.flatMap(stepOf), text };
  }
}

function said(event: EngineEvent): string[] {
  return event.kind === "diagnostic" ? [event.diagnostic.message.trimEnd()] : [];
}

function stepOf(event: EngineEvent): string[] {
  if (event.kind !== "resource-pre" || !event.step.type.startsWith("aura:")) return [];
  const { op, urn } = event.step;
  return op === "same" ? [] : [`${op} ${urn.split("::").at(-1)}`];
}
