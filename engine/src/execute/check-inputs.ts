import { ignoreChanges } from "../plan/ignore-changes.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { CheckRequest, Provider } from "../providers/provider.ts";
import { identity } from "./apply-context.ts";
import { reportCheckFailures } from "./check-failures.ts";
import type { Registering } from "./generator.ts";
import { isReplaceTargeted } from "./inclusion.ts";
import { loadProvider, type Run } from "./run.ts";

export interface Checked {
  /** Undefined for components. */
  readonly provider: Provider | "unconfigured" | undefined;
  readonly randomSeed: Uint8Array;
  /** False: people were told why the registration is none, and nothing may be done about it. */
  readonly valid: boolean;
}

/** Lets the provider check the inputs and fill in its defaults. What it answers is what is recorded. */
export async function checkInputs(
  run: Run,
  registering: Registering,
  situation: { readonly targeted: boolean; readonly recreating: boolean },
): Promise<Checked> {
  const { goal, urn, old, next } = registering;
  const provider = await loadProvider(run, next.state);
  const seed = run.planGuard?.seedOf(urn) ?? run.ahead.seedOf(urn) ?? run.random.bytes(SEED_LENGTH);
  const news = old === undefined ? goal.inputs : withIgnoredChanges(run, registering, old.state.inputs);
  let valid = registering.valid;
  const afresh = situation.recreating || old?.state.external || isReplaceTargeted(run, urn, old?.state);
  const inputs = afresh ? goal.inputs : news;
  if (provider !== undefined && !situation.targeted) {
    next.state = { ...next.state, inputs: old?.state.inputs ?? {} };
  } else if (provider === "unconfigured") {
    next.state = { ...next.state, inputs };
  } else if (provider !== undefined) {
    const olds = afresh || old === undefined ? {} : old.state.inputs;
    valid = (await check(run, next, { provider, olds, news: inputs, seed })) && valid;
  }
  return { provider, randomSeed: seed, valid };
}

/** How much randomness providers get for automatic names. */
export const SEED_LENGTH = 32;

function withIgnoredChanges(run: Run, { goal, urn }: Registering, oldInputs: PropertyMap): PropertyMap {
  const { inputs, invalidPaths } = ignoreChanges(goal.inputs, oldInputs, goal.ignoreChanges);
  if (invalidPaths.length > 0) {
    const list = invalidPaths.join(", ");
    run.reporter.info(urn, `cannot ignore changes in added or removed elements of the path: "${list}"`);
  }
  return inputs;
}

/** Calls Check and takes over the inputs it answers. False where they are not valid; a person was told why. */
export async function check(
  run: Run,
  next: Registering["next"],
  request: {
    provider: Provider;
    olds: PropertyMap;
    news: PropertyMap;
    seed: Uint8Array;
  },
): Promise<boolean> {
  const { request: asked, mustBeHeeded } = checkRequest(run, identity(next.state), request);
  const checked = await run.ahead.check(request.provider, asked);
  if (mustBeHeeded && checked.ignoresAutonaming)
    run.reporter.warning(next.state.urn, autonamingIgnored(next));
  reportCheckFailures(next.state, checked.failures, (urn, text) => run.reporter.error(urn, text));
  next.state = { ...next.state, inputs: checked.inputs };
  return checked.failures.length === 0;
}

/** What a provider is asked. `mustBeHeeded`: a person has to hear where it does not name the object as it is told. */
export function checkRequest(
  run: Run,
  resource: Pick<CheckRequest, "urn" | "type" | "name">,
  { olds, news, seed }: Pick<CheckRequest, "olds" | "news"> & { readonly seed: Uint8Array },
): { readonly request: CheckRequest; readonly mustBeHeeded: boolean } {
  const { preview } = run.options;
  const { autonaming, mustBeHeeded } = run.nameFor(resource, seed);
  return { request: { ...resource, olds, news, randomSeed: seed, preview, autonaming }, mustBeHeeded };
}

function autonamingIgnored({ state }: Registering["next"]): string {
  return (
    `${state.urn} resource has a custom autonaming setting but the provider does not support autonaming ` +
    "configuration, consider upgrading to a newer version"
  );
}
