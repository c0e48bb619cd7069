import { type Alias, DeploymentStopped, type Goal, type Registration } from "../src/execute/goal.ts";
import type { InProcessProgram } from "../src/execute/in-process-program.ts";
import { packageOfProviderType, providerReference } from "../src/plan/urn.ts";
import { computed, type PropertyMap, type PropertyValue, Secret } from "../src/protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../src/protocol/signatures.ts";
import { functionProgram, type ProgramApi } from "../src/testing/index.ts";
import type {
  ComponentSpec,
  CustomSpec,
  ProgramSpec,
  ProviderSpec,
  ReadSpec,
  ResourceSpec,
} from "./program-spec.ts";
import { neededBy } from "./program-spec.ts";
import type { Scheduler } from "./scheduler.ts";
import { CANARY } from "./secrets.ts";

/** A registered resource as the rest of the program sees it. */
export interface Made {
  readonly urn: string;
  readonly id: PropertyValue;
  readonly outputs: PropertyMap;
}

/** What a run of the program asked for. */
export interface Asked {
  readonly spec: ResourceSpec;
  readonly inputs: PropertyMap;
  readonly made: Made;
}

/** Makes a program of a description. `asked` gets what was registered, by URN. */
export function specProgram(
  spec: ProgramSpec,
  scheduler: Scheduler,
  asked: Map<string, Asked> = new Map(),
): InProcessProgram {
  return functionProgram(async (api) => {
    const run = new ProgramRun({ api, scheduler, asked });
    for (const resource of spec.resources) run.start(resource);
    await run.finish();
    if (spec.throws) throw new Error("the program throws");
    return spec.secretOutput ? { shown: 1, hidden: new Secret(`${CANARY}-output`) } : { shown: 1 };
  });
}

class ProgramRun {
  private readonly api: ProgramApi;
  private readonly scheduler: Scheduler;
  private readonly asked: Map<string, Asked>;
  private readonly made = new Map<string, Promise<Made>>();
  private readonly specs = new Map<string, ResourceSpec>();

  constructor(parts: { api: ProgramApi; scheduler: Scheduler; asked: Map<string, Asked> }) {
    this.api = parts.api;
    this.scheduler = parts.scheduler;
    this.asked = parts.asked;
  }

  start(spec: ResourceSpec): void {
    this.specs.set(spec.key, spec);
    const making = this.make(spec);
    making.catch(() => undefined);
    this.made.set(spec.key, making);
  }

  /** Settles when nothing of the program runs any more. The SDK is quiet about being turned away. */
  async finish(): Promise<void> {
    const ended = await Promise.allSettled(this.made.values());
    const errors = ended.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
    const stopped = errors.find((error) => error instanceof DeploymentStopped);
    if (errors.length > 0) throw stopped ?? errors[0];
  }

  private async make(spec: ResourceSpec): Promise<Made> {
    const needed = new Map<string, Made>();
    for (const key of neededBy(spec)) needed.set(key, await this.get(key));
    await this.scheduler.wait(`register ${spec.name}`);
    const parent = spec.parent === undefined ? this.api.stack : (needed.get(spec.parent)?.urn ?? "");
    const place: Place = { parent, needed, urnOf: (key) => needed.get(key)?.urn ?? "" };
    switch (spec.kind) {
      case "custom":
        return this.custom(spec, place);
      case "component":
        return this.component(spec, place);
      case "provider":
        return this.provider(spec, place);
      case "read":
        return this.read(spec, place);
    }
  }

  private get(key: string): Promise<Made> {
    return this.made.get(key) ?? Promise.reject(new Error(`the program has no ${key}`));
  }

  private async custom(spec: CustomSpec, place: Place): Promise<Made> {
    const inputs = inputsOf(spec, place.needed);
    const provider = spec.provider === undefined ? undefined : reference(place.needed.get(spec.provider));
    const options = { ...(await this.common(spec, place)), ...customOptions(spec, place) };
    const goal: Partial<Goal> = { ...options, custom: true, inputs, parent: place.parent };
    if (provider !== undefined) {
      const done = await this.api.register({ type: spec.type, name: spec.name, ...goal, provider });
      return this.note(spec, inputs, registered(done));
    }
    const { parent, custom: _custom, inputs: _inputs, ...rest } = goal;
    const state = await this.api.resource(spec.type, spec.name, inputs, { ...rest, parent: parent ?? "" });
    return this.note(spec, inputs, madeOf(state));
  }

  private async component(spec: ComponentSpec, place: Place): Promise<Made> {
    const goal = {
      ...(await this.common(spec, place)),
      parent: place.parent,
      protect: spec.protect ?? false,
    };
    const done = registered(await this.api.register({ type: "sim:index:Group", name: spec.name, ...goal }));
    await this.scheduler.wait(`outputs ${spec.name}`);
    await this.api.outputs(done.urn, { output: spec.output });
    return this.note(spec, {}, done);
  }

  private async provider(spec: ProviderSpec, place: Place): Promise<Made> {
    const inputs = { region: spec.region, endpoint: spec.endpoint };
    const goal = { ...(await this.common(spec, place)), custom: true, inputs, parent: place.parent };
    const type = `pulumi:providers:${spec.pkg}`;
    const done = registered(
      await this.api.register({ type, name: spec.name, ...goal, protect: spec.protect ?? false }),
    );
    return this.note(spec, inputs, done);
  }

  private async read(spec: ReadSpec, _place: Place): Promise<Made> {
    return this.note(spec, {}, madeOf(await this.api.read(spec.type, spec.name, spec.id)));
  }

  private note(spec: ResourceSpec, inputs: PropertyMap, made: Made): Made {
    this.asked.set(made.urn, { spec, inputs, made });
    return made;
  }

  private async common(
    spec: ResourceSpec,
    place: Place,
  ): Promise<Pick<Goal, "aliases" | "protect" | "dependencies">> {
    const dependencies = [...(spec.dependsOn ?? [])].map(place.urnOf);
    if (spec.kind === "custom") dependencies.push(...(spec.refs ?? []).map((ref) => place.urnOf(ref.to)));
    const aliases: Alias[] = [];
    for (const { name, type, parent } of spec.aliases ?? []) {
      const former = parent === null ? ("none" as const) : await this.formerParent(parent);
      aliases.push({
        kind: "spec",
        name,
        type,
        stack: undefined,
        project: undefined,
        parent: former ?? { urn: place.parent },
      });
    }
    return { aliases, protect: spec.protect ?? false, dependencies: [...new Set(dependencies)] };
  }

  private async formerParent(key: string | undefined): Promise<{ readonly urn: string } | undefined> {
    if (key === undefined || !this.specs.has(key)) return undefined;
    return { urn: (await this.get(key)).urn };
  }
}

interface Place {
  readonly parent: string;
  readonly needed: ReadonlyMap<string, Made>;
  urnOf(key: string): string;
}

function customOptions(spec: CustomSpec, place: Place): Partial<Goal> {
  const propertyDependencies: Record<string, string[]> = {};
  for (const { property, to } of spec.refs ?? []) {
    propertyDependencies[property] = [...(propertyDependencies[property] ?? []), place.urnOf(to)];
  }
  return {
    propertyDependencies,
    ...(spec.retainOnDelete && { retainOnDelete: true }),
    ...(spec.deleteBeforeReplace !== undefined && { deleteBeforeReplace: spec.deleteBeforeReplace }),
    ...(spec.deletedWith !== undefined && { deletedWith: place.urnOf(spec.deletedWith) }),
    ...(spec.replaceWith && { replaceWith: spec.replaceWith.map(place.urnOf) }),
    ...(spec.ignoreChanges && { ignoreChanges: spec.ignoreChanges }),
    ...(spec.replaceOnChanges && { replaceOnChanges: spec.replaceOnChanges }),
    ...(spec.token && { additionalSecretOutputs: ["token"] }),
    ...(spec.trigger !== undefined && { replacementTrigger: spec.trigger }),
    ...(spec.importId !== undefined && { importId: spec.importId }),
  };
}

/** The inputs of a thing, with what it takes from others. */
function inputsOf(spec: CustomSpec, needed: ReadonlyMap<string, Made>): PropertyMap {
  const inputs: Record<string, PropertyValue> = { value: spec.value, zone: spec.zone };
  if (spec.secret) inputs["password"] = new Secret(`${CANARY}-${spec.value}`);
  if (spec.token) inputs["token"] = true;
  if (spec.deleteFirst) inputs["deleteFirst"] = true;
  for (const property of ["link", "base"] as const) {
    const refs = (spec.refs ?? []).filter((ref) => ref.property === property);
    if (refs.length > 0) inputs[property] = refs.map(({ to, output }) => outputOf(needed.get(to), output));
  }
  return inputs;
}

function outputOf(made: Made | undefined, output: string): PropertyValue {
  if (made === undefined) return null;
  if (output === "id") return made.id;
  return made.outputs[output] ?? null;
}

function reference(made: Made | undefined): string {
  if (made === undefined) return "";
  return providerReference(made.urn, typeof made.id === "string" && made.id !== "" ? made.id : UNKNOWN_VALUE);
}

function registered({ state, result, unknown }: Registration): Made {
  if (result !== "success") throw new Error(`resource ${state.urn} failed to register`);
  return { ...madeOf(state), ...(unknown && { id: computed, outputs: UNKNOWN_OUTPUTS }) };
}

const UNKNOWN_OUTPUTS: PropertyMap = { serial: computed, value: computed, token: computed };

function madeOf(state: Registration["state"]): Made {
  return { urn: state.urn, id: state.id === "" ? computed : state.id, outputs: state.outputs };
}

/** The package of a type token. */
export function packageOf(type: string): string {
  return type.startsWith("pulumi:providers:") ? packageOfProviderType(type) : (type.split(":")[0] ?? "");
}
