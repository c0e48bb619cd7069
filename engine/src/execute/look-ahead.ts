import { isDeepStrictEqual } from "node:util";
import type { TrackedResource } from "../plan/step.ts";
import { isProviderType, parseProviderReference, urnName } from "../plan/urn.ts";
import type { CheckRequest, CheckResult, DiffRequest, DiffResult, Provider } from "../providers/provider.ts";
import { urnOf } from "./aliasing.ts";
import { checkRequest, SEED_LENGTH } from "./check-inputs.ts";
import { diffRequest } from "./diff-resource.ts";
import type { Goal } from "./goal.ts";
import { isReplaceTargeted } from "./inclusion.ts";
import type { Run } from "./run.ts";

/** How many registrations are looked ahead to, at most. */
const FARTHEST = 16;

interface Question<Request, Answer> {
  readonly provider: Provider;
  readonly request: Request;
  readonly answer: Promise<Answer>;
}

/** What was asked about a registration before its turn. */
interface Asked {
  readonly seed: Uint8Array;
  check: Question<CheckRequest, CheckResult> | undefined;
  diff: Question<DiffRequest, DiffResult> | undefined;
}

/**
 * Registrations are decided one after the other, and most of that time is waiting for what a provider answers to Check
 * and Diff, which change nothing. Where more of them wait than steps may run at once, the next are asked about
 * meanwhile, in their order. A question that turns out to be another one in its turn is asked then.
 */
export class LookAhead {
  /** Registrations whose turn is still to come, in their order. */
  private readonly waiting: Goal[] = [];
  /** How many of the first of them were looked at. */
  private looked = 0;
  /** The registration whose turn it is. */
  private taken: Goal | undefined;
  private readonly asked = new Map<string, Asked>();

  /** A registration waits for its turn. */
  expect(run: Run, goal: Goal): void {
    this.waiting.push(goal);
    this.look(run);
  }

  /** The turn of the registration that has waited longest: `decide` is what it is there for. */
  async taking<T>(run: Run, decide: () => Promise<T>): Promise<T> {
    const goal = this.waiting.shift();
    this.taken = goal;
    this.looked = Math.max(0, this.looked - 1);
    this.look(run);
    try {
      return await decide();
    } finally {
      this.taken = undefined;
      if (goal !== undefined) this.asked.delete(urnOf(run, goal));
    }
  }

  /** The randomness that a provider was given already. */
  seedOf(urn: string): Uint8Array | undefined {
    return this.asked.get(urn)?.seed;
  }

  check(provider: Provider, request: CheckRequest): Promise<CheckResult> {
    const asked = this.asked.get(request.urn);
    const early = asked?.check;
    if (asked !== undefined) asked.check = undefined;
    return answerTo(early, provider, request) ?? provider.check(request);
  }

  diff(provider: Provider, request: DiffRequest): Promise<DiffResult> {
    const asked = this.asked.get(request.urn);
    const early = asked?.diff;
    if (asked !== undefined) asked.diff = undefined;
    return answerTo(early, provider, request) ?? provider.diff(request);
  }

  private look(run: Run): void {
    const { parallel, lookAheadFrom = parallel } = run.options;
    if (this.waiting.length <= lookAheadFrom || !isPlainRun(run)) return;
    if (this.taken !== undefined && definesOthers(this.taken)) return;
    for (const goal of this.waiting.slice(this.looked, Math.min(parallel, FARTHEST))) {
      if (definesOthers(goal)) return;
      this.looked += 1;
      if (isPlainGoal(goal)) this.ask(run, goal);
    }
  }

  private ask(run: Run, goal: Goal): void {
    const urn = urnOf(run, goal);
    const provider = findProvider(run, goal);
    const old = run.ledger.findOld(urn);
    if (provider === undefined || !isPlainRecord(run, urn, old)) return;
    const seed = run.random.bytes(SEED_LENGTH);
    const { type, inputs } = goal;
    const olds = old?.state.inputs ?? {};
    const request = checkRequest(
      run,
      { urn, type, name: urnName(urn) },
      { olds, news: inputs, seed },
    ).request;
    const answer = promised(() => provider.check(request));
    const asked: Asked = { seed, check: { provider, request, answer }, diff: undefined };
    this.asked.set(urn, asked);
    const goOn = ({ failures, inputs: checked }: CheckResult): void => {
      if (old === undefined || old.state.provider !== goal.provider) return;
      if (failures.length > 0 || run.executor.stopped.aborted) return;
      const next = diffRequest(old.state, { inputs: checked, ignoreChanges: [] });
      const told = promised(() => provider.diff(next));
      asked.diff = { provider, request: next, answer: told };
      unheard(told);
    };
    unheard(answer.then(goOn));
  }
}

async function promised<T>(ask: () => Promise<T>): Promise<T> {
  return ask();
}

/** Whether anybody still wants to know, and hears of a failure, is seen in the registration's turn. */
function unheard(answer: Promise<unknown>): void {
  answer.catch(() => undefined);
}

function answerTo<Request, Answer>(
  early: Question<Request, Answer> | undefined,
  provider: Provider,
  request: Request,
): Promise<Answer> | undefined {
  const isTheSame = early?.provider === provider && isDeepStrictEqual(early.request, request);
  return isTheSame ? early.answer : undefined;
}

/** Everybody is asked about the way he registers; nothing else decides first. */
function isPlainRun(run: Run): boolean {
  const { options, ledger } = run;
  return (
    run.mode === "update" &&
    options.parallel > 1 &&
    !run.refreshes &&
    !run.executor.stopped.aborted &&
    !run.policies.isActive &&
    run.planGuard === undefined &&
    options.legacyDiff !== true &&
    ![ledger.targets, ledger.excludes, run.replaceTargets].some(({ isConstrained }) => isConstrained)
  );
}

/** What Check says of a custom object of Kubernetes depends on definitions that were checked before. */
function definesOthers({ type }: Goal): boolean {
  return type.startsWith("kubernetes:apiextensions.k8s.io/");
}

function isPlainGoal(goal: Goal): boolean {
  const { aliases, ignoreChanges, replaceWith } = goal;
  return (
    goal.custom &&
    !isProviderType(goal.type) &&
    goal.importId === "" &&
    goal.deletedWith === "" &&
    goal.replacementTrigger === undefined &&
    goal.extension === undefined &&
    [aliases, ignoreChanges, replaceWith].every(({ length }) => length === 0)
  );
}

function isPlainRecord(run: Run, urn: string, old: TrackedResource | undefined): boolean {
  if (old === undefined) return true;
  const { external, pendingReplacement } = old.state;
  return (
    !external &&
    !pendingReplacement &&
    !run.ledger.isRemade(urn, old) &&
    !isReplaceTargeted(run, urn, old.state)
  );
}

/** Undefined where it is not there yet, or cannot be had: its turn tells. */
function findProvider(run: Run, goal: Goal): Provider | undefined {
  if (!run.ledger.providers.has(parseProviderReference(goal.provider).urn)) return undefined;
  try {
    return run.registry.get(goal.provider);
  } catch {
    return undefined;
  }
}
