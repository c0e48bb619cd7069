import { ProviderError, UserError } from "../errors.ts";
import { type StepOutcome, success, type TrackedResource } from "../plan/step.ts";
import { findReferenceProblem, isProviderType, urnName } from "../plan/urn.ts";
import { PartialFailure, type Provider } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import type { ProviderRegistry } from "./goal.ts";
import type { HookRunner } from "./hook-runner.ts";
import type { Reporter } from "./reporter.ts";
import type { ViewBook } from "./view-book.ts";

/** What steps need to be carried out. */
export interface ApplyContext {
  readonly preview: boolean;
  /** True where also what is protected may be deleted. */
  readonly ignoresProtect: boolean;
  /** True where a refresh tells of changed outputs alone. */
  readonly refreshesByOutputs: boolean;
  readonly registry: ProviderRegistry;
  readonly reporter: Reporter;
  readonly hooks: HookRunner;
  readonly views: ViewBook;
  /** The present time as RFC 3339, UTC. */
  now(): string;
  /** True where a recorded object goes with another that is deleted in this run, and is not deleted itself. */
  goesWithHost(resource: TrackedResource): boolean;
  /** What an update that an earlier run began, and of which nobody heard again, was to make of a resource: under any name. */
  interruptedUpdate(urn: string): ResourceState | undefined;
  /** True where a resource is recorded, or registered in this run. */
  exists(urn: string): { readonly recorded: boolean; readonly current: boolean };
}

/** The provider of a custom resource; undefined where its configuration is not known yet (in previews). */
export function providerOf(state: ResourceState, registry: ProviderRegistry): Provider | undefined {
  if (isProviderType(state.type)) return registry.providerOfProviders;
  const { urn, provider } = state;
  const problem = findReferenceProblem(provider);
  if (problem !== undefined)
    throw new Error(`bad provider reference '${provider}' for resource ${urn}: ${problem}`);
  try {
    return registry.get(provider);
  } catch (error) {
    const isUnknown = error instanceof UserError && error.code === "provider-unknown";
    throw isUnknown ? new Error(`${error.message} for resource ${urn}`, { cause: error }) : error;
  }
}

/** The names by which providers know a resource. */
export function identity(state: ResourceState): { urn: string; name: string; type: string } {
  return { urn: state.urn, name: urnName(state.urn), type: state.type };
}

/** A step that failed. */
export function failure(error: unknown, status?: StepOutcome["status"]): StepOutcome {
  const known = error instanceof Error ? error : new Error(String(error));
  return { ...success, status: status ?? statusOf(known), error: known };
}

function statusOf(error: Error): StepOutcome["status"] {
  if (error instanceof PartialFailure) return "partial";
  return error instanceof ProviderError ? error.status : "unknown";
}
