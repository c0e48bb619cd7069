import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import type { AdapterLogEntry } from "../../../src/providers/adapter-log.ts";
import { createAtlasProvider } from "../../../src/providers/mongodbatlas/provider.ts";
import type {
  CreateResult,
  DiffResult,
  InterruptedCreate,
  Provider,
  ReadResult,
} from "../../../src/providers/provider.ts";

/** What is recorded of a resource. */
export interface Recorded {
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** A configured provider, called as the engine calls it. Its clock moves on by its sleeps only. */
export interface AtlasStack {
  readonly provider: Provider;
  readonly told: AdapterLogEntry[];
  /** Milliseconds slept so far. */
  readonly slept: () => number;
  create(type: string, news: PropertyMap, options?: { readonly timeout?: number }): Promise<Recorded>;
  preview(type: string, news: PropertyMap): Promise<PropertyMap>;
  diff(old: Recorded, news: PropertyMap, ignoreChanges?: readonly string[]): Promise<DiffResult>;
  update(old: Recorded, news: PropertyMap, options?: { readonly preview?: boolean }): Promise<Recorded>;
  read(old: Recorded): Promise<ReadResult | undefined>;
  import(type: string, id: string): Promise<ReadResult | undefined>;
  delete(old: Recorded): Promise<void>;
  findInterrupted(type: string, news: PropertyMap, preview?: boolean): Promise<InterruptedCreate | undefined>;
}

const identity = (type: string) => ({ urn: `urn:pulumi:dev::corpus::${type}::thing`, name: "thing", type });

export async function atlasStack(
  inputs: PropertyMap,
  environment: { readonly [name: string]: string } = {},
): Promise<AtlasStack> {
  const told: AdapterLogEntry[] = [];
  let now = 0;
  const provider = createAtlasProvider({
    environment,
    log: (entry) => void told.push(entry),
    drawNonce: () => "0a1b",
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
  });
  await provider.configure({ urn: "", name: "p", type: "pulumi:providers:mongodbatlas", id: "1", inputs });
  const check = async (type: string, news: PropertyMap, olds: PropertyMap = {}): Promise<PropertyMap> => {
    const request = { ...identity(type), olds, news, randomSeed: new Uint8Array(32), autonaming: undefined };
    const { inputs: checked, failures } = await provider.check({ ...request, preview: false });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return checked;
  };
  const change = ({ type, id, inputs: oldInputs, outputs }: Recorded, newInputs: PropertyMap) => ({
    ...identity(type),
    id,
    oldInputs,
    oldOutputs: outputs,
    newInputs,
    ignoreChanges: [],
  });
  return {
    provider,
    told,
    slept: () => now,
    async create(type, news, { timeout = 0 } = {}) {
      const checked = await check(type, news);
      const result: CreateResult = await provider.create({
        ...identity(type),
        inputs: checked,
        timeout,
        preview: false,
      });
      return { type, inputs: checked, ...result };
    },
    async preview(type, news) {
      const checked = await check(type, news);
      return (await provider.create({ ...identity(type), inputs: checked, timeout: 0, preview: true }))
        .outputs;
    },
    async diff(old, news, ignoreChanges = []) {
      return provider.diff({ ...change(old, await check(old.type, news, old.inputs)), ignoreChanges });
    },
    async update(old, news, { preview = false } = {}) {
      const checked = await check(old.type, news, old.inputs);
      const { outputs } = await provider.update({ ...change(old, checked), timeout: 0, preview });
      return { ...old, inputs: checked, outputs };
    },
    read: ({ type, id, inputs: recorded, outputs }) =>
      provider.read({ ...identity(type), id, inputs: recorded, state: outputs, timeout: 0 }),
    import: (type, id) => provider.read({ ...identity(type), id, inputs: {}, state: {}, timeout: 0 }),
    async findInterrupted(type, news, preview = false) {
      const checked = await check(type, news);
      return provider.findInterrupted?.({ ...identity(type), inputs: checked, preview });
    },
    delete: ({ type, id, inputs: oldInputs, outputs: oldOutputs }) =>
      provider.delete({ ...identity(type), id, oldInputs, oldOutputs, timeout: 0 }),
  };
}
