import type { DependencyMap, RegisterRequest } from "../protocol/monitor.ts";
import { outputDependencies, withOutputDependencies } from "../protocol/property-walk.ts";

export interface Dependencies {
  readonly dependencies: readonly string[];
  readonly propertyDependencies: DependencyMap;
}

/**
 * What a registration depends on, as a whole and by property. Outputs among its inputs say what they depend on; once its
 * own transforms have run, nobody else can tell for a property. (Transforms of ancestors and of the stack leave what was
 * said before in place, as with the official engine.)
 */
export function resolveDependencies(request: RegisterRequest): Dependencies {
  if (request.transforms.length > 0) return afterTransforms(request);
  if (Object.keys(request.propertyDependencies).length === 0 && !request.remote) return shared(request);
  const propertyDependencies = withOutputDependencies(request.inputs, request.propertyDependencies);
  return { dependencies: request.dependencies, propertyDependencies };
}

function afterTransforms(request: RegisterRequest): Dependencies {
  const found = dependenciesOfOutputs(request);
  return {
    dependencies: unique([...request.dependencies, ...found.flatMap(([, urns]) => urns)]),
    propertyDependencies: Object.fromEntries(found),
  };
}

/** Where the program does not say which property depends on what, each may depend on everything. */
function shared(request: RegisterRequest): Dependencies {
  const found = dependenciesOfOutputs(request);
  const dependencies = unique([...request.dependencies, ...found.flatMap(([, urns]) => urns)]);
  return {
    dependencies,
    propertyDependencies: Object.fromEntries(found.map(([key]) => [key, dependencies])),
  };
}

function dependenciesOfOutputs({
  inputs,
}: RegisterRequest): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(inputs).map(([key, value]) => [key, outputDependencies(value)] as const);
}

function unique(urns: readonly string[]): readonly string[] {
  return [...new Set(urns)];
}
