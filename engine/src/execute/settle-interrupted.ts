import { UserError } from "../errors.ts";
import { allDependencies } from "../plan/dependencies.ts";
import { markSecretOutputs } from "../plan/secrets.ts";
import type { TrackedResource } from "../plan/step.ts";
import { isProviderType } from "../plan/urn.ts";
import type { InterruptedCreate, Provider } from "../providers/provider.ts";
import type { PendingOperation, ResourceState, Snapshot } from "../state/resource.ts";
import { identity } from "./apply-context.ts";
import { bail, ensureProvider, type Run } from "./run.ts";

/** What is known of the creates that an earlier run began and that nobody heard of again. */
export interface Settled {
  /** Pending operations that still need a person, or a write. */
  readonly pendingOperations: readonly PendingOperation[];
  /** Resources that their provider found: what is recorded from now on. */
  readonly base: readonly TrackedResource[];
}

/**
 * Asks the providers what became of interrupted creates. What they know, and what a person said, is settled; the others
 * are left as they were, or forgotten where that is asked for.
 */
export async function settleInterrupted(run: Run, base: Snapshot, now: () => string): Promise<Settled> {
  const left: PendingOperation[] = [];
  let recorded = run.ledger.base;
  for (const operation of base.pendingOperations) {
    const made = await settle(run, operation);
    if (made === undefined) continue;
    if (made.kind === "unknown") left.push(operation);
    else tellSettled(run, operation.resource.urn, made);
    if (made.kind !== "found") continue;
    recorded = adopt(recorded, foundState(operation.resource, made, now()));
  }
  return { pendingOperations: left, base: recorded };
}

/** Undefined for a create that is to be forgotten. What was under way with a view is known with the object that it is part of. */
async function settle(run: Run, operation: PendingOperation): Promise<InterruptedCreate | undefined> {
  const { clearPendingCreates, importPendingCreates } = run.options;
  const { type, resource } = operation;
  if (resource.viewOf !== "") return undefined;
  if (type !== "creating") return clearPendingCreates ? undefined : UNKNOWN;
  const id = importPendingCreates[resource.urn];
  if (id !== undefined) return readNamed(run, resource, id);
  return clearPendingCreates ? undefined : ask(run, resource);
}

/** The object that a person says was made. @throws Bail where there is none, or none that can be recorded */
async function readNamed(run: Run, resource: ResourceState, id: string): Promise<InterruptedCreate> {
  const { urn } = resource;
  await ensureProvider(run, resource);
  const timeout = resource.customTimeouts.read ?? 0;
  const request = { ...identity(resource), id, inputs: {}, state: {}, timeout };
  const live = await run.registry.get(resource.provider)?.read(request);
  if (live === undefined) throw bail(run, urn, `resource '${id}' does not exist`);
  const made = checkFound(run, resource, { kind: "found", id: live.id || id, outputs: live.outputs });
  if (made.kind !== "unknown") return made;
  throw bail(run, urn, `'${id}' cannot be recorded: something that it depends on is not there`);
}

type Found = Extract<InterruptedCreate, { kind: "found" }>;

const UNKNOWN: InterruptedCreate = { kind: "unknown" };

async function ask(run: Run, resource: ResourceState): Promise<InterruptedCreate> {
  const { inputs, custom } = resource;
  if (!custom) return { kind: "absent" };
  const provider = await findProvider(run, resource);
  if (provider?.findInterrupted === undefined) return UNKNOWN;
  const request = { ...identity(resource), inputs, preview: run.options.preview };
  const made = await provider.findInterrupted(request).catch((): InterruptedCreate => UNKNOWN);
  return made.kind === "found" ? checkFound(run, resource, made) : made;
}

/** Undefined where it cannot be had now: that is told when something else needs it. */
async function findProvider(run: Run, state: ResourceState): Promise<Provider | undefined> {
  if (isProviderType(state.type)) return run.registry.providerOfProviders;
  try {
    await ensureProvider(run, state);
    return run.registry.get(state.provider);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** An object that is recorded already is not the one that was to be made. What refers to nothing cannot be recorded. */
function checkFound(run: Run, resource: ResourceState, made: Found): InterruptedCreate {
  // What was deleted before its replacement may have had the same id.
  const there = run.ledger.base.filter(({ state }) => !state.pendingReplacement);
  if (there.some(({ state }) => state.id === made.id && state.type === resource.type))
    return { kind: "absent" };
  const isWhole = allDependencies(resource).every((urn) => run.ledger.hasRecord(urn));
  return isWhole ? made : UNKNOWN;
}

function foundState(resource: ResourceState, made: Found, now: string): ResourceState {
  const { inputs, additionalSecretOutputs } = resource;
  const outputs = markSecretOutputs(made.outputs, inputs, additionalSecretOutputs);
  return { ...resource, id: made.id, outputs, created: now, modified: now };
}

/** Records an object as the create would have: what it replaces waits for its deletion, or is gone. */
function adopt(base: readonly TrackedResource[], state: ResourceState): readonly TrackedResource[] {
  const kept = base.flatMap((resource) => {
    const old = resource.state;
    if (old.urn !== state.urn || old.delete) return [resource];
    if (old.pendingReplacement) return [];
    resource.state = { ...old, delete: true };
    return [resource];
  });
  return [...kept, { state }];
}

function tellSettled(run: Run, urn: string, made: InterruptedCreate): void {
  if (run.options.preview) return;
  const outcome =
    made.kind === "found"
      ? `its provider found what it made, which is recorded now (id ${made.id})`
      : "it left nothing that would be in the way";
  run.reporter.info(urn, `An earlier run was interrupted while creating this resource; ${outcome}.`);
}

/** What a person can do about creates that no provider can tell about. */
export function interruptedAdvice(operations: readonly PendingOperation[]): readonly string[] {
  return operations
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn } }) => {
      return (
        `the creation of ${urn} was interrupted and its provider cannot tell whether it happened; look for the ` +
        "object, then run one of:\n" +
        "  pulumi refresh --clear-pending-creates          if it is not there\n" +
        `  pulumi refresh --import-pending-creates ${urn} --import-pending-creates <its id>          if it is there`
      );
    });
}
