import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import type { AdapterLogEntry } from "../../../src/providers/adapter-log.ts";
import { createKubernetesProvider } from "../../../src/providers/kubernetes/provider.ts";
import type {
  CheckRequest,
  CreateRequest,
  Provider,
  UpdateRequest,
} from "../../../src/providers/provider.ts";

export interface Configured {
  readonly provider: Provider;
  readonly told: AdapterLogEntry[];
  /** What was told, without what was only shown. */
  readonly messages: () => readonly string[];
  /** Milliseconds that it has slept. */
  readonly slept: () => number;
}

/** A provider whose waiting takes no time: each sleep moves its clock on. */
export async function configured(
  inputs: PropertyMap,
  options: {
    readonly directory?: string;
    readonly environment?: { readonly [name: string]: string };
    /** Called as often as it sleeps. */
    readonly onSleep?: () => void;
  } = {},
): Promise<Configured> {
  const told: AdapterLogEntry[] = [];
  let now = 0;
  const provider = createKubernetesProvider({
    environment: {},
    ...options,
    log: (entry) => void told.push(entry),
    drawSuffix: () => "0a1b2c3d",
    lookSeconds: 0.05,
    clock: {
      now: () => now,
      sleep: async (milliseconds, signal) => {
        now += milliseconds;
        options.onSleep?.();
        signal.throwIfAborted();
      },
    },
  });
  await provider.configure({
    urn: "urn:pulumi:dev::corpus::pulumi:providers:kubernetes::p",
    name: "p",
    type: "pulumi:providers:kubernetes",
    id: "1",
    inputs,
  });
  return {
    provider,
    told,
    slept: () => now,
    messages: () => told.filter(({ ephemeral }) => !ephemeral).map(({ message }) => message),
  };
}

const identity = (type: string) => ({ urn: `urn:pulumi:dev::corpus::${type}::thing`, name: "thing", type });

export function checkRequest(
  type: string,
  news: PropertyMap,
  changed: Partial<CheckRequest> = {},
): CheckRequest {
  return {
    ...identity(type),
    olds: {},
    news,
    randomSeed: new Uint8Array(32),
    autonaming: undefined,
    preview: false,
    ...changed,
  };
}

export function createRequest(
  type: string,
  inputs: PropertyMap,
  changed: Partial<CreateRequest> = {},
): CreateRequest {
  return { ...identity(type), inputs, timeout: 0, preview: false, ...changed };
}

export function updateRequest(
  type: string,
  old: { readonly id: string; readonly inputs: PropertyMap; readonly outputs: PropertyMap },
  newInputs: PropertyMap,
  changed: Partial<UpdateRequest> = {},
): UpdateRequest {
  return {
    ...identity(type),
    id: old.id,
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
    newInputs,
    ignoreChanges: [],
    timeout: 0,
    preview: false,
    ...changed,
  };
}
