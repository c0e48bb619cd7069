import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { createDockerProvider, type DockerProviderOptions } from "../../../src/providers/docker/provider.ts";
import type { DiffResult, Provider } from "../../../src/providers/provider.ts";

/** A configured provider. */
export async function configured(
  options: DockerProviderOptions = {},
  settings: PropertyMap = {},
): Promise<Provider> {
  const provider = createDockerProvider({ environment: {}, ...options });
  const urn = "urn:pulumi:dev::tests::pulumi:providers:docker::default";
  await provider.configure({
    urn,
    name: "default",
    type: "pulumi:providers:docker",
    id: "1",
    inputs: settings,
  });
  return provider;
}

interface State {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** One resource as the engine would carry it: state in memory, every call as the engine makes it. */
export class Managed {
  state: State | undefined;
  readonly #provider: Provider;
  readonly #type: string;
  readonly urn: string;

  constructor(provider: Provider, type: string, name = "r") {
    this.#provider = provider;
    this.#type = `docker:index/${type}:${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    this.urn = `urn:pulumi:dev::tests::${this.#type}::${name}`;
  }

  get #common() {
    return { urn: this.urn, name: this.urn.split("::").at(-1) ?? "", type: this.#type };
  }

  get known(): State {
    if (this.state === undefined) throw new Error("not created");
    return this.state;
  }

  get outputs(): { readonly [key: string]: unknown } {
    return this.known.outputs;
  }

  async check(news: PropertyMap): Promise<PropertyMap> {
    const olds = this.state?.inputs ?? {};
    const request = { ...this.#common, olds, news, randomSeed: new Uint8Array(32), autonaming: undefined };
    const { inputs, failures } = await this.#provider.check({ ...request, preview: false });
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
    return inputs;
  }

  async diff(news: PropertyMap): Promise<DiffResult> {
    return this.#provider.diff(await this.#change(news));
  }

  async #change(news: PropertyMap) {
    const { id, inputs, outputs } = this.known;
    const newInputs = await this.check(news);
    return { ...this.#common, id, oldInputs: inputs, oldOutputs: outputs, newInputs, ignoreChanges: [] };
  }

  async create(news: PropertyMap, timeout = 0): Promise<this> {
    const inputs = await this.check(news);
    const { id, outputs } = await this.#provider.create({ ...this.#common, inputs, timeout, preview: false });
    this.state = { id, inputs, outputs };
    return this;
  }

  async update(news: PropertyMap): Promise<this> {
    const change = await this.#change(news);
    const { outputs } = await this.#provider.update({ ...change, timeout: 0, preview: false });
    this.state = { id: change.id, inputs: change.newInputs, outputs };
    return this;
  }

  /** Reads the live object into the state; undefined where it is gone. */
  async refresh(): Promise<State | undefined> {
    const { id, inputs, outputs } = this.known;
    const live = await this.#provider.read({ ...this.#common, id, inputs, state: outputs, timeout: 0 });
    this.state = live === undefined ? undefined : { id: live.id, inputs, outputs: live.outputs };
    return this.state;
  }

  async import(id: string): Promise<State | undefined> {
    const live = await this.#provider.read({ ...this.#common, id, inputs: {}, state: {}, timeout: 0 });
    this.state =
      live === undefined ? undefined : { id: live.id, inputs: live.inputs ?? {}, outputs: live.outputs };
    return this.state;
  }

  async destroy(): Promise<void> {
    const { id, inputs, outputs } = this.known;
    await this.#provider.delete({ ...this.#common, id, oldInputs: inputs, oldOutputs: outputs, timeout: 0 });
    this.state = undefined;
  }
}
