import { ProviderError } from "../src/errors.ts";
import { unwrapMap } from "../src/plan/property-diff.ts";
import { annotateSecrets } from "../src/plan/secrets.ts";
import { computed, type PropertyMap, type PropertyValue, Secret } from "../src/protocol/property-value.ts";
import {
  type CreateResult,
  PartialFailure,
  type Provider,
  type ReadResult,
} from "../src/providers/provider.ts";
import { fakeProvider } from "../src/testing/index.ts";
import type { Cloud, CloudObject } from "./cloud.ts";
import { diffConfig, diffThings } from "./cloud-diff.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { CANARY } from "./secrets.ts";

/** What a simulated provider works with. */
export interface ProviderWorld {
  readonly cloud: Cloud;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: FaultPlan;
}

/** The provider of a package in front of the simulated cloud. `alt` keeps no secrets, and leaves diffs to the engine. */
export function cloudProvider(world: ProviderWorld, pkg: string): Provider {
  const calls = new Calls(world);
  return fakeProvider({
    pkg,
    diffConfig: async (request) => diffConfig(request),
    configure: async (request) => {
      await calls.ask("configure", request.name);
      return CAPABILITIES;
    },
    async check({ name, olds, news, randomSeed }) {
      await calls.ask("check", name);
      const label =
        news["label"] ?? olds["label"] ?? `${name}-${Buffer.from(randomSeed.subarray(0, 4)).toString("hex")}`;
      return { inputs: { ...news, label }, failures: [] };
    },
    async diff(request) {
      await calls.ask("diff", request.name);
      return diffThings(request, pkg);
    },
    create: ({ urn, name, type, inputs, preview }) =>
      preview
        ? Promise.resolve({ id: "", outputs: answered(inputs, { pkg, serial: computed }) })
        : calls.create({ urn, name, type, inputs, pkg }),
    async update({ urn, name, id, newInputs, preview }) {
      if (preview) return { outputs: answered(newInputs, { pkg, serial: computed }) };
      return calls.update({ urn, name, id, inputs: newInputs, pkg });
    },
    delete: ({ urn, name, id }) => calls.act("delete", name, () => world.cloud.delete(urn, id)),
    read: ({ name, id, inputs, state }) => calls.read({ name, id, pkg, known: { ...state, ...inputs } }),
  });
}

const CAPABILITIES = {
  acceptSecrets: true,
  acceptResources: true,
  acceptOutputs: true,
  supportsPreview: true,
  supportsAutonaming: false,
};

interface Wanted {
  readonly urn: string;
  readonly name: string;
  readonly inputs: PropertyMap;
  readonly pkg: string;
}

/** The calls that reach the cloud: each takes its time, and fails as planned. */
class Calls {
  private readonly world: ProviderWorld;
  constructor(world: ProviderWorld) {
    this.world = world;
  }

  /** A call that changes nothing. */
  async ask(verb: string, name: string): Promise<void> {
    const { faults, random, scheduler } = this.world;
    const fault = faults.take(verb, name);
    if (fault !== undefined || random.chance(0.2)) await scheduler.wait(`${verb} ${name}`);
    if (fault !== undefined) throw new ProviderError(`${verb} refused`, { status: "ok" });
  }

  async act<T>(
    verb: string,
    name: string,
    effect: () => T,
    partial?: (done: T) => PartialFailure,
  ): Promise<T> {
    const { faults, random, scheduler } = this.world;
    await scheduler.wait(`${verb} ${name}`);
    const fault = faults.take(verb, name);
    if (fault === "refuse") throw new ProviderError(`${verb} refused`, { status: "ok" });
    if (fault === "lost-request") throw new ProviderError(`${verb} timed out`, { status: "unknown" });
    const done = effect();
    if (random.chance(0.4)) await scheduler.wait(`${verb} ${name} answers`);
    if (fault === "lost-answer") throw new ProviderError(`${verb} timed out`, { status: "unknown" });
    if (fault === "partial" && partial !== undefined) throw partial(done);
    return done;
  }

  async create(wanted: Wanted & { readonly type: string }): Promise<CreateResult> {
    const { cloud, faults } = this.world;
    const { urn, name, type, inputs, pkg } = wanted;
    const fault = faults.peek("create", name);
    const made = (object: CloudObject): CreateResult => ({
      id: object.id,
      outputs: answered(inputs, { pkg, serial: object.serial }),
    });
    const object = await this.act(
      "create",
      name,
      () => {
        if (cloud.hasLabel(inputs["label"])) {
          throw new ProviderError(`the name ${String(inputs["label"])} is taken`, { status: "ok" });
        }
        const created = cloud.create(type, urn, unwrapMap(inputs));
        // The engine forgets what it is told to have failed, as the official CLI does.
        if (fault === "lost-answer") created.left = "its create failed with an unknown outcome";
        return created;
      },
      (created) => unready({ ...made(created), inputs }),
    );
    return made(object);
  }

  async update(wanted: Wanted & { readonly id: string }): Promise<{ readonly outputs: PropertyMap }> {
    const { cloud } = this.world;
    const { urn, name, id, inputs, pkg } = wanted;
    const updated = (object: CloudObject) => ({ outputs: answered(inputs, { pkg, serial: object.serial }) });
    const object = await this.act(
      "update",
      name,
      () => {
        const found = cloud.objects.get(id);
        if (found === undefined) throw new ProviderError(`there is no ${id}`, { status: "ok" });
        cloud.update(found, urn, unwrapMap(inputs));
        return found;
      },
      (found) => unready({ id, ...updated(found), inputs }),
    );
    return updated(object);
  }

  async read(wanted: {
    readonly name: string;
    readonly id: string;
    readonly pkg: string;
    readonly known: PropertyMap;
  }): Promise<ReadResult | undefined> {
    const { name, id, pkg, known } = wanted;
    const object = await this.act(
      "read",
      name,
      () => this.world.cloud.objects.get(id),
      (found) => unready({ id: found === undefined ? "" : id, outputs: {}, inputs: undefined }),
    );
    if (object === undefined) return undefined;
    const inputs = annotateSecrets(guardPassword(object.inputs), known);
    return { id, inputs, outputs: answered(inputs, { pkg, serial: object.serial }) };
  }
}

function unready(object: {
  id: string;
  outputs: PropertyMap;
  inputs: PropertyMap | undefined;
}): PartialFailure {
  return new PartialFailure("it is not ready", { ...object, reasons: ["not ready yet"] });
}

function guardPassword(inputs: PropertyMap): PropertyMap {
  const { password } = inputs;
  return password === undefined ? inputs : { ...inputs, password: new Secret(password) };
}

/** What a provider answers: the inputs, a serial number, and a token of its own that it does not mark as secret. */
function answered(
  inputs: PropertyMap,
  made: { readonly pkg: string; readonly serial: PropertyValue },
): PropertyMap {
  const { pkg, serial } = made;
  const echoed = pkg === "alt" ? shallow(inputs) : inputs;
  const outputs = { ...echoed, serial };
  return inputs["token"] === true
    ? { ...outputs, token: serial === computed ? computed : `${CANARY}-token` }
    : outputs;
}

/** Top-level secrets in clear: the engine marks the outputs whose inputs are secret. */
function shallow(inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(inputs).map(
    ([key, value]) => [key, value instanceof Secret ? value.value : value] as const,
  );
  return Object.fromEntries(entries);
}
