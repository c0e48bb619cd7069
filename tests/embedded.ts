import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
  computed,
  type EngineEvent,
  nodeProgram,
  type OperationResult,
  type PropertyMap,
  type PropertyValue,
  type Provider,
  runOperation,
  Secret,
  type Snapshot,
} from "../engine/src/index.ts";
import type { PolicyHost } from "../engine/src/policy/policy-pack.ts";
import {
  defaultOptions,
  fakeHost,
  fakeProvider,
  type MemoryStore,
  memoryStore,
} from "../engine/src/testing/index.ts";
import { root } from "../ops/paths.ts";
import { cloudOverrides, cloudSecretKeys } from "./cloud-config.ts";
import { atlasStandIn, kubernetesStandIn } from "./cloud-stand-ins.ts";

/** One operation on the program, run by the embedded engine with made-up providers. */
export interface ProgramRun extends OperationResult {
  readonly events: readonly EngineEvent[];
  readonly snapshot: Snapshot;
  /** The store's text: what a state file would hold. */
  readonly stateText: string;
}

/** A stack of the real program on fake providers and a store in memory: hermetic, no Docker, no files written. */
export class EmbeddedStack {
  private readonly store: MemoryStore;
  private readonly config: { readonly [key: string]: string };

  /** The stack's own settings with `overrides`; those of a cloud stack are completed with made-up credentials. */
  constructor(stack: string, overrides: { readonly [key: string]: string } = {}) {
    this.store = memoryStore({ organization: "organization", project: "trials", stack });
    const made = stack === "cloud" ? cloudOverrides() : {};
    this.config = { ...settingsOf(stack), ...made, ...overrides };
  }

  async update(
    options: { readonly preview?: boolean; readonly policies?: PolicyHost } = {},
  ): Promise<ProgramRun> {
    const events: EngineEvent[] = [];
    const project = {
      name: "trials",
      root,
      directory: root,
      entry: ".",
      runtimeOptions: { typescript: false },
    };
    const result = await runOperation(
      "update",
      { ...defaultOptions, preview: options.preview ?? false },
      {
        project,
        store: this.store,
        secrets: { record: undefined, encrypt: encode, decrypt: decode },
        config: { values: this.config, secretKeys: cloudSecretKeys.filter((key) => key in this.config) },
        providers: fakeHost({
          docker: dockerStandIn(),
          random: randomStandIn(),
          kubernetes: kubernetesStandIn(),
          mongodbatlas: atlasStandIn(),
        }),
        program: nodeProgram({ ...project, env: process.env }),
        ...(options.policies && { policies: options.policies }),
        listener: (event) => events.push(event),
        signal: new AbortController().signal,
        clock: { now: () => new Date(0) },
        random: { bytes: (count) => new Uint8Array(count), uuid: () => crypto.randomUUID() },
      },
    );
    return { ...result, events, snapshot: await this.store.load(), stateText: this.store.text };
  }
}

const encode = async (text: string) => Buffer.from(text).toString("base64");
const decode = async (text: string) => Buffer.from(text, "base64").toString();

/** The stack's settings as the engine hands them to a program: structured values as JSON text. */
export function settingsOf(stack: string): { [key: string]: string } {
  const { config } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as { config: object };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Invents the outputs that the program reads from Docker. */
function dockerStandIn(): Provider {
  const outputs = (type: string, inputs: PropertyMap, preview: boolean): PropertyMap => {
    const known = (value: PropertyValue): PropertyValue => (preview ? computed : value);
    if (type === "docker:index/remoteImage:RemoteImage")
      return { ...inputs, imageId: known(imageIdOf(String(inputs["name"]))) };
    if (type === "docker:index/container:Container")
      return { ...inputs, exitCode: known(0), containerLogs: known("") };
    return inputs;
  };
  return fakeProvider({
    pkg: "docker",
    create: async ({ type, name, inputs, preview }) => ({
      id: preview ? "" : `${name}-id`,
      outputs: outputs(type, inputs, preview),
    }),
    update: async ({ type, newInputs, preview }) => ({ outputs: outputs(type, newInputs, preview) }),
  });
}

function imageIdOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/** Invents secrets that a test can look for. */
function randomStandIn(): Provider {
  return fakeProvider({
    pkg: "random",
    create: async ({ name, inputs, preview }) => ({
      id: preview ? "" : `${name}-id`,
      outputs: {
        ...inputs,
        result: preview ? computed : new Secret(`canary-${name}`),
        hex: preview ? computed : "0123456789ab",
      },
    }),
  });
}
