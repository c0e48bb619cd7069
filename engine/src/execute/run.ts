import { UserError } from "../errors.ts";
import type { OperationContext, OperationOptions } from "../operation.ts";
import type { NameChoice } from "../plan/autonaming.ts";
import type { TrackedResource } from "../plan/step.ts";
import type { UrnTargets } from "../plan/targets.ts";
import { isProviderType, parseProviderReference } from "../plan/urn.ts";
import type { Provider } from "../providers/provider.ts";
import { type Extensions, extensionRefOf } from "../state/extensions.ts";
import type { ResourceState } from "../state/resource.ts";
import type { StepExecutor } from "./executor.ts";
import type { ProviderRegistry } from "./goal.ts";
import type { HookRunner } from "./hook-runner.ts";
import type { Ledger } from "./ledger.ts";
import type { LookAhead } from "./look-ahead.ts";
import type { PlanGuard } from "./plan-guard.ts";
import type { PlanWriter } from "./plan-writer.ts";
import type { PolicyEnforcer } from "./policy-enforcer.ts";
import type { Reporter } from "./reporter.ts";
import type { ViewBook } from "./view-book.ts";

/** What the parts of one operation share. */
export interface Run {
  readonly stack: string;
  readonly project: string;
  /** What becomes of registrations: they are carried out, only torn down, or only read again. */
  readonly mode: "update" | "destroy" | "refresh";
  /** True where each registration reads its object again first. */
  readonly refreshes: boolean;
  readonly options: OperationOptions;
  readonly replaceTargets: UrnTargets;
  /** How automatic names are made. */
  readonly nameFor: (
    resource: { readonly name: string; readonly type: string },
    seed: Uint8Array,
  ) => NameChoice;
  /** The targets as they were asked for, without dependents. */
  readonly deleteTargets: UrnTargets;
  readonly random: OperationContext["random"];
  readonly ledger: Ledger;
  readonly registry: ProviderRegistry;
  readonly executor: StepExecutor;
  readonly reporter: Reporter;
  /** Set where the run is held to an update plan. */
  readonly planGuard: PlanGuard | undefined;
  /** Set where the run writes an update plan. */
  readonly planWriter: PlanWriter | undefined;
  readonly hooks: HookRunner;
  readonly views: ViewBook;
  /** What providers were asked before its turn came. */
  readonly ahead: LookAhead;
  readonly policies: PolicyEnforcer;
  /** The recorded ones. */
  readonly extensions: Extensions;
  /** What a refresh of the state alone found; undefined = gone. */
  readonly refreshFindings: Map<TrackedResource, ResourceState | undefined>;
  /** Makes the operation fail at its end, although it goes on. */
  sawError(): void;
}

/** The generator cannot go on, and a person was told why already. */
export class Bail extends Error {
  override name = "Bail";
}

/** Tells a person what is wrong with a resource and ends the generation of steps. */
export function bail(run: Run, urn: string, message: string): Bail {
  run.reporter.error(urn, message);
  return new Bail(message);
}

/** Makes sure that the recorded provider of a resource is loaded, as it was when the resource was written. */
export async function ensureProvider(run: Run, state: ServedState): Promise<void> {
  if (state.provider === "") return;
  const recorded = run.ledger.findProvider(state.provider);
  if (recorded === undefined) return;
  await run.registry.ensure(recorded.state);
  const ref = extensionRefOf(state);
  if (ref === "") return;
  if (Object.hasOwn(run.extensions, ref)) return extendRecorded(run, state);
  throw bail(run, state.urn, `extension blob for ${ref} (resource ${state.urn}) not found in snapshot`);
}

type ServedState = Pick<ResourceState, "urn" | "provider" | "unknownFields">;

/** What registers in this run extends its provider itself; what is only recorded needs the recorded extension. */
async function extendRecorded(run: Run, state: ServedState): Promise<void> {
  const extension = run.extensions[extensionRefOf(state)];
  if (extension !== undefined) await run.registry.extend(state.provider, extension);
}

/**
 * The provider that serves a custom resource: undefined for components.
 * "unconfigured" where its configuration is not known yet; that happens in previews only.
 */
export async function loadProvider(
  run: Run,
  state: ServedState & Pick<ResourceState, "type" | "custom">,
): Promise<Provider | "unconfigured" | undefined> {
  if (!state.custom) return undefined;
  if (isProviderType(state.type)) return run.registry.providerOfProviders;
  const { urn } = parseProviderReference(state.provider);
  if (!run.ledger.providers.has(urn)) await ensureProvider(run, state);
  try {
    await extendRecorded(run, state);
    return run.registry.get(state.provider) ?? "unconfigured";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const unknown = error.code === "provider-unknown" ? ` for resource '${state.urn}'` : "";
    throw bail(run, state.urn, error.message + unknown);
  }
}
