import {
  type Deployment,
  DeploymentStopped,
  type Goal,
  type ReadGoal,
  type Registration,
} from "../../src/execute/goal.ts";
import { HookRegistry } from "../../src/execute/hook-registry.ts";
import { createUrn } from "../../src/plan/urn.ts";
import { computed, type PropertyMap } from "../../src/protocol/property-value.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

export interface FakeDeploymentOptions {
  readonly preview?: boolean;
  /** What becomes of a goal; undefined = it is created. */
  readonly onRegister?: (goal: Goal) => Promise<Partial<Registration> | undefined> | undefined;
  readonly onRead?: (goal: ReadGoal) => Promise<Partial<Registration> | undefined> | undefined;
}

/** Records what it is asked for and answers as if every resource were created at once. */
export class FakeDeployment implements Deployment {
  readonly preview: boolean;
  readonly hooks = new HookRegistry();
  readonly goals: Goal[] = [];
  readonly reads: ReadGoal[] = [];
  readonly outputs: { urn: string; outputs: PropertyMap }[] = [];
  private readonly options: FakeDeploymentOptions;
  private readonly states = new Map<string, ResourceState>();
  private stopped = false;

  constructor(options: FakeDeploymentOptions = {}) {
    this.options = options;
    this.preview = options.preview ?? false;
  }

  stop(): void {
    this.stopped = true;
  }

  goal(name: string): Goal {
    const found = this.goals.find((goal) => goal.name === name);
    if (found === undefined) throw new Error(`no goal named ${name}`);
    return found;
  }

  outputsOf(name: string): PropertyMap {
    const found = this.outputs.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`no outputs of ${name}`);
    return found.outputs;
  }

  async register(goal: Goal): Promise<Registration> {
    if (this.stopped) throw new DeploymentStopped();
    this.goals.push(goal);
    const said = await this.options.onRegister?.(goal);
    return this.record(goal, goal.custom ? this.newId(goal.name) : "", said);
  }

  async read(goal: ReadGoal): Promise<Registration> {
    if (this.stopped) throw new DeploymentStopped();
    this.reads.push(goal);
    const said = await this.options.onRead?.(goal);
    return this.record({ ...goal, custom: true }, goal.id, said);
  }

  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    if (this.stopped) throw new DeploymentStopped();
    this.outputs.push({ urn, outputs });
  }

  findResource(urn: string): ResourceState | undefined {
    return this.states.get(urn);
  }

  private newId(name: string): string {
    return this.preview ? "" : `${name}-id`;
  }

  private record(
    goal: Pick<Goal, "type" | "name" | "custom" | "parent" | "inputs" | "provider">,
    id: string,
    said: Partial<Registration> | undefined,
  ): Registration {
    const { type, name, custom, parent, inputs, provider } = goal;
    const urn = createUrn({ stack: "dev", project: "shop", parent, type, name });
    const made: PropertyMap = custom ? { ...inputs, made: this.preview ? computed : `made ${name}` } : {};
    const state = resourceState({ urn, type, custom, id, inputs, outputs: made, parent, provider });
    const registration: Registration = { state, result: "success", unknown: false, stableKeys: [], ...said };
    this.states.set(urn, registration.state);
    return registration;
  }
}
