import { type Deployment, DeploymentStopped, type Goal, type Registration } from "../execute/goal.ts";
import type { ErrorHook, ResourceHook } from "../execute/hook-registry.ts";
import type { InProcessProgram } from "../execute/in-process-program.ts";
import type { OperationContext } from "../operation.ts";
import { providerReference, ROOT_STACK_TYPE } from "../plan/urn.ts";
import { createDefaultProviders } from "../program/default-providers.ts";
import { emptyGoal } from "../program/empty-goal.ts";
import type { Evaluation } from "../program/evaluation.ts";
import type { ProgramOutcome } from "../program/program-source.ts";
import { TransformChain } from "../program/transform-chain.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import type { ResourceState } from "../state/resource.ts";
import { applyTransforms, type ResourceTransform } from "./resource-transform.ts";

/** What a test program may say about a resource besides its inputs. */
export type ResourceOptions = Partial<Omit<Goal, "type" | "name" | "custom" | "inputs">> & {
  /** The version of the package whose default provider is used. */
  readonly version?: string;
  /** Run before the resource registers, and before each resource below it does. */
  readonly transforms?: readonly ResourceTransform[];
};

/** What a test program can do: the smallest part of Pulumi's SDK that resources need. */
export interface ProgramApi {
  readonly preview: boolean;
  /** The URN of the stack, the parent of what has no other. */
  readonly stack: string;
  /** Registers a custom resource with its package's default provider. Rejects where it failed or was skipped. */
  resource(
    type: string,
    name: string,
    inputs?: PropertyMap,
    options?: ResourceOptions,
  ): Promise<ResourceState>;
  component(type: string, name: string, options?: ResourceOptions): Promise<ResourceState>;
  /** Registers a provider; gives the reference to use as `options.provider`. */
  provider(pkg: string, name: string, inputs?: PropertyMap): Promise<string>;
  /** `provider`: a reference. @default the package's default provider */
  read(
    type: string,
    name: string,
    id: string,
    inputs?: PropertyMap,
    provider?: string,
  ): Promise<ResourceState>;
  outputs(urn: string, outputs: PropertyMap): Promise<void>;
  /** Registers a hook; resources refer to it by name in `options.resourceHooks`. */
  hook(
    name: string,
    run: ResourceHook["run"],
    options?: Partial<Pick<ResourceHook, "onDryRun" | "ignoreErrors">>,
  ): void;
  /** Registers a hook that says whether what failed is tried again. */
  errorHook(name: string, run: ErrorHook["run"]): void;
  /** A transform of every resource from now on. */
  stackTransform(transform: ResourceTransform): void;
  /** Whatever the others cannot say. */
  register(goal: Partial<Goal> & Pick<Goal, "type" | "name">): Promise<Registration>;
}

export type ProgramBody = (program: ProgramApi) => Promise<PropertyMap> | Promise<void>;

/** Makes a program of a function; what it returns becomes the stack's outputs. */
export function functionProgram(body: ProgramBody): InProcessProgram {
  return {
    run: () => Promise.reject(new Error("a function program runs in process only")),
    evaluate(deployment, context): Evaluation {
      const finished = evaluate(body, deployment, context);
      return { finished, release: () => finished };
    },
  };
}

async function evaluate(
  body: ProgramBody,
  deployment: Deployment,
  context: OperationContext,
): Promise<ProgramOutcome> {
  try {
    const { project, stack } = context.store.reference;
    const root = await deployment.register({
      ...emptyGoal,
      type: ROOT_STACK_TYPE,
      name: `${project}-${stack}`,
    });
    const outputs = await body(programApi(deployment, context, root.state.urn));
    await deployment.registerOutputs(root.state.urn, outputs ?? {});
    return { kind: "succeeded" };
  } catch (error) {
    // The SDK goes quiet when it is turned away, and ends as if all were well.
    if (error instanceof DeploymentStopped) return { kind: "succeeded" };
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function programApi(deployment: Deployment, context: OperationContext, stack: string): ProgramApi {
  const providers = createDefaultProviders({ deployment, config: context.config });
  const register = (goal: Partial<Goal> & Pick<Goal, "type" | "name">): Promise<Registration> =>
    deployment.register({ ...emptyGoal, ...goal });
  const defaultProvider = (type: string, version: string): Promise<string> =>
    providers.get({
      ...{ pkg: type.split(":")[0] ?? "", version, pluginDownloadURL: "", checksums: {} },
      parameterized: undefined,
    });
  const transforms = new TransformChain<ResourceTransform>();
  /** Transforms come first: they may change what the provider is chosen by. */
  const place = async (
    goal: Pick<Goal, "type" | "name" | "custom" | "inputs">,
    options: ResourceOptions,
  ): Promise<ResourceState> => {
    const { transforms: own = [], parent = stack } = options;
    const asked = { ...goal, parent, options };
    const transformed = await applyTransforms(asked, transforms.collect(own, parent));
    const { version = "", transforms: _own, ...rest } = transformed.options;
    const provider = rest.provider ?? (goal.custom ? await defaultProvider(goal.type, version) : "");
    const state = registered(
      await register({ ...rest, ...goal, parent, inputs: transformed.inputs, provider }),
    );
    transforms.remember(state.urn, { parent, own });
    return state;
  };
  return {
    preview: deployment.preview,
    stack,
    register,
    resource: (type, name, inputs = {}, options = {}) => place({ type, name, custom: true, inputs }, options),
    component: (type, name, options = {}) => place({ type, name, custom: false, inputs: {} }, options),
    hook: (name, run, { onDryRun = false, ignoreErrors = false } = {}) =>
      deployment.hooks.add({ name, run, onDryRun, ignoreErrors }),
    errorHook: (name, run) => deployment.hooks.addErrorHook({ name, run }),
    stackTransform: (transform) => transforms.addStackTransform(transform),
    async provider(pkg, name, inputs = {}) {
      const type = `pulumi:providers:${pkg}`;
      const state = registered(await register({ type, name, custom: true, inputs, parent: stack }));
      return providerReference(state.urn, state.id === "" ? UNKNOWN_VALUE : state.id);
    },
    async read(type, name, id, inputs = {}, named = "") {
      const provider = named || (await defaultProvider(type, ""));
      const place = { parent: stack, provider, dependencies: [], additionalSecretOutputs: [] };
      const goal = { type, name, id, inputs, ...place, sourcePosition: "", stackTrace: [] };
      return registered(await deployment.read(goal));
    },
    outputs: (urn, outputs) => deployment.registerOutputs(urn, outputs),
  };
}

function registered({ state, result }: Registration): ResourceState {
  if (result === "success") return state;
  throw new Error(`resource ${state.urn} failed to register`);
}
