import { ProviderError } from "../errors.ts";
import { type StepOutcome, success, type TrackedResource } from "../plan/step.ts";
import { isProviderType, urnName } from "../plan/urn.ts";
import { PartialFailure, type Provider } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import type { ProviderRegistry } from "./goal.ts";
import type { HookRunner } from "./hook-runner.ts";
import type { Reporter } from "./reporter.ts";

/** What steps need to be carried out. */
export interface ApplyContext {
  readonly preview: boolean;
  /** True where also what is protected may be deleted. */
  readonly ignoresProtect: boolean;
  readonly registry: ProviderRegistry;
  readonly reporter: Reporter;
  readonly hooks: HookRunner;
  /** The present time as RFC 3339, UTC. */
  now(): string;
  /** True where a recorded object goes with another that is deleted in this run, and is not deleted itself. */
  goesWithHost(resource: TrackedResource): boolean;
  /** True where a resource is recorded, or registered in this run. */
  exists(urn: string): { readonly recorded: boolean; readonly current: boolean };
}

/** The provider of a custom resource; undefined where its configuration is not known yet (in previews). */
export function providerOf(state: ResourceState, registry: ProviderRegistry): Provider | undefined {
  return isProviderType(state.type) ? registry.providerOfProviders : registry.get(state.provider);
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
