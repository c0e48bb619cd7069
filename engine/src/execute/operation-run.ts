import type { GrpcListener } from "../grpc/server.ts";
import type { OperationContext, OperationKind, OperationOptions } from "../operation.ts";
import { chooseName } from "../plan/autonaming.ts";
import { parseNamingConfig } from "../plan/autonaming-config.ts";
import type { RefreshStep, Step, StepOutcome } from "../plan/step.ts";
import { UrnTargets } from "../plan/targets.ts";
import { withUnknownSecrets } from "../plan/unknown-secrets.ts";
import type { UpdatePlan } from "../plan/update-plan.ts";
import { isRootStack } from "../plan/urn.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { createProviderRegistry } from "../providers/registry.ts";
import { extensionsOf } from "../state/extensions.ts";
import { newManifest } from "../state/integrity.ts";
import type { PendingOperation, Snapshot } from "../state/resource.ts";
import { applyStep } from "./apply.ts";
import type { ApplyContext } from "./apply-context.ts";
import { DeploymentRun } from "./deployment-run.ts";
import type { Ending } from "./ending.ts";
import { type ErrorPolicy, StepExecutor } from "./executor.ts";
import { HookRunner } from "./hook-runner.ts";
import { Ledger } from "./ledger.ts";
import { LookAhead } from "./look-ahead.ts";
import { withProviders } from "./migrate-providers.ts";
import { isAbout } from "./open-updates.ts";
import { runPhases, type Verdict } from "./phases.ts";
import { PlanGuard } from "./plan-guard.ts";
import { PlanWriter } from "./plan-writer.ts";
import { PolicyEnforcer } from "./policy-enforcer.ts";
import { protectedUrns } from "./protected.ts";
import { Reporter } from "./reporter.ts";
import type { Run } from "./run.ts";
import { runStart } from "./run-start.ts";
import { SnapshotManager } from "./snapshot-manager.ts";
import { noRecorder, type StepRecorder } from "./step-recorder.ts";
import { ViewBook } from "./view-book.ts";

const RESULTS = { ok: "succeeded", told: "failed", failed: "failed", canceled: "canceled" } as const;

function errorPolicy(kind: OperationKind, options: OperationOptions): ErrorPolicy {
  if (kind === "import") return "ignore";
  return options.continueOnError ? "skip-dependents" : "stop";
}

/** One operation from its first event to its last write: the parts it is made of, put together. */
export class Operation {
  readonly kind: OperationKind;
  readonly options: OperationOptions;
  readonly context: OperationContext;
  readonly base: Snapshot;
  /** Where the program looks for the engine, if it was told already. */
  readonly listener: GrpcListener | undefined;
  readonly reporter: Reporter;
  readonly ledger: Ledger;
  readonly recorder: StepRecorder;
  private readonly hooks: HookRunner;
  private readonly views: ViewBook;
  readonly deployment: DeploymentRun;
  private readonly packs: readonly PolicyPack[];
  private readonly shared: Omit<Run, "executor">;
  readonly mainRun: Run;
  private failedLater = false;
  /** What was under way in earlier runs, as far as it is not settled. */
  pendingOperations: readonly PendingOperation[];
  /** Failures that the official CLI tells nobody about; a person learns of them all the same. */
  readonly untold: string[] = [];

  private constructor(parts: {
    kind: OperationKind;
    options: OperationOptions;
    context: OperationContext;
    base: Snapshot;
    packs: readonly PolicyPack[];
    listener: GrpcListener | undefined;
  }) {
    const { kind, options, context, base, packs, listener } = parts;
    this.kind = kind;
    this.options = options;
    this.context = context;
    this.base = base;
    this.listener = listener;
    this.pendingOperations = base.pendingOperations;
    this.packs = packs;
    const isRefresh = kind === "refresh";
    this.reporter = new Reporter({
      listener: context.listener,
      preview: options.preview,
      isRefresh,
      refreshes: isRefresh || options.refresh,
    });
    this.ledger = new Ledger(base.resources);
    this.recorder = options.preview ? noRecorder : this.snapshotManager();
    this.hooks = this.hookRunner();
    this.views = this.viewBook();
    this.shared = this.sharedRun();
    this.mainRun = this.withExecutor(errorPolicy(kind, options));
    this.deployment = new DeploymentRun(this.mainRun, this.recorder);
  }

  static async begin(
    kind: OperationKind,
    options: OperationOptions,
    context: OperationContext,
    { packs, listener }: { packs: readonly PolicyPack[]; listener: GrpcListener | undefined },
  ): Promise<Operation> {
    const loaded = await context.store.load();
    const recorded = withProviders(loaded, context);
    if (recorded !== loaded && !options.preview) await context.store.save(recorded);
    const resources = options.offline === true ? withUnknownSecrets(recorded.resources) : recorded.resources;
    const base = { ...recorded, resources };
    return new Operation({ kind, options, context, base, packs, listener });
  }

  /** The versions of the policy packs that judged, by what they are called. */
  get policyPacks(): { readonly [label: string]: string } {
    const isJudged = this.kind === "update" || this.kind === "destroy";
    const packs = isJudged ? this.packs : [];
    return Object.fromEntries(packs.map(({ label, info }) => [label, info.version]));
  }

  get changes(): Reporter["changes"] {
    return this.reporter.changes;
  }

  get maybeCorrupt(): boolean {
    return this.reporter.maybeCorrupt;
  }

  get sawError(): boolean {
    return this.failedLater;
  }

  private sharedRun(): Omit<Run, "executor"> {
    const { options, context, kind, ledger, reporter } = this;
    const { project, stack } = context.store.reference;
    const naming =
      kind === "update" ? parseNamingConfig({ project, stack, config: context.config.values }) : undefined;
    const excludes = options.excludeProtected ? protectedUrns(ledger) : [];
    ledger.targets = UrnTargets.of(options.targets);
    ledger.excludes = UrnTargets.of([...options.excludes, ...excludes]);
    return {
      ...{ stack, project, options, ledger, reporter, hooks: this.hooks, views: this.views },
      ahead: new LookAhead(),
      extensions: extensionsOf(this.base),
      mode: kind === "destroy" || kind === "refresh" ? kind : "update",
      refreshes: options.runProgram && (kind === "refresh" || (kind === "update" && options.refresh)),
      random: context.random,
      nameFor: (resource, seed) => chooseName(naming, resource, seed),
      replaceTargets: UrnTargets.of(options.replaces),
      deleteTargets: UrnTargets.of(options.targets),
      planGuard: options.plan && new PlanGuard(options.plan),
      planWriter: options.generatePlan ? new PlanWriter() : undefined,
      policies: new PolicyEnforcer(this.packs),
      refreshFindings: new Map(),
      registry: createProviderRegistry({
        host: context.providers,
        preview: options.preview,
        diagnostics: (diagnostic) => reporter.diagnostic(diagnostic),
        random: context.random,
        readStack: context.readStack,
      }),
      sawError: () => {
        this.failedLater = true;
      },
    };
  }

  /** What an after hook was about is done: it is the operation that fails, and at once unless it is to go on. */
  private hookRunner(): HookRunner {
    const { reporter, options } = this;
    return new HookRunner({
      ...{ reporter, preview: options.preview },
      afterHookFailed: () => {
        this.failedLater = true;
        if (!options.continueOnError) this.mainRun.executor.stop();
      },
    });
  }

  /** A run with an executor of its own: a refresh before an update collects its errors, the update does not. */
  withExecutor(errorPolicy: ErrorPolicy): Run {
    const { options, reporter, recorder, views } = this;
    const apply = this.applyContext();
    const executor = new StepExecutor({
      ...{ parallel: options.parallel, errorPolicy, reporter, recorder, views },
      apply: (step) => applyStep(step, apply),
      applied: (step, outcome) => {
        if (step.op === "refresh") this.noteRefresh(step, outcome);
        this.deployment.stepApplied(step);
      },
    });
    return { ...this.shared, executor };
  }

  private noteRefresh(step: RefreshStep, outcome: StepOutcome): void {
    const state = outcome.refreshed?.state;
    if (step.new === step.old) this.shared.refreshFindings.set(step.old, state);
    else this.ledger.noteRefresh(step.old, state === undefined ? undefined : step.new);
  }

  private applyContext(): ApplyContext {
    const { ledger, reporter, context, options, hooks, views } = this;
    return {
      ...{ reporter, hooks, views, preview: options.preview, registry: this.shared.registry },
      ignoresProtect: options.ignoreProtect,
      refreshesByOutputs: options.legacyRefreshDiff ?? false,
      now: () => context.clock.now().toISOString(),
      goesWithHost: (resource) => ledger.goesWithHost(resource),
      interruptedUpdate: (urn) =>
        this.base.pendingOperations.find(
          ({ type, resource }) => type === "updating" && isAbout(resource, urn),
        )?.resource,
      exists: (urn) => ({ recorded: ledger.findOld(urn) !== undefined, current: ledger.current.has(urn) }),
    };
  }

  private viewBook(): ViewBook {
    const { context, ledger, reporter, recorder } = this;
    const { project, stack } = context.store.reference;
    const begin = (step: Step): Promise<void> => {
      reporter.stepStarted(step);
      return recorder.begin(step);
    };
    return new ViewBook({ project, stack, ledger, begin });
  }

  private snapshotManager(): SnapshotManager {
    const { context, base, ledger, options } = this;
    return new SnapshotManager({
      start: runStart(base, options, context),
      openJournal: (start) => context.store.openJournal(start),
      manifest: () => newManifest(context.clock.now()),
      baseResources: () => ledger.base,
    });
  }

  /** Runs to the end: whatever happens, what was done is recorded, and told. */
  async run(): Promise<Ending> {
    const cancel = (): void => {
      this.mainRun.executor.stop();
      void this.shared.registry.cancel();
      void this.shared.policies.cancel();
    };
    this.context.signal.addEventListener("abort", cancel);
    try {
      if (this.context.signal.aborted) cancel();
      const verdict = await this.conclude();
      const { untold } = this;
      return { result: RESULTS[verdict], outputs: this.outputs(), untold, plan: this.plan() };
    } finally {
      this.context.signal.removeEventListener("abort", cancel);
    }
  }

  private async conclude(): Promise<Verdict> {
    const verdict = await runPhases(this);
    try {
      await this.recorder.close();
      return verdict;
    } catch (error) {
      this.reporter.error("", error instanceof Error ? error.message : String(error));
      return "told";
    }
  }

  private plan(): UpdatePlan | undefined {
    const { planWriter } = this.mainRun;
    const { clock, record } = this.context;
    return planWriter?.planOf({ manifest: newManifest(clock.now()), config: record?.config ?? {} });
  }

  private outputs(): PropertyMap {
    const current = [...this.ledger.current.values(), ...this.ledger.base];
    return current.find(({ state }) => isRootStack(state.urn))?.state.outputs ?? {};
  }
}
