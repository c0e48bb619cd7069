import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PriceTable } from "../../contracts/cost/price-table.ts";
import type { EngineChoice } from "../engine-choice.ts";
import { engineFailure } from "../failure.ts";
import { choosePolicyPack, type PolicyOptions } from "../policy-pack.ts";
import type { Output } from "../verb.ts";
import { prepareWorkspace } from "../workspace.ts";
import { dependenciesOf } from "./causes.ts";
import { findState } from "./find-state.ts";
import { readPastUpdates } from "./past-updates.ts";
import { previewRevision } from "./preview-revision.ts";
import type { RecordedState } from "./recorded-state.ts";
import { openLiveStack, openPrivateStack, type RevisionStack } from "./revision-stack.ts";
import type { ReviewedPlans, RevisionPlan } from "./stack-review.ts";
import { changedSecrets } from "./stand-in-settings.ts";

/** What is reviewed, and with what. */
export interface ReviewRequest {
  /** The working tree. */
  readonly root: string;
  /** Where this machine keeps state. */
  readonly local: string;
  readonly engine: EngineChoice;
  /** Checkout of the base; undefined = the state is all there is to compare with. */
  readonly baseRoot: string | undefined;
  /** Stack -> file of an exported checkpoint. */
  readonly states: { readonly [stack: string]: string };
  /** Real state and live providers instead of a private copy. */
  readonly live: boolean;
  readonly policyPack: string | undefined;
  readonly prices: PriceTable;
  readonly env: { readonly [name: string]: string | undefined };
}

interface Opener {
  readonly open: (root: string) => Promise<RevisionStack>;
  readonly state: RecordedState | undefined;
  readonly notes: readonly string[];
}

/** Previews one stack's program as it is, and as the base has it. */
export async function gatherPlans(
  stack: string,
  request: ReviewRequest,
  output: Output,
): Promise<ReviewedPlans> {
  const { root, baseRoot, prices } = request;
  const policy = choosePolicyPack(stack, request.policyPack, root);
  const opener = await (request.live ? liveOpener(stack, request) : privateOpener(stack, request));
  const look = (at: string) => previewAt(at, { opener, policy, prices }, output);
  const isNew = baseRoot !== undefined && !existsSync(join(baseRoot, `Pulumi.${stack}.yaml`));
  const [head, base] = await Promise.all([
    look(root),
    baseRoot === undefined || isNew ? undefined : look(baseRoot),
  ]);
  const isComparable = base !== undefined && base.plan.failure === undefined;
  const notes = [
    ...opener.notes,
    ...(head.sealedSettings.length === 0
      ? []
      : [`secret settings that are not known here: ${head.sealedSettings.join(", ")}`]),
    ...(isNew ? ["the base has no such stack"] : []),
    ...(base !== undefined && !isComparable
      ? ["the base's program does not run: compared with the state alone"]
      : []),
  ];
  return {
    stack,
    head: head.plan,
    ...(isComparable && { base: base.plan }),
    dependencies: dependenciesOf(opener.state?.deployment.resources ?? []),
    changedSecrets: baseRoot === undefined || isNew ? [] : secretsChanged(stack, { root, baseRoot }),
    past: await readPastUpdates(stack, request),
    notes,
  };
}

async function previewAt(
  root: string,
  { opener, policy, prices }: { opener: Opener; policy: PolicyOptions; prices: PriceTable },
  output: Output,
): Promise<{ readonly plan: RevisionPlan; readonly sealedSettings: readonly string[] }> {
  const opened = await opener.open(root).catch((error: unknown) => {
    throw engineFailure(error, []);
  });
  try {
    return {
      plan: await previewRevision(opened.stack, output, { policy, prices }),
      sealedSettings: opened.sealedSettings,
    };
  } finally {
    opened.remove();
  }
}

async function privateOpener(stack: string, request: ReviewRequest): Promise<Opener> {
  const { root, local, engine, env, states } = request;
  const settings = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  const found = await findState({ stack, root, local, engine, file: states[stack], settings, env });
  const { state, notes } = found;
  return { open: (at) => openPrivateStack({ root: at, stack, engine }, found), state, notes };
}

async function liveOpener(stack: string, { root, local, engine, env }: ReviewRequest): Promise<Opener> {
  const real = prepareWorkspace({ root, local, stack, env });
  const open = (at: string) => openLiveStack({ root: at, stack, engine }, real);
  const opened = await open(root);
  try {
    return { open, state: (await opened.stack.exportStack()) as RecordedState, notes: [] };
  } finally {
    opened.remove();
  }
}

function secretsChanged(
  stack: string,
  roots: { readonly root: string; readonly baseRoot: string },
): string[] {
  const read = (folder: string) => readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8");
  return changedSecrets(read(roots.baseRoot), read(roots.root));
}
